/** Folds what V8's sampling profiler wrote into a few groups for each part of the product. */
import { type Frame, groupOf, IDLE, partOf } from './groups.ts';

/** As `--cpu-prof` writes it, one for each thread. */
export interface CpuProfile {
  nodes: { id: number; callFrame: Frame; children?: number[] }[];
  /** Node that was running at each sample, and µs since the sample before. */
  samples: number[];
  timeDeltas: number[];
}

export interface PartProfile {
  part: string;
  threads: number;
  /** Time that its threads were not waiting for events, s. It is time by the clock: a wait for the disk or for a core is in it. */
  busyS: number;
  /** The largest first. */
  groups: { name: string; s: number }[];
}

/** What a group is smaller than is told with all others like it. */
const MOST_GROUPS = 10;
export const OWN_REST = 'own code, all other files';
export const REST = 'everything else';

/** Self time of each group in one thread, s, without idling. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callerOf = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)));
  const framesFrom = (id: number | undefined): Frame[] => {
    const node = id === undefined ? undefined : byId.get(id);
    return node === undefined ? [] : [node.callFrame, ...framesFrom(callerOf.get(node.id))];
  };
  const perNode = new Map<number, number>();
  samples.forEach((id, i) => {
    perNode.set(id, (perNode.get(id) ?? 0) + (timeDeltas[i] ?? 0) / 1e6);
  });
  const times = new Map<string, number>();
  for (const [id, s] of perNode) {
    if (byId.get(id)?.callFrame.functionName === IDLE) continue;
    const group = groupOf(framesFrom(id));
    times.set(group, (times.get(group) ?? 0) + s);
  }
  return times;
}

export function foldProfiles(profiles: Iterable<CpuProfile>): PartProfile[] {
  const parts = new Map<string, { threads: number; times: Map<string, number> }>();
  for (const profile of profiles) {
    const name = partOf(profile.nodes.map(({ callFrame }) => callFrame.url));
    const part = parts.get(name) ?? { threads: 0, times: new Map() };
    parts.set(name, part);
    part.threads += 1;
    for (const [group, s] of selfTimes(profile)) part.times.set(group, (part.times.get(group) ?? 0) + s);
  }
  return [...parts]
    .map(([part, { threads, times }]) => ({ part, threads, busyS: sum(times.values()), groups: largest(times) }))
    .sort((a, b) => b.busyS - a.busyS);
}

function largest(times: ReadonlyMap<string, number>): { name: string; s: number }[] {
  const sorted = [...times].sort(([, a], [, b]) => b - a).map(([name, s]) => ({ name, s }));
  return withRest(sorted.slice(0, MOST_GROUPS), sorted.slice(MOST_GROUPS));
}

/** Groups with all others as two: what the product's own files take, and what doesn't. */
export function withRest(
  named: readonly { name: string; s: number }[],
  others: readonly { name: string; s: number }[],
): { name: string; s: number }[] {
  const isOwn = ({ name }: { name: string }) => /^(server|shared|bench)\//.test(name) || name === OWN_REST;
  const rest = [
    { name: OWN_REST, s: sum(others.filter(isOwn).map(({ s }) => s)) },
    { name: REST, s: sum(others.filter((one) => !isOwn(one)).map(({ s }) => s)) },
  ];
  return [...named, ...rest.filter(({ s }) => s > 0)];
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
