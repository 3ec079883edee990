/** P9: an edge dies with its viewers, who come back as the product's own page does. */
import { nowMs } from '../audience/clock.ts';
import { airToAll, allAnswered, allHere, edgesFor, gentleMs, inHouse, OPTIONS } from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atMost } from '../report/result.ts';
import { bySize } from '../setting.ts';
import type { Scenario } from './scenario.ts';

const PATIENCE_MS = 60_000;

export const edgeKilled: Scenario = {
  name: 'edge-killed',
  title: 'an edge is killed with its viewers: when they are back, and how evenly they come',
  async run(setting) {
    const viewers = setting.viewers ?? bySize(setting, 3_000, 20_000, 34_000);
    const edges = setting.edges ?? Math.max(2, edgesFor(viewers));
    const conditions = conditionsNow(setting, { viewers, edges });
    const isBudget = viewers / edges >= 17_000;
    return inHouse({ edges, viewers, polls: 1, live: null, comesBack: true, seed: setting.seed }, async (house) => {
      const { audience, faults, desk, server } = house;
      const overMs = gentleMs(viewers, edges);
      audience.arrive({ count: viewers, sse: 0, poll: 0, joinsFirst: false, plan: { shape: 'even', overMs } });
      await allHere(house, viewers, overMs + PATIENCE_MS);
      await airToAll(house, 'q1', viewers);
      await audience.findings({ forget: true });
      const killedMs = nowMs();
      server.kill({ edge: 0 });
      await audience.until(({ here }) => here < viewers, PATIENCE_MS);
      await allHere(house, viewers, PATIENCE_MS);
      const backS = (nowMs() - killedMs) / 1_000;
      const plan = { shape: 'even', overMs: overMs } as const;
      audience.vote({ pollId: 'q1', round: 1, options: OPTIONS, from: 0, to: 1, plan, resends: true, isSecond: false });
      await allAnswered(house, viewers, overMs + PATIENCE_MS);
      const findings = await audience.findings({ forget: false });
      faults.add(findings.faultBook.faults);
      const recount = await desk.recount('q1');
      const accepted = findings.receipts.accepted ?? 0;
      if (accepted !== viewers || recount.total !== accepted || !recount.matches || recount.chain !== 'ok') {
        faults.note('ledger-differs', JSON.stringify({ accepted, recount }));
      }
      const perS = Object.values(findings.returnsPerS);
      const returned = perS.reduce((a, b) => a + b, 0);
      const busiest = Math.max(0, ...perS);
      const { p50Ms, p99Ms } = findings.returns.summary();
      // The mean over the time that most take, without the few at its ends.
      const meanPerS = (returned * 0.98) / ((p99Ms - findings.returns.quantileMs(0.01)) / 1_000);
      return {
        conditions,
        figures: [
          { what: 'viewers on the edge that was killed', value: returned, unit: '', target: null },
          { what: 'all back after', value: backS, unit: 's', target: isBudget ? atMost('P9', 20) : null },
          { what: 'back p50', value: p50Ms, unit: 'ms', target: null },
          { what: 'back p99', value: p99Ms, unit: 'ms', target: null },
          {
            what: 'busiest second of returns over their mean',
            value: busiest / meanPerS,
            unit: '×',
            target: isBudget ? atMost('P9', 1.3) : null,
          },
        ],
        comparisons: [],
        skipped: [],
        faults: faults.faults,
        raw: {
          killedMs,
          returnsPerS: findings.returnsPerS,
          meanPerS,
          returns: findings.returns.pack(),
          closes: findings.closes,
        },
      };
    });
  },
};
