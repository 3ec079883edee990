/** How many edges a show gets: from the viewers that must fit, the files a process may hold, and how fast viewers come. */

/** An edge is measured to hold viewers up to this share of its descriptors; the rest is for files of its own and for requests. */
export const DESCRIPTOR_SHARE = 0.9;
/** Arrivals that one edge takes: measured 8,000 to 12,000 upgrades a second on a core that does nothing else. */
export const ARRIVALS_PER_EDGE_PER_S = 5_000;
/** More edges than this only cost memory on one machine. */
export const MAX_EDGES = 32;

export interface EdgeWish {
  /** Viewers that must fit, or null: as many as the show expects. */
  capacity: number | null;
  /** Viewers that the show expects, or null. They are hoped for: a show is not refused for them. */
  audience: number | null;
  /** Viewers a second at the peak of arrivals, or null. */
  arrivalsPerS: number | null;
  edges: number | 'auto';
}

export interface EdgeMachine {
  /** Files and sockets that one process may hold. */
  descriptorLimit: number;
  cores: number;
  /** Whether several processes can listen on one port (SO_REUSEPORT). */
  sharesPort: boolean;
}

export type EdgeChoice =
  /** `capacity`: viewers that they hold. `why`: a sentence without its full stop. */
  { kind: 'chosen'; edges: number; capacity: number; why: string } | { kind: 'refused'; message: string };

/** Viewers that one edge holds. */
export function viewersPerEdge(descriptorLimit: number): number {
  return Math.floor(descriptorLimit * DESCRIPTOR_SHARE);
}

/** The least number of files a process has to be allowed so that this many edges hold these viewers. */
export function descriptorsFor(viewers: number, edges: number): number {
  const each = Math.ceil(viewers / edges);
  const about = Math.floor(each / DESCRIPTOR_SHARE);
  return viewersPerEdge(about) >= each ? about : about + 1;
}

/**
 * `max(1, ceil(capacity ÷ viewers per edge), ceil(arrivals ÷ 5,000))`: fewer, fuller edges are cheaper than many. For the
 * arrivals alone there are never more than cores, since they would only take turns.
 */
export function chooseEdges(wish: EdgeWish, machine: EdgeMachine): EdgeChoice {
  const { capacity, edges: given } = wish;
  const perEdge = viewersPerEdge(machine.descriptorLimit);
  if (perEdge < 1) {
    return {
      kind: 'refused',
      message: `A process may hold only ${machine.descriptorLimit} files here, which leaves none for viewers. Raise the limit (ulimit -n).`,
    };
  }
  const most = machine.sharesPort ? MAX_EDGES : 1;
  if (given !== 'auto' && given > most) {
    return {
      kind: 'refused',
      message: 'Several edges can share a port on Linux only; leave --edges out on this system.',
    };
  }
  const needed = capacity === null ? 1 : Math.ceil(capacity / perEdge);
  if (needed > (given === 'auto' ? most : given)) return refusal({ ...wish, capacity: capacity ?? 0 }, machine, needed);
  const edges = given === 'auto' ? Math.min(most, wanted(wish, machine)) : given;
  return { kind: 'chosen', edges, capacity: edges * perEdge, why: reason(wish, machine, edges) };
}

/** What the wish asks for, without regard to how many there may be. */
function wanted({ capacity, audience, arrivalsPerS }: EdgeWish, { descriptorLimit, cores }: EdgeMachine): number {
  const forViewers = Math.ceil((capacity ?? audience ?? 0) / viewersPerEdge(descriptorLimit));
  const forArrivals = Math.ceil((arrivalsPerS ?? 0) / ARRIVALS_PER_EDGE_PER_S);
  return Math.max(1, forViewers, Math.min(cores, forArrivals));
}

function refusal(wish: EdgeWish & { capacity: number }, machine: EdgeMachine, needed: number): EdgeChoice {
  const { capacity, edges: given } = wish;
  const { descriptorLimit, sharesPort } = machine;
  const most = sharesPort ? MAX_EDGES : 1;
  const edges = given === 'auto' ? most : given;
  const held = edges * viewersPerEdge(descriptorLimit);
  const ways = [
    ...(given !== 'auto' && needed <= most ? [`set --edges to ${needed} or auto`] : []),
    `let a process hold at least ${number(descriptorsFor(capacity, edges))} files (ulimit -n)`,
    `ask for at most ${number(held)} (--capacity)`,
  ];
  const why = sharesPort ? '' : ' This system lets only one process have the audience port.';
  return {
    kind: 'refused',
    message: `${number(capacity)} viewers don't fit: ${count(edges)} of ${number(descriptorLimit)} files each ${edges === 1 ? 'holds' : 'hold'} ${number(held)}.${why} Either ${ways.join(', or ')}.`,
  };
}

function reason(wish: EdgeWish, machine: EdgeMachine, edges: number): string {
  const { capacity, audience, arrivalsPerS, edges: given } = wish;
  const perEdge = viewersPerEdge(machine.descriptorLimit);
  const holds = `${count(edges)} ${edges === 1 ? 'holds' : 'hold'} ${number(edges * perEdge)} viewers`;
  if (given !== 'auto') return `${holds}, as many edges as were set`;
  const viewers = capacity ?? audience;
  if (viewers !== null && edges * perEdge < viewers) {
    const limit = machine.sharesPort ? 'more would not help' : 'this system lets only one have the port';
    return `${holds} of the ${number(viewers)} expected; ${limit}, a higher limit of files (ulimit -n) would`;
  }
  const forViewers = Math.ceil((viewers ?? 0) / perEdge);
  if (edges > Math.max(1, forViewers)) return `${holds}, as many edges as ${number(arrivalsPerS ?? 0)} arrivals/s need`;
  if (viewers === null) return holds;
  return `${holds}, ${capacity === null ? `${number(viewers)} are expected` : `${number(viewers)} were asked for`}`;
}

const count = (edges: number) => (edges === 1 ? '1 edge' : `${edges} edges`);
const number = (value: number) => value.toLocaleString('en-GB');
