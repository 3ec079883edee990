/** P7: how many `GET /v1/state` one edge answers, whole and by 304. */
import { FaultBook } from '../audience/fault-book.ts';
import { hammer } from '../audience/hammer.ts';
import { Histogram } from '../audience/histogram.ts';
import { inHouse, noteEvents } from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atLeast, type Figure } from '../report/result.ts';
import { bySize } from '../setting.ts';
import type { Scenario } from './scenario.ts';

const CONNECTIONS = 200;
/** While V8 still compiles what is asked for all the time. */
const WARM_UP_MS = 1_500;

export const polling: Scenario = {
  name: 'polling',
  title: 'GET /v1/state from one edge, as fast as it answers',
  async run(setting) {
    const forMs = (setting.overS ?? bySize(setting, 3, 8, 20)) * 1_000;
    const conditions = conditionsNow(setting, { viewers: CONNECTIONS, edges: 1 });
    const faults = new FaultBook();
    const house = { edges: 1, viewers: 1, polls: 1, live: null, comesBack: false, seed: setting.seed } as const;
    return inHouse(house, async ({ server, stage, edgeCpuS }) => {
      await stage.go('q1');
      const { hostname, port } = new URL(server.audienceUrl);
      const at = { host: hostname, port: Number(port), connections: CONNECTIONS };
      await hammer({ ...at, forMs: WARM_UP_MS, isConditional: false });
      const measure = async (name: string, isConditional: boolean): Promise<Figure[]> => {
        const before = edgeCpuS();
        const startMs = performance.now();
        const { answers, latencies, faults: found } = await hammer({ ...at, forMs, isConditional });
        const tookMs = performance.now() - startMs;
        faults.add(found);
        const count = Object.values(answers).reduce((a, b) => a + b, 0);
        const histogram = new Histogram();
        histogram.add(latencies);
        const cpu = edgeCpuS() - before;
        return [
          { what: `${name}: answers per second`, value: count / (forMs / 1_000), unit: '/s', target: null },
          { what: `${name}: CPU of the edge per answer`, value: (cpu / count) * 1e6, unit: 'µs', target: null },
          {
            what: `${name}: CPU of the edge`,
            value: (cpu / (tookMs / 1_000)) * 100,
            unit: '% of a core',
            target: null,
          },
          {
            what: `${name}: answers per second of the edge's CPU`,
            value: count / cpu,
            unit: '/s',
            target: atLeast('P7', 25_000),
          },
          { what: `${name}: p99`, value: histogram.quantileMs(0.99), unit: 'ms', target: null },
        ];
      };
      const figures = [...(await measure('whole', false)), ...(await measure('304', true))];
      noteEvents(server, faults);
      return { conditions, figures, comparisons: [], skipped: [], faults: faults.faults, raw: {} };
    });
  },
};
