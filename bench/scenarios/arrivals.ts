/** P1: everybody comes within seconds of a call. P3 on the way: what each of them costs in memory. */
import { VIEWERS_PER_WORKER } from '../audience/audience.ts';
import { airToAll, allAnswered, areAllHere, audit, edgesFor, inHouse, OPTIONS, warmUp } from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atMost, type CpuParts, type Result } from '../report/result.ts';
import { bySize, type Setting } from '../setting.ts';
import { type Scenario, settle } from './scenario.ts';

/** Whoever is not in that long after the last was to come is counted as lost. */
const PATIENCE_MS = 25_000;
/** What the budgets call "in 30 s" counts until the last one is in. */
const LAST_IN_S = 2;
const SETTLE_MS = 2_000;

interface Rush {
  viewers: number;
  overS: number;
}

interface Gathering {
  joinsFirst: boolean;
  quick: Rush;
  usual: Rush;
  /** What the budget asks for. */
  full: Rush;
}

async function measure(setting: Setting, gathering: Gathering): Promise<Omit<Result, 'scenario' | 'title'>> {
  const { joinsFirst, quick, usual, full } = gathering;
  const rush = bySize(setting, quick, usual, full);
  const viewers = setting.viewers ?? rush.viewers;
  const edges = setting.edges ?? edgesFor(viewers);
  const overMs = (setting.overS ?? rush.overS) * 1_000;
  const conditions = conditionsNow(setting, { viewers, edges });
  const isBudget = viewers >= full.viewers && overMs <= full.overS * 1_000;
  return inHouse({ edges, viewers, polls: 1, live: null, comesBack: false, seed: setting.seed }, async (house) => {
    const { audience, faults, edgeCpuS, audienceCpuS, edgeRssKb, coreCpuS } = house;
    const emptyKb = edgeRssKb();
    await warmUp(house, { edges, viewers, votes: false });
    const early = audience.progress.arrived;
    const before = { edges: edgeCpuS(), audience: audienceCpuS(), core: coreCpuS() };
    const startMs = audience.arrive({ count: viewers, sse: 0, poll: 0, joinsFirst, plan: { shape: 'even', overMs } });
    await areAllHere(house, viewers, overMs + PATIENCE_MS);
    const tookS = (Date.now() - startMs) / 1_000;
    const here = await audience.findings({ forget: true });
    const { p50Ms, p99Ms, p999Ms, maxMs } = here.arrivals.summary();
    const perViewerUs = (s: number) => (s / viewers) * 1e6;
    const cpu = {
      edges: perViewerUs(edgeCpuS() - before.edges),
      audience: perViewerUs(audienceCpuS() - before.audience),
      core: perViewerUs(coreCpuS() - before.core),
    };
    const allUs = cpu.edges + cpu.core + cpu.audience;
    await settle(SETTLE_MS);
    const idleKb = (edgeRssKb() - emptyKb) / viewers;
    const arrived = here.arrived - early;
    await airToAll(house, 'q1', arrived);
    audience.vote({
      pollId: 'q1',
      round: 1,
      options: OPTIONS,
      from: 0,
      to: 1,
      plan: { shape: 'even', overMs },
      resends: false,
      isSecond: false,
    });
    await allAnswered(house, arrived, overMs + PATIENCE_MS);
    await settle(SETTLE_MS);
    const busyKb = (edgeRssKb() - emptyKb) / viewers;
    const findings = await audience.findings({ forget: false });
    await audit(house, findings, ['q1']);
    return {
      conditions,
      figures: [
        { what: 'planned over', value: overMs / 1_000, unit: 's', target: null },
        {
          what: 'all in after',
          value: tookS,
          unit: 's',
          target: isBudget ? atMost('P1', full.overS + LAST_IN_S) : null,
        },
        { what: 'arrived', value: arrived, unit: 'viewers', target: null },
        { what: 'arrival p50', value: p50Ms, unit: 'ms', target: null },
        { what: 'arrival p99', value: p99Ms, unit: 'ms', target: isBudget ? atMost('P1', 2_000) : null },
        { what: 'arrival p99.9', value: p999Ms, unit: 'ms', target: null },
        { what: 'arrival max', value: maxMs, unit: 'ms', target: null },
        { what: 'CPU of the edges per arrival', value: cpu.edges, unit: 'µs', target: null },
        { what: 'CPU of the core per arrival', value: cpu.core, unit: 'µs', target: null },
        { what: 'CPU of the generator per arrival', value: cpu.audience, unit: 'µs', target: null },
        {
          what: 'arrivals that all cores could take at this cost',
          value: (conditions.cores / allUs) * 1e6,
          unit: '/s',
          target: null,
        },
        { what: 'memory per viewer, idle', value: idleKb, unit: 'KiB', target: null },
        { what: 'memory per viewer after a state and a ballot', value: busyKb, unit: 'KiB', target: atMost('P3', 6) },
      ],
      comparisons: [],
      skipped: [],
      faults: faults.faults,
      raw: {
        cpu: [
          {
            of: joinsFirst ? 'join and arrival' : 'arrival',
            edgesUs: cpu.edges,
            coreUs: cpu.core,
            generatorUs: cpu.audience,
          },
        ] satisfies CpuParts[],
        arrivals: here.arrivals.pack(),
        acks: findings.acks.pack(),
        closes: here.closes,
        viewersPerProcess: VIEWERS_PER_WORKER,
      },
    };
  });
}

const scenario = (name: string, title: string, gathering: Gathering): Scenario => ({
  name,
  title,
  run: (setting) => measure(setting, gathering),
});

export const arrivals: readonly Scenario[] = [
  scenario('arrivals', 'everyone comes on one WebSocket: hello without a token, welcome with token and state', {
    joinsFirst: false,
    quick: { viewers: 5_000, overS: 5 },
    usual: { viewers: 20_000, overS: 10 },
    full: { viewers: 141_000, overS: 30 },
  }),
  scenario('arrivals-more', 'the same with more viewers, a little slower', {
    joinsFirst: false,
    quick: { viewers: 7_000, overS: 8 },
    usual: { viewers: 28_000, overS: 15 },
    full: { viewers: 200_000, overS: 45 },
  }),
  scenario('arrivals-join', 'everyone joins on a connection of its own, then comes on a WebSocket with the token', {
    joinsFirst: true,
    quick: { viewers: 5_000, overS: 10 },
    usual: { viewers: 20_000, overS: 20 },
    full: { viewers: 141_000, overS: 60 },
  }),
];
