/** P4: votes with an acknowledgement that means "on disk": a sustained rate, and everyone at once. */

import type { Plan } from '../audience/plans.ts';
import { audit, edgesFor, inHouse, WARM_POLL } from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { bySize } from '../setting.ts';
import { castVotes, gatherVoters, votesCpu, votesFigures } from '../votes.ts';
import type { Scenario } from './scenario.ts';

const BUDGET = { voters: 141_000, perS: 20_000, withinS: 12 };

export const ballots: Scenario = {
  name: 'ballots',
  title: 'one ballot each, acknowledged when it is on disk',
  async run(setting) {
    const viewers = setting.viewers ?? bySize(setting, 5_000, 20_000, BUDGET.voters);
    const edges = setting.edges ?? edgesFor(viewers);
    const perS = bySize(setting, 2_000, 5_000, BUDGET.perS);
    const withinMs = (setting.overS ?? bySize(setting, 2, 4, BUDGET.withinS)) * 1_000;
    const conditions = conditionsNow(setting, { viewers, edges });
    const isBudget = viewers >= BUDGET.voters;
    return inHouse({ edges, viewers, polls: 3, live: null, comesBack: false, seed: setting.seed }, async (house) => {
      const { audience, faults, desk } = house;
      await gatherVoters(house, { edges, viewers });

      const cast = (pollId: string, plan: Plan) => castVotes(house, pollId, { viewers, each: 1, plan });
      const surge = await cast('q1', { shape: 'even', overMs: withinMs });
      const push = await cast('q2', { shape: 'push', overMs: withinMs * 2, timesFaster: 25_000 / withinMs / 2 });
      // Last, because what is sustained is what a server does that has been at it for a while: no code to compile any more.
      const steady = await cast('q3', { shape: 'even', overMs: (viewers / perS) * 1_000 });
      const findings = await audience.findings({ forget: false });
      await audit(house, findings, [WARM_POLL, 'q1', 'q2', 'q3']);
      const vitals = await desk.vitals();
      return {
        conditions,
        figures: [
          ...votesFigures(`${perS} /s`, steady, isBudget ? 150 : null),
          ...votesFigures(`all within ${withinMs / 1_000} s`, surge, isBudget ? 1_200 : null),
          ...votesFigures('push profile', push, null),
        ],
        comparisons: [],
        skipped: [],
        faults: faults.faults,
        raw: {
          cpu: [
            votesCpu(`ballot at ${perS} /s`, steady),
            votesCpu(`ballot, all within ${withinMs / 1_000} s`, surge),
            votesCpu('ballot, push profile', push),
          ],
          steady: steady.acks.pack(),
          surge: surge.acks.pack(),
          push: push.acks.pack(),
          refusals: findings.refusals,
          vitals,
        },
      };
    });
  },
};
