/** P8: the core dies while people vote. No socket closes, nothing that was acknowledged is lost. */

import { nowMs } from '../audience/clock.ts';
import type { Findings } from '../audience/findings.ts';
import { ANSWERS_BIN_MS } from '../audience/notebook.ts';
import { airToAll, allAnswered, allHere, edgesFor, gentleMs, inHouse, OPTIONS, warmUp } from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atMost } from '../report/result.ts';
import { bySize } from '../setting.ts';
import { type Scenario, settle } from './scenario.ts';

const PATIENCE_MS = 45_000;
const VOTE_MS = 12_000;
const KILL_AFTER_MS = 4_000;

export const coreKilled: Scenario = {
  name: 'core-killed',
  title: 'the core is killed while everyone votes: who notices, and how long until receipts come again',
  async run(setting) {
    const viewers = setting.viewers ?? bySize(setting, 3_000, 20_000, 100_000);
    const edges = setting.edges ?? edgesFor(viewers);
    const conditions = conditionsNow(setting, { viewers, edges });
    const isBudget = viewers >= 100_000;
    return inHouse({ edges, viewers, polls: 1, live: null, comesBack: false, seed: setting.seed }, async (house) => {
      const { audience, faults, desk, server } = house;
      await warmUp(house, { edges, viewers, votes: true });
      const overMs = gentleMs(viewers, edges);
      audience.arrive({ count: viewers, sse: 0, poll: 0, joinsFirst: false, plan: { shape: 'even', overMs } });
      await allHere(house, viewers, overMs + PATIENCE_MS);
      await airToAll(house, 'q1', viewers);
      const before = await audience.findings({ forget: true });
      const plan = { shape: 'even', overMs: VOTE_MS } as const;
      audience.vote({ pollId: 'q1', round: 1, options: OPTIONS, from: 0, to: 1, plan, resends: true, isSecond: false });
      await settle(KILL_AFTER_MS);
      const killedMs = nowMs();
      server.kill('core');
      await allAnswered(house, before.answered + viewers, VOTE_MS + PATIENCE_MS);
      const findings = await audience.findings({ forget: false });
      faults.add(findings.faultBook.faults);
      const answered = findings.answered - before.answered;
      if (answered !== viewers) faults.note('ballot-without-receipt', `${answered} of ${viewers}`);
      const restarts = server.events.filter(({ event }) => event === 'restarted').length;
      if (restarts !== 1) faults.note('server-event', JSON.stringify(server.events.slice(1)).slice(0, 300));
      // The new core needs a moment before its auditor answers.
      await desk.waitForIntake('q1', 'open');
      const recount = await desk.recount('q1');
      const accepted = (findings.receipts.accepted ?? 0) - (before.receipts.accepted ?? 0);
      if (recount.total !== accepted || !recount.matches || recount.chain !== 'ok') {
        faults.note('ledger-differs', JSON.stringify({ accepted, recount }));
      }
      const { p50Ms, p99Ms, maxMs } = findings.acks.summary();
      return {
        conditions,
        figures: [
          {
            what: 'connections lost',
            value: connectionsLost(findings) - connectionsLost(before),
            unit: '',
            target: atMost('P8', 0),
          },
          {
            what: 'longest time without a receipt',
            value: silenceMs(findings.answersPerBin, killedMs),
            unit: 'ms',
            target: isBudget ? atMost('P8', 1_500) : null,
          },
          { what: 'ballots acknowledged', value: accepted, unit: '', target: null },
          { what: 'ballots sent again', value: findings.resent, unit: '', target: null },
          { what: 'receipt p50, kill included', value: p50Ms, unit: 'ms', target: null },
          { what: 'receipt p99, kill included', value: p99Ms, unit: 'ms', target: null },
          { what: 'receipt max', value: maxMs, unit: 'ms', target: null },
        ],
        comparisons: [],
        skipped: [],
        faults: faults.faults,
        raw: {
          killedMs,
          answersPerBin: findings.answersPerBin,
          acks: findings.acks.pack(),
          refusals: findings.refusals,
        },
      };
    });
  },
};

function connectionsLost({ closes }: Pick<Findings, 'closes'>): number {
  return Object.values(closes).reduce((a, b) => a + b, 0);
}

/** From the kill to the first receipt after the longest silence that follows it, ms, to the width of a bin. */
function silenceMs(answersPerBin: Record<string, number>, killedMs: number): number {
  const killed = Math.floor(killedMs / ANSWERS_BIN_MS);
  const bins = Object.keys(answersPerBin)
    .map(Number)
    .filter((bin) => bin >= killed)
    .sort((a, b) => a - b);
  let last = killed;
  let longest = 0;
  for (const bin of bins) {
    longest = Math.max(longest, bin - last);
    last = bin;
  }
  return longest * ANSWERS_BIN_MS;
}
