/** The real server as processes, and an audience in front of it. */
import type { DeskClient } from '../e2e/server/testing/desk-client.ts';
import { Place, poll } from '../e2e/server/testing/place.ts';
import { type Server, startServer } from '../e2e/server/testing/server.ts';
import { Stage } from '../e2e/server/testing/stage.ts';
import type { ServerEvent } from '../shared/protocol/process.ts';
import { Audience, VIEWERS_PER_WORKER } from './audience/audience.ts';
import { FaultBook } from './audience/fault-book.ts';
import type { Findings } from './audience/findings.ts';
import { atEnd } from './clean-up.ts';
import { cpuS, rssKb, totalOf } from './process-usage.ts';

export const OPTIONS = ['a', 'b', 'c'];
/** Closed before anything is measured, where `warmUp` lets its viewers vote. */
export const WARM_POLL = 'q0';
const HOUR_MS = 3_600_000;
const GRACE_MS = 2_000;
const SEEN_MS = 30_000;
const GENTLE = { perS: 2_000, perEdgeS: 1_000 };
const LOG_TAIL = 4_000;

export interface HouseOptions {
  edges: number;
  /** How many the audience's processes are enough for. */
  viewers: number;
  /** Polls `q1`, `q2`, … of an hour each; there is `WARM_POLL` besides. */
  polls: number;
  /** Ballots of a viewer that count in each of them; 1 when left out. */
  maxBallots?: number;
  /** Live results that viewers see while a poll is open. */
  live: 'percentages' | null;
  comesBack: boolean;
  seed: number;
}

export interface House {
  server: Server;
  desk: DeskClient;
  stage: Stage;
  audience: Audience;
  faults: FaultBook;
  edgeCpuS: () => number;
  coreCpuS: () => number;
  audienceCpuS: () => number;
  edgeRssKb: () => number;
}

/** As many edges as the descriptors of one machine ask for. */
export function edgesFor(viewers: number): number {
  return Math.max(1, Math.ceil(viewers / VIEWERS_PER_WORKER));
}

/** How long so many take at a rate that neither the house nor, where it is small, one of its edges goes beyond, ms. */
export function spanMs(count: number, edges: number, most: { perS: number; perEdgeS: number }): number {
  return (count / Math.min(most.perS, edges * most.perEdgeS)) * 1_000;
}

/** How long viewers take to come where arrivals are not what is measured, ms: no edge and no core is then near its limit. */
export function gentleMs(viewers: number, edges: number): number {
  return spanMs(viewers, edges, GENTLE);
}

/** Opens a house, and closes it whatever happens inside. Parts that die or complain on the way are faults. */
export async function inHouse<T>(options: HouseOptions, act: (house: House) => Promise<T>): Promise<T> {
  const { edges, viewers, polls, maxBallots, live, comesBack, seed } = options;
  const place = new Place('file');
  const clear = atEnd(() => place.clear());
  const cues = Array.from({ length: polls + 1 }, (_, i) => ({
    ...poll(`q${i}`, { durationMs: HOUR_MS, graceMs: GRACE_MS }),
    ...(maxBallots === undefined ? {} : { maxBallots }),
    ...(live === null ? {} : { live: { audience: live } }),
  }));
  let audience: Audience | null = null;
  let started: Server | null = null;
  try {
    const server = await startServer({
      place,
      show: place.show(cues),
      mode: 'live',
      edges,
      args: ['--log-level', 'warn'],
    });
    started = server;
    const url = server.audienceUrl;
    const workers = Math.ceil(viewers / VIEWERS_PER_WORKER);
    audience = await Audience.hire({ workers, tongue: 'product', url, seed, comesBack });
    const audiencePids = audience.pids;
    const desk = server.desk();
    return await act({
      server,
      desk,
      stage: new Stage(desk),
      audience,
      faults: new FaultBook(),
      edgeCpuS: () => totalOf(server.pids.edges, cpuS),
      coreCpuS: () => cpuS(server.pids.core),
      audienceCpuS: () => totalOf(audiencePids, cpuS),
      edgeRssKb: () => totalOf(server.pids.edges, rssKb),
    });
  } finally {
    await audience?.leave();
    await started?.stop();
    await clear();
  }
}

/** What the audience was told, against what the server counts and says of itself. */
export async function audit(house: House, findings: Findings, pollIds: readonly string[]): Promise<void> {
  await auditLedger(house, findings, pollIds);
  noteEvents(house.server, house.faults);
}

/** What the audience was told, against what the server counts. */
export async function auditLedger(house: House, findings: Findings, pollIds: readonly string[]): Promise<void> {
  const { desk, faults } = house;
  faults.add(findings.faultBook.faults);
  const { ballots, sent, answered, abandoned } = findings;
  const isAnswered = answered + abandoned === ballots;
  if (!isAnswered) faults.note('ballot-without-receipt', `${ballots} planned, ${sent} sent, ${answered} answered`);
  const accepted = findings.receipts.accepted ?? 0;
  const recounts = await Promise.all(pollIds.map((pollId) => desk.recount(pollId)));
  const counted = recounts.reduce((sum, { total }) => sum + total, 0);
  const isWhole = recounts.every(
    ({ matches, chain, total, live }) => matches && chain === 'ok' && live.total === total,
  );
  // While answers are missing, the ledger may hold more than voters have been told, but never less and never more than they sent.
  const most = isAnswered ? accepted + abandoned : sent;
  const isToldAll = counted >= accepted && counted <= most;
  if (!isToldAll || !isWhole) {
    const seen = recounts.map(({ pollId, total, live, matches, chain }) => ({ pollId, total, live, matches, chain }));
    faults.note('ledger-differs', JSON.stringify({ sent, accepted, abandoned, seen }));
  }
}

/** Parts that were started again, and alarms, with what the server logged. */
export function noteEvents(server: Server, faults: FaultBook): void {
  noteUnexpected(server, faults, ({ event }) => event === 'ready');
}

/** What the server said of itself and nobody expected. */
export function noteUnexpected(
  server: Server,
  faults: FaultBook,
  isExpected: (event: ServerEvent, place: number) => boolean,
): void {
  const unexpected = server.events.filter((event, place) => !isExpected(event, place));
  for (const event of unexpected) faults.note('server-event', JSON.stringify(event));
  if (unexpected.length > 0) faults.note('server-log', server.stderr.slice(-LOG_TAIL));
}

/** What a scenario was to measure can't be: not everyone is there, or something never came. */
export class GaveUp extends Error {}

/** Waits for everyone to be in. Who is not is a fault; answers whether all are. */
export async function areAllHere({ audience, faults }: House, count: number, withinMs: number): Promise<boolean> {
  if (await audience.until(({ here }) => here >= count, withinMs)) return true;
  const { here, arrived } = audience.progress;
  faults.note('not-here', `${here} of ${count} are here after ${withinMs / 1_000} s, ${arrived} ever were`);
  return false;
}

/** @throws GaveUp when not everyone comes: whatever is measured then would be something else */
export async function allHere(house: House, count: number, withinMs: number): Promise<void> {
  if (await areAllHere(house, count, withinMs)) return;
  await giveUp(house, `not all of ${count} came`);
}

/** @throws GaveUp with `why`, and with everything that went wrong so far */
export async function giveUp({ audience, faults, server }: House, why: string): Promise<never> {
  const { faultBook } = await audience.findings({ forget: false });
  faults.add(faultBook.faults);
  noteEvents(server, faults);
  throw new GaveUp([why, ...faults.lines()].join('; '));
}

/** Waits for every ballot that was planned to have its receipt; what is missing stands out in the audit. */
export function allAnswered({ audience }: House, count: number, withinMs: number): Promise<boolean> {
  return audience.until(({ answered }) => answered >= count, withinMs);
}

/** Of each process, edge or audience; enough for V8 to have compiled what an arrival runs through, at both ends. */
const WARM_VIEWERS = 1_000;

/**
 * Lets a few viewers come and go, as they do before any show: what is measured then is a server that has served somebody.
 * @param votes whether they vote in `WARM_POLL`; an audit has to count that then
 * @throws GaveUp when they don't all come, or don't all go
 */
export async function warmUp(
  house: House,
  { edges, viewers, votes }: { edges: number; viewers: number; votes: boolean },
): Promise<void> {
  const { audience } = house;
  const count = Math.min(viewers, WARM_VIEWERS * Math.max(edges, Math.ceil(viewers / VIEWERS_PER_WORKER)));
  const overMs = gentleMs(count, edges);
  audience.arrive({ count, sse: 0, poll: 0, joinsFirst: false, plan: { shape: 'even', overMs } });
  await allHere(house, count, overMs + SEEN_MS);
  if (votes) await warmVote(house, count, overMs);
  audience.befall({ fate: 'leaves', count, plan: { shape: 'even', overMs }, forMs: 0 });
  if (!(await audience.until(({ here }) => here === 0, overMs + SEEN_MS))) throw new GaveUp('the first viewers stayed');
  await audience.findings({ forget: true });
}

async function warmVote(house: House, count: number, overMs: number): Promise<void> {
  await airToAll(house, WARM_POLL, count);
  house.audience.vote({
    pollId: WARM_POLL,
    round: 1,
    options: OPTIONS,
    from: 0,
    to: 1,
    plan: { shape: 'even', overMs },
    resends: true,
    isSecond: false,
  });
  if (!(await allAnswered(house, count, overMs + SEEN_MS))) throw new GaveUp('the first ballots were not answered');
  await closeToAll(house, WARM_POLL, count);
}

/** Closes a poll, and waits until it is counted and everyone sees that it is closed. */
export async function closeToAll(house: House, pollId: string, viewers: number): Promise<void> {
  await house.stage.close(pollId);
  await allSee(house, `${pollId}:1:closed`, viewers);
}

/** Puts a poll on air and waits until everyone sees it. */
export async function airToAll(house: House, pollId: string, viewers: number): Promise<void> {
  await house.stage.go(pollId);
  await allSee(house, `${pollId}:1:open`, viewers);
}

/**
 * @param phase `<poll>:<round>:<intake>`
 * @throws GaveUp when not everyone gets to see it
 */
export async function allSee({ audience }: House, phase: string, viewers: number): Promise<void> {
  const isSeen = await audience.until(({ inPhase }) => (inPhase[phase] ?? 0) >= viewers, SEEN_MS);
  if (!isSeen) throw new GaveUp(`not everyone saw ${phase}: ${JSON.stringify(audience.progress.inPhase)}`);
}
