import type { Plan } from './audience/plans.ts';
import { airToAll, allAnswered, allHere, closeToAll, gentleMs, type House, OPTIONS, warmUp } from './house.ts';
import { atMost, type CpuParts, type Figure } from './report/result.ts';

/** How long after the last was due everyone has to be there, or to have a receipt. */
const PATIENCE_MS = 60_000;

export type Votes = Awaited<ReturnType<typeof castVotes>>;

/** Everyone who is to vote, on WebSockets, come slowly to a server that has counted the ballots of `WARM_POLL`. */
export async function gatherVoters(
  house: House,
  { viewers, edges }: { viewers: number; edges: number },
): Promise<void> {
  const { audience } = house;
  await warmUp(house, { edges, viewers, votes: true });
  const overMs = gentleMs(viewers, edges);
  audience.arrive({ count: viewers, sse: 0, poll: 0, joinsFirst: false, plan: { shape: 'even', overMs } });
  await allHere(house, viewers, overMs + PATIENCE_MS);
  await audience.findings({ forget: true });
}

/**
 * One poll from GO to its count. What everyone is told of it goes out before and after, so that only ballots are measured.
 * @param each ballots of each viewer, every one over the whole of the plan
 */
export async function castVotes(
  house: House,
  pollId: string,
  { viewers, each, plan }: { viewers: number; each: number; plan: Plan },
) {
  const { audience, edgeCpuS, coreCpuS, audienceCpuS } = house;
  const ballots = viewers * each;
  await airToAll(house, pollId, viewers);
  const cpuNow = () => ({ edges: edgeCpuS(), core: coreCpuS(), audience: audienceCpuS() });
  const before = { ...cpuNow(), answered: audience.progress.answered };
  const vote = { pollId, round: 1, options: OPTIONS, from: 0, to: 1, plan, resends: false, isSecond: false };
  const startMs = audience.vote(vote);
  for (let more = 1; more < each; more++) audience.vote(vote);
  await allAnswered(house, before.answered + ballots, plan.overMs + PATIENCE_MS);
  const tookS = (Date.now() - startMs) / 1_000;
  const { acks } = await audience.findings({ forget: true });
  const after = cpuNow();
  await closeToAll(house, pollId, viewers);
  const perBallotUs = (s: number) => (s / ballots) * 1e6;
  return {
    ballots,
    tookS,
    acks,
    cpu: {
      edges: perBallotUs(after.edges - before.edges),
      core: perBallotUs(after.core - before.core),
      audience: perBallotUs(after.audience - before.audience),
    },
  };
}

/** @param p99Target of the receipts, ms; null where no budget names one */
export function votesFigures(name: string, { ballots, tookS, acks, cpu }: Votes, p99Target: number | null): Figure[] {
  const { p50Ms, p99Ms, maxMs } = acks.summary();
  return [
    { what: `${name}: all answered after`, value: tookS, unit: 's', target: null },
    { what: `${name}: acknowledged per second`, value: ballots / tookS, unit: '/s', target: null },
    { what: `${name}: receipt p50`, value: p50Ms, unit: 'ms', target: null },
    {
      what: `${name}: receipt p99`,
      value: p99Ms,
      unit: 'ms',
      target: p99Target === null ? null : atMost('P4', p99Target),
    },
    { what: `${name}: receipt max`, value: maxMs, unit: 'ms', target: null },
    { what: `${name}: CPU per ballot, edges`, value: cpu.edges, unit: 'µs', target: null },
    { what: `${name}: CPU per ballot, core`, value: cpu.core, unit: 'µs', target: null },
    { what: `${name}: CPU per ballot, generator`, value: cpu.audience, unit: 'µs', target: null },
  ];
}

export function votesCpu(of: string, { cpu }: Votes): CpuParts {
  return { of, edgesUs: cpu.edges, coreUs: cpu.core, generatorUs: cpu.audience };
}
