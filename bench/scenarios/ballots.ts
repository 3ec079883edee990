/** P4: votes with an acknowledgement that means "on disk": a sustained rate, and everyone at once. */

import type { Plan } from '../audience/plans.ts';
import {
  airToAll,
  allAnswered,
  allHere,
  audit,
  closeToAll,
  edgesFor,
  gentleMs,
  type House,
  inHouse,
  OPTIONS,
  WARM_POLL,
  warmUp,
} from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atMost, type CpuParts, type Figure } from '../report/result.ts';
import { bySize } from '../setting.ts';
import type { Scenario } from './scenario.ts';

const PATIENCE_MS = 60_000;
const BUDGET = { voters: 141_000, perS: 20_000, withinS: 12 };

/** One poll from GO to its count. What everyone is told of it goes out before and after, so that only ballots are measured. */
async function voteOnce(house: House, pollId: string, viewers: number, plan: Plan) {
  const { audience, edgeCpuS, coreCpuS, audienceCpuS } = house;
  await airToAll(house, pollId, viewers);
  const before = {
    edges: edgeCpuS(),
    core: coreCpuS(),
    audience: audienceCpuS(),
    answered: audience.progress.answered,
  };
  const startMs = audience.vote({
    pollId,
    round: 1,
    options: OPTIONS,
    from: 0,
    to: 1,
    plan,
    resends: false,
    isSecond: false,
  });
  await allAnswered(house, before.answered + viewers, plan.overMs + PATIENCE_MS);
  const tookS = (Date.now() - startMs) / 1_000;
  const findings = await audience.findings({ forget: true });
  const cpuS = { edges: edgeCpuS(), core: coreCpuS(), audience: audienceCpuS() };
  await closeToAll(house, pollId, viewers);
  const perBallotUs = (s: number) => (s / viewers) * 1e6;
  return {
    tookS,
    acks: findings.acks,
    cpu: {
      edges: perBallotUs(cpuS.edges - before.edges),
      core: perBallotUs(cpuS.core - before.core),
      audience: perBallotUs(cpuS.audience - before.audience),
    },
  };
}

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
      await warmUp(house, { edges, viewers, votes: true });
      const overMs = gentleMs(viewers, edges);
      audience.arrive({ count: viewers, sse: 0, poll: 0, joinsFirst: false, plan: { shape: 'even', overMs } });
      await allHere(house, viewers, overMs + PATIENCE_MS);
      await audience.findings({ forget: true });

      const surge = await voteOnce(house, 'q1', viewers, { shape: 'even', overMs: withinMs });
      const push = await voteOnce(house, 'q2', viewers, {
        shape: 'push',
        overMs: withinMs * 2,
        timesFaster: 25_000 / withinMs / 2,
      });
      // Last, because what is sustained is what a server does that has been at it for a while: no code to compile any more.
      const steady = await voteOnce(house, 'q3', viewers, { shape: 'even', overMs: (viewers / perS) * 1_000 });
      const findings = await audience.findings({ forget: false });
      await audit(house, findings, [WARM_POLL, 'q1', 'q2', 'q3']);
      const vitals = await desk.vitals();
      const lines = (name: string, { tookS, acks, cpu }: typeof steady, p99Target: number | null): Figure[] => {
        const { p50Ms, p99Ms, maxMs } = acks.summary();
        return [
          { what: `${name}: all answered after`, value: tookS, unit: 's', target: null },
          { what: `${name}: acknowledged per second`, value: viewers / tookS, unit: '/s', target: null },
          { what: `${name}: receipt p50`, value: p50Ms, unit: 'ms', target: null },
          {
            what: `${name}: receipt p99`,
            value: p99Ms,
            unit: 'ms',
            target: isBudget && p99Target !== null ? atMost('P4', p99Target) : null,
          },
          { what: `${name}: receipt max`, value: maxMs, unit: 'ms', target: null },
          { what: `${name}: CPU per ballot, edges`, value: cpu.edges, unit: 'µs', target: null },
          { what: `${name}: CPU per ballot, core`, value: cpu.core, unit: 'µs', target: null },
          { what: `${name}: CPU per ballot, generator`, value: cpu.audience, unit: 'µs', target: null },
        ];
      };
      const parts = (of: string, { cpu }: typeof steady): CpuParts => ({
        of,
        edgesUs: cpu.edges,
        coreUs: cpu.core,
        generatorUs: cpu.audience,
      });
      return {
        conditions,
        figures: [
          ...lines(`${perS} /s`, steady, 150),
          ...lines(`all within ${withinMs / 1_000} s`, surge, 1_200),
          ...lines('push profile', push, null),
        ],
        comparisons: [],
        skipped: [],
        faults: faults.faults,
        raw: {
          cpu: [
            parts(`ballot at ${perS} /s`, steady),
            parts(`ballot, all within ${withinMs / 1_000} s`, surge),
            parts('ballot, push profile', push),
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
