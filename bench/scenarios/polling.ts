/** P7: how many `GET /v1/state` one edge answers, whole and by 304, beside bare `node:http`; and how few behind a cache. */
import { FaultBook } from '../audience/fault-book.ts';
import { hammer } from '../audience/hammer.ts';
import { Histogram } from '../audience/histogram.ts';
import { inHouse, noteEvents } from '../house.ts';
import { startHttpPeer } from '../peers/http-peer.ts';
import { cpuS, v8FlagsOf } from '../process-usage.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atLeast, type Comparison, type Figure, median } from '../report/result.ts';
import { bySize } from '../setting.ts';
import { behindMicroCache } from './micro-cache.ts';
import type { Scenario } from './scenario.ts';

const CONNECTIONS = 200;
/** While V8 still compiles what is asked for all the time. */
const WARM_UP_MS = 1_000;
const KINDS = [
  { name: 'whole', isConditional: false },
  { name: '304', isConditional: true },
] as const;

interface Answering {
  perS: number;
  perCpuS: number;
  /** Of a core. */
  share: number;
  hammerShare: number;
  p99Ms: number;
}

interface Hammered {
  port: number;
  pid: number;
  forMs: number;
  isConditional: boolean;
}

async function measure({ port, pid, forMs, isConditional }: Hammered, faults: FaultBook): Promise<Answering> {
  const at = { host: '127.0.0.1', port, connections: CONNECTIONS, isConditional };
  await hammer({ ...at, forMs: WARM_UP_MS });
  const before = cpuS(pid);
  const word = await hammer({ ...at, forMs });
  const cpu = cpuS(pid) - before;
  faults.add(word.faults);
  const count = Object.values(word.answers).reduce((a, b) => a + b, 0);
  const histogram = new Histogram();
  histogram.add(word.latencies);
  const tookS = forMs / 1_000;
  return {
    perS: count / tookS,
    perCpuS: count / cpu,
    share: cpu / tookS,
    hammerShare: word.cpuS / tookS,
    p99Ms: histogram.quantileMs(0.99),
  };
}

function figuresOf(name: string, rounds: readonly Answering[]): Figure[] {
  const of = (pick: (round: Answering) => number) => median(rounds.map(pick));
  const figure = (what: string, value: number, unit: string): Figure => ({
    what: `${name}: ${what}`,
    value,
    unit,
    target: null,
  });
  return [
    figure(
      'answers per second',
      of(({ perS }) => perS),
      '/s',
    ),
    figure('CPU of the edge', of(({ share }) => share) * 100, '% of a core'),
    figure('CPU of the process that asks', of(({ hammerShare }) => hammerShare) * 100, '% of a core'),
    figure('CPU of the edge per answer', 1e6 / of(({ perCpuS }) => perCpuS), 'µs'),
    {
      ...figure(
        "answers per second of the edge's CPU",
        of(({ perCpuS }) => perCpuS),
        '/s',
      ),
      target: atLeast('P7', 25_000),
    },
    figure(
      'p99',
      of(({ p99Ms }) => p99Ms),
      'ms',
    ),
  ];
}

export const polling: Scenario = {
  name: 'polling',
  title: 'GET /v1/state from one edge, as fast as it answers, and behind a cache',
  async run(setting) {
    const forMs = (setting.overS ?? bySize(setting, 2, 4, 10)) * 1_000;
    const pairs = setting.pairs ?? bySize(setting, 1, 3, 5);
    const conditions = conditionsNow(setting, { viewers: CONNECTIONS, edges: 1 });
    const faults = new FaultBook();
    const house = { edges: 1, viewers: 1, polls: 1, live: null, comesBack: false, seed: setting.seed } as const;
    return inHouse(house, async (open) => {
      const { server, stage } = open;
      await stage.go('q1');
      const edge = { port: Number(new URL(server.audienceUrl).port), pid: server.pidOf({ edge: 0 }) };
      const v8Flags = v8FlagsOf(edge.pid);
      conditions.flags = v8Flags.join(' ');
      const bare = await startHttpPeer(`${server.audienceUrl}/v1/state`, v8Flags);
      const figures: Figure[] = [];
      const comparisons: Comparison[] = [];
      const raw: Record<string, unknown> = {};
      try {
        for (const { name, isConditional } of KINDS) {
          const product: Answering[] = [];
          const others: Answering[] = [];
          for (let pair = 0; pair < pairs; pair++) {
            product.push(await measure({ ...edge, forMs, isConditional }, faults));
            others.push(await measure({ ...bare, forMs, isConditional }, faults));
          }
          figures.push(...figuresOf(name, product));
          for (const [what, pick] of [
            ['answers per second', ({ perS }: Answering) => perS],
            ['answers per second of CPU', ({ perCpuS }: Answering) => perCpuS],
          ] as const) {
            const sides = { product: product.map(pick), others: others.map(pick) };
            comparisons.push({ what: `${name}: ${what}`, unit: '/s', peer: 'node:http', ...sides, target: null });
          }
          raw[name] = { product, others };
        }
      } finally {
        await bare.end();
      }
      const cached = await behindMicroCache(open, { connections: CONNECTIONS, forMs: 2 * forMs }, faults);
      raw.cached = cached.raw;
      noteEvents(server, faults);
      return {
        conditions,
        figures: [...figures, ...cached.figures],
        comparisons,
        skipped: cached.skipped,
        faults: faults.faults,
        raw,
      };
    });
  },
};
