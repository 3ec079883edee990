/** P11: whether everything costs as much for the last viewer as for the first. */
import { FaultBook } from '../audience/fault-book.ts';
import {
  airToAll,
  allAnswered,
  allHere,
  audit,
  edgesFor,
  inHouse,
  OPTIONS,
  spanMs,
  WARM_POLL,
  warmUp,
} from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { growthExponent } from '../report/exponent.ts';
import { type Figure, median } from '../report/result.ts';
import { measureRounds } from '../rounds.ts';
import { bySize, type Setting } from '../setting.ts';
import { type Scenario, settle } from './scenario.ts';

/**
 * The same at every size, as the edges are: what an arrival and a ballot cost goes with how many a process finds when it wakes, so
 * that with other rates, or with edges added on the way, the sizes would not tell what the viewers alone do to it. The largest
 * size is through before pings weigh much.
 */
const ARRIVALS = { perS: 4_000, perEdgeS: 1_000 };
const BALLOTS = { perS: 6_000, perEdgeS: 3_000 };
const PATIENCE_MS = 45_000;
const SETTLE_MS = 1_500;
/** Even, so that the poll is open after them. */
const ROUNDS = 6;

interface Costs {
  viewers: number;
  edges: number;
  /** Of the house that memory is of. */
  memoryEdges: number;
  /** CPU s of edges and core, in all. */
  arrivals: number;
  ballots: number;
  messages: number;
  /** Resident memory of the edges above what they had before anyone came, after all that traffic. */
  memoryKb: number;
  arrivalP99Ms: number;
  receiptP99Ms: number;
  lastViewerMs: number;
}

/** CPU in a house of that many edges; memory in one that has as many as so many viewers need, because each edge has some of its own. */
async function costsAt(setting: Setting, viewers: number, edges: number, faults: FaultBook): Promise<Costs> {
  const costs = await costsIn(setting, viewers, edges, faults);
  const memoryEdges = setting.edges ?? edgesFor(viewers);
  if (memoryEdges === edges) return costs;
  const { memoryKb } = await costsIn(setting, viewers, memoryEdges, faults);
  return { ...costs, memoryEdges, memoryKb };
}

function costsIn(setting: Setting, viewers: number, edges: number, faults: FaultBook): Promise<Costs> {
  const options = { edges, viewers, polls: 1, live: null, comesBack: false, seed: setting.seed } as const;
  return inHouse(options, async (house) => {
    const { audience, desk, server, edgeCpuS, coreCpuS, edgeRssKb } = house;
    const emptyKb = edgeRssKb();
    // Compiling costs few viewers more, each, than many.
    await warmUp(house, { edges, viewers, votes: true });
    const votedBefore = audience.progress.answered;
    const cpu = () => edgeCpuS() + coreCpuS();
    const before = cpu();
    const arriving = { shape: 'even', overMs: spanMs(viewers, edges, ARRIVALS) } as const;
    audience.arrive({ count: viewers, sse: 0, poll: 0, joinsFirst: false, plan: arriving });
    await allHere(house, viewers, arriving.overMs + PATIENCE_MS);
    const arrivals = cpu() - before;
    const arrived = await audience.findings({ forget: true });
    await airToAll(house, 'q1', viewers);
    await settle(SETTLE_MS);

    let isPaused = false;
    const publish = async () => {
      if (isPaused) await desk.command('poll.resume', 'q1');
      else await desk.command('poll.pause', 'q1', { reason: 'a new state' });
      isPaused = !isPaused;
    };
    const beforeRounds = cpu();
    const pid = server.pidOf({ edge: 0 });
    const rounds = await measureRounds({ audience, viewers, rounds: ROUNDS, publish, pid });
    const messages = cpu() - beforeRounds;

    const beforeBallots = cpu();
    const plan = { shape: 'even', overMs: spanMs(viewers, edges, BALLOTS) } as const;
    audience.vote({ pollId: 'q1', round: 1, options: OPTIONS, from: 0, to: 1, plan, resends: false, isSecond: false });
    await allAnswered(house, votedBefore + viewers, plan.overMs + PATIENCE_MS);
    const ballots = cpu() - beforeBallots;
    await settle(SETTLE_MS);
    const memoryKb = edgeRssKb() - emptyKb;
    const findings = await audience.findings({ forget: false });
    await audit(house, findings, [WARM_POLL, 'q1']);
    faults.add(house.faults.faults);
    return {
      viewers,
      edges,
      memoryEdges: edges,
      arrivals,
      ballots,
      messages,
      memoryKb,
      arrivalP99Ms: arrived.arrivals.quantileMs(0.99),
      receiptP99Ms: findings.acks.quantileMs(0.99),
      lastViewerMs: median(rounds.lastMs),
    };
  });
}

export const growth: Scenario = {
  name: 'growth',
  title: 'cost of arrivals, messages, ballots and memory over the number of viewers',
  async run(setting) {
    const sizes = bySize(
      setting,
      [1_000, 2_000, 4_000],
      [2_500, 5_000, 10_000, 20_000],
      [1_000, 4_000, 10_000, 20_000, 50_000, 100_000, 200_000],
    );
    const most = Math.max(...sizes);
    const edges = setting.edges ?? edgesFor(most);
    const conditions = conditionsNow(setting, { viewers: most, edges });
    const faults = new FaultBook();
    const costs: Costs[] = [];
    for (const viewers of sizes) costs.push(await costsAt(setting, viewers, edges, faults));
    const isBudget = most >= 200_000;
    const slope = (what: string, pick: (one: Costs) => number): Figure => ({
      what: `exponent of ${what}`,
      value: growthExponent(costs, pick),
      unit: '',
      target: isBudget ? { budget: 'P11', atLeast: 0.9, atMost: 1.1 } : null,
    });
    const per = (what: string, unit: string, pick: (one: Costs) => number): Figure[] =>
      costs.map((one) => ({ what: `${what} at ${one.viewers}`, value: pick(one), unit, target: null }));
    return {
      conditions,
      figures: [
        slope('CPU of arrivals', (one) => one.arrivals),
        slope('CPU of messages', (one) => one.messages),
        slope('CPU of ballots', (one) => one.ballots),
        slope('memory', (one) => one.memoryKb),
        ...per('CPU per arrival', 'µs', (one) => (one.arrivals / one.viewers) * 1e6),
        ...per('CPU per message', 'µs', (one) => (one.messages / one.viewers / ROUNDS) * 1e6),
        ...per('CPU per ballot', 'µs', (one) => (one.ballots / one.viewers) * 1e6),
        ...per('memory per viewer', 'KiB', (one) => one.memoryKb / one.viewers),
      ],
      comparisons: [],
      skipped: [],
      faults: faults.faults,
      raw: { costs, messagesEach: ROUNDS },
    };
  },
};
