/** P2: viewers who only hold: what they cost while nothing happens, pings included. */
import { allHere, edgesFor, gentleMs, inHouse, noteEvents } from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atMost } from '../report/result.ts';
import { bySize } from '../setting.ts';
import { type Scenario, settle } from './scenario.ts';

const PATIENCE_MS = 45_000;
const SETTLE_MS = 3_000;

export const held: Scenario = {
  name: 'held',
  title: 'viewers who stay, and nothing happens: connections, heartbeats and CPU',
  async run(setting) {
    const viewers = setting.viewers ?? bySize(setting, 5_000, 20_000, 200_000);
    const edges = setting.edges ?? edgesFor(viewers);
    const heldS = setting.overS ?? bySize(setting, 10, 40, 600);
    const conditions = conditionsNow(setting, { viewers, edges });
    return inHouse({ edges, viewers, polls: 1, live: null, comesBack: false, seed: setting.seed }, async (house) => {
      const { audience, faults, edgeCpuS, edgeRssKb, coreCpuS, audienceCpuS, server } = house;
      const emptyKb = edgeRssKb();
      const overMs = gentleMs(viewers, edges);
      audience.arrive({ count: viewers, sse: 0, poll: 0, joinsFirst: false, plan: { shape: 'even', overMs } });
      await allHere(house, viewers, overMs + PATIENCE_MS);
      await settle(SETTLE_MS);
      const before = { edges: edgeCpuS(), core: coreCpuS(), audience: audienceCpuS(), atMs: performance.now() };
      await settle(heldS * 1_000);
      const tookS = (performance.now() - before.atMs) / 1_000;
      const share = (s: number) => (s / tookS) * 100;
      const findings = await audience.findings({ forget: false });
      faults.add(findings.faultBook.faults);
      noteEvents(server, faults);
      const isBudget = viewers >= 200_000;
      return {
        conditions,
        figures: [
          { what: 'held for', value: tookS, unit: 's', target: null },
          {
            what: 'still here',
            value: findings.here,
            unit: 'viewers',
            target: isBudget ? { budget: 'P2', atLeast: viewers, atMost: null } : null,
          },
          {
            what: 'CPU of all edges',
            value: share(edgeCpuS() - before.edges),
            unit: '% of a core',
            target: isBudget ? atMost('P2', 25) : null,
          },
          { what: 'CPU of the core', value: share(coreCpuS() - before.core), unit: '% of a core', target: null },
          {
            what: 'CPU of the generator',
            value: share(audienceCpuS() - before.audience),
            unit: '% of a core',
            target: null,
          },
          {
            what: 'memory per viewer, RSS of all edges above empty',
            value: (edgeRssKb() - emptyKb) / viewers,
            unit: 'KiB',
            target: atMost('P3', 6),
          },
        ],
        comparisons: [],
        skipped: [],
        faults: faults.faults,
        raw: {},
      };
    });
  },
};
