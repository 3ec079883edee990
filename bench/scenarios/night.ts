/** P6: everyone comes, everyone votes, results go out, and the desk stays quick, all at once. */

import { nowMs } from '../audience/clock.ts';
import { DeskWatch } from '../desk-watch.ts';
import {
  airToAll,
  allAnswered,
  allHere,
  allSee,
  audit,
  edgesFor,
  inHouse,
  OPTIONS,
  WARM_POLL,
  warmUp,
} from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atMost, type CpuParts } from '../report/result.ts';
import { shownAfter } from '../rounds.ts';
import { bySize } from '../setting.ts';
import type { Scenario } from './scenario.ts';

const PATIENCE_MS = 60_000;
const SSE = 0.02;
const POLL = 0.02;

export const night: Scenario = {
  name: 'night',
  title: 'everyone comes, then everyone votes while results go out and the desk goes on working',
  async run(setting) {
    const viewers = setting.viewers ?? bySize(setting, 3_000, 20_000, 141_000);
    const edges = setting.edges ?? edgesFor(viewers);
    const arriveMs = (setting.overS ?? bySize(setting, 4, 10, 30)) * 1_000;
    const voteMs = bySize(setting, 4, 10, 15) * 1_000;
    const conditions = conditionsNow(setting, { viewers, edges });
    const isBudget = viewers >= 141_000;
    const target = (budget: string, value: number) => (isBudget ? atMost(budget, value) : null);
    const options = { edges, viewers, polls: 2, live: 'percentages', comesBack: false, seed: setting.seed } as const;
    return inHouse(options, async (house) => {
      const { audience, faults, stage, desk, edgeCpuS, coreCpuS, audienceCpuS } = house;
      await warmUp(house, { edges, viewers, votes: true });
      const votedBefore = audience.progress.answered;
      // Also where the scenario gives up: a watch that goes on would keep the bench from its end.
      await using watch = new DeskWatch(desk, 'q2');
      audience.arrive({
        count: viewers,
        sse: SSE,
        poll: POLL,
        joinsFirst: false,
        plan: { shape: 'even', overMs: arriveMs },
      });
      await allHere(house, viewers, arriveMs + PATIENCE_MS);
      const arrived = await audience.findings({ forget: true });

      const goMs = nowMs();
      await airToAll(house, 'q1', viewers);
      const opened = await audience.findings({ forget: true });
      const opening = opened.phases.find(({ phase }) => phase === 'q1:1:open');

      const before = { edges: edgeCpuS(), core: coreCpuS(), audience: audienceCpuS() };
      audience.vote({
        pollId: 'q1',
        round: 1,
        options: OPTIONS,
        from: 0,
        to: 1,
        plan: { shape: 'even', overMs: voteMs },
        resends: true,
        isSecond: false,
      });
      await allAnswered(house, votedBefore + viewers, voteMs + PATIENCE_MS);
      const voted = await audience.findings({ forget: true });
      const perBallotUs = (s: number) => (s / viewers) * 1e6;
      const cpu = {
        edges: edgeCpuS() - before.edges,
        core: coreCpuS() - before.core,
        audience: audienceCpuS() - before.audience,
      };

      const closeMs = nowMs();
      await desk.command('poll.close', 'q1', { confirmed: true });
      await stage.verified('q1');
      await allSee(house, 'q1:1:closed', viewers);
      const closed = await audience.findings({ forget: false });
      const closing = closed.phases.find(({ phase }) => phase === 'q1:1:closing');
      await watch.end();
      for (const refusal of watch.refusals) faults.note('desk-command-failed', refusal);
      await audit(house, closed, [WARM_POLL, 'q1']);

      const arrival = arrived.arrivals.summary();
      const acks = voted.acks.summary();
      const gaps = voted.gaps.summary();
      const commands = watch.latencies.summary();
      const pushed = shownAfter(opening?.pushed ?? [], goMs);
      const polled = shownAfter(opening?.polled ?? [], goMs);
      const ended = shownAfter(closing?.pushed ?? [], closeMs);
      return {
        conditions,
        figures: [
          { what: 'arrival p50', value: arrival.p50Ms, unit: 'ms', target: null },
          { what: 'arrival p99', value: arrival.p99Ms, unit: 'ms', target: target('P6', 2_000) },
          { what: 'opening seen, WebSocket and SSE p99', value: pushed.p99Ms, unit: 'ms', target: target('P6', 2_500) },
          { what: 'opening seen, polling p99', value: polled.p99Ms, unit: 'ms', target: target('P6', 2_500) },
          { what: 'receipt p50', value: acks.p50Ms, unit: 'ms', target: null },
          { what: 'receipt p99', value: acks.p99Ms, unit: 'ms', target: target('P6', 1_200) },
          { what: 'receipt max', value: acks.maxMs, unit: 'ms', target: null },
          { what: 'ballots sent again', value: voted.resent, unit: '', target: null },
          { what: 'between two results, p50', value: gaps.p50Ms, unit: 'ms', target: null },
          { what: 'between two results, p99', value: gaps.p99Ms, unit: 'ms', target: target('P6', 3_000) },
          { what: 'closing seen, WebSocket and SSE p99', value: ended.p99Ms, unit: 'ms', target: target('P6', 2_500) },
          { what: 'desk command p50', value: commands.p50Ms, unit: 'ms', target: null },
          { what: 'desk command p99', value: commands.p99Ms, unit: 'ms', target: target('P6', 200) },
          {
            what: 'CPU of the edges per ballot and its results',
            value: perBallotUs(cpu.edges),
            unit: 'µs',
            target: null,
          },
          { what: 'CPU of the core per ballot', value: perBallotUs(cpu.core), unit: 'µs', target: null },
          { what: 'CPU of the generator per ballot', value: perBallotUs(cpu.audience), unit: 'µs', target: null },
        ],
        comparisons: [],
        skipped: [],
        faults: faults.faults,
        raw: {
          cpu: [
            {
              of: 'ballot while results go out',
              edgesUs: perBallotUs(cpu.edges),
              coreUs: perBallotUs(cpu.core),
              generatorUs: perBallotUs(cpu.audience),
            },
          ] satisfies CpuParts[],
          arrivals: arrived.arrivals.pack(),
          acks: voted.acks.pack(),
          gaps: voted.gaps.pack(),
          commands: watch.latencies.pack(),
          answersPerBin: voted.answersPerBin,
          refusals: voted.refusals,
        },
      };
    });
  },
};
