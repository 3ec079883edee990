/**
 * P4: the sustained rate for longer than one ballot each of a whole audience lasts, in a poll that counts many ballots of a
 * viewer, on the fewest edges. Beside `ballots`, where as many ballots come from four times as many sockets.
 */

import { audit, edgesFor, inHouse, WARM_POLL } from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { bySize } from '../setting.ts';
import { castVotes, gatherVoters, votesCpu, votesFigures } from '../votes.ts';
import type { Scenario } from './scenario.ts';

const BUDGET = { voters: 36_000, perS: 20_000 };
const WARM_S = 4;

export const ballotsSustained: Scenario = {
  name: 'ballots-sustained',
  title: 'many ballots each, acknowledged when they are on disk, on few edges',
  async run(setting) {
    const viewers = setting.viewers ?? bySize(setting, 2_000, 10_000, BUDGET.voters);
    const edges = setting.edges ?? edgesFor(viewers);
    const perS = bySize(setting, 2_000, 5_000, BUDGET.perS);
    const each = bySize(setting, 5, 10, 20);
    const conditions = conditionsNow(setting, { viewers, edges });
    const isBudget = perS >= BUDGET.perS;
    const options = { edges, viewers, polls: 2, maxBallots: each, live: null, comesBack: false, seed: setting.seed };
    return inHouse(options, async (house) => {
      const { audience, faults, desk } = house;
      await gatherVoters(house, { edges, viewers });

      await castVotes(house, 'q1', { viewers, each: 1, plan: { shape: 'even', overMs: WARM_S * 1_000 } });
      const forMs = ((viewers * each) / perS) * 1_000;
      const sustained = await castVotes(house, 'q2', { viewers, each, plan: { shape: 'even', overMs: forMs } });
      const findings = await audience.findings({ forget: false });
      await audit(house, findings, [WARM_POLL, 'q1', 'q2']);
      const name = `${perS} /s for ${Math.round(forMs / 1_000)} s`;
      return {
        conditions,
        figures: votesFigures(name, sustained, isBudget ? 150 : null),
        comparisons: [],
        skipped: [],
        faults: faults.faults,
        raw: {
          cpu: [votesCpu(`ballot at ${name}`, sustained)],
          sustained: sustained.acks.pack(),
          refusals: findings.refusals,
          vitals: await desk.vitals(),
        },
      };
    });
  },
};
