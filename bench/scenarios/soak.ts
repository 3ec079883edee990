/** Hours of an evening in little: whatever viewers do to a server, when they have gone nothing of them is left in it. */
import { churn } from '../churn.ts';
import { allHere, auditLedger, gentleMs, giveUp, type House, inHouse, noteUnexpected, OPTIONS } from '../house.ts';
import {
  growthKbPerMin,
  leftovers,
  medianViewers,
  memoryKb,
  mostDescriptors,
  PARTS,
  type Part,
  ProcessWatch,
  type Sample,
} from '../process-watch.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atMost, type Figure } from '../report/result.ts';
import { bySize } from '../setting.ts';
import { type Scenario, settle } from './scenario.ts';

const SSE = 0.2;
const POLL = 0.2;
const PATIENCE_MS = 60_000;
const SAMPLE_MS = 2_000;
/** Polling viewers are counted by what they asked for in the last 10 to 20 s. */
const SETTLE_MS = 60_000;
/** Votes go on until after the end of the poll and of its grace. */
const VOTE_MS = 8_000;
const CLOSE_AFTER_MS = 5_000;
const GRACE_MS = 2_500;
const LEAVE_MS = 2_000;
const TRIES = 5;
/** V8's own hills and valleys are minutes long; from here on a slope is one. */
const LONG_MS = 1_200_000;
/** Of the 6 KiB that a viewer may cost while here, what may be left of it afterwards, heaps that don't shrink included. */
const MOST_LEFT_KB = 1;
const MOST_GROWTH_MIB_PER_MIN = 1;
const MOST_POLLS = 480;

/** One poll after the other, everyone's vote in each, until time is up; answers how many. */
async function pollAfterPoll({ stage, desk, audience }: House, first: number, untilMs: number): Promise<number> {
  const plan = { shape: 'even', overMs: VOTE_MS } as const;
  let n = first;
  do {
    const pollId = `q${n}`;
    await stage.go(pollId);
    audience.vote({ pollId, round: 1, options: OPTIONS, from: 0, to: 1, plan, resends: true, isSecond: false });
    await settle(CLOSE_AFTER_MS);
    await desk.command('poll.close', pollId, { confirmed: true });
    await settle(GRACE_MS);
    await stage.verified(pollId);
    n += 1;
  } while (performance.now() < untilMs && n < MOST_POLLS);
  return n - first;
}

interface Emptying {
  watch: ProcessWatch;
  start: Sample;
  restMs: number;
}

/** Sends everyone home, half of them without a word, and waits until the server has nothing of them any more. */
async function emptied(house: House, { watch, start, restMs }: Emptying): Promise<Sample> {
  const { audience, faults } = house;
  const isBack = await audience.until(
    ({ here, arrived, planned, left }) => arrived === planned && here === arrived - left,
    PATIENCE_MS,
  );
  if (!isBack) await giveUp(house, `not everyone came back: ${JSON.stringify(audience.progress)}`);
  await audience.until(({ ballots, answered, abandoned }) => answered + abandoned >= ballots, PATIENCE_MS);
  const plan = { shape: 'even', overMs: LEAVE_MS } as const;
  // Whoever was just about to come back when the others went goes the next time.
  for (let tries = 0; audience.progress.left < audience.progress.planned && tries < TRIES; tries++) {
    const { here } = audience.progress;
    audience.befall({ fate: 'leaves', count: Math.ceil(here / 2), plan, forMs: 0 });
    audience.befall({ fate: 'vanishes', count: Math.floor(here / 2), plan, forMs: 0 });
    await audience.until(({ left, planned }) => left === planned, LEAVE_MS * 2);
  }
  const sample = await watch.until((now) => leftovers(now, start).length === 0, SETTLE_MS);
  for (const left of leftovers(sample, start)) faults.note('not-settled', left);
  await settle(restMs);
  return watch.take();
}

/** Every edge anew, one by one, while all goes on. */
async function restartEdges({ server }: House): Promise<void> {
  const before = server.pids.edges;
  server.child.kill('SIGHUP');
  await server.waitFor('restarted', { match: ({ pids }) => !pids.edges.some((pid) => before.includes(pid)) });
}

export const soak: Scenario = {
  name: 'soak',
  title: 'people come, go, stall and switch while poll follows poll: what a server still holds when all have left',
  async run(setting) {
    const viewers = setting.viewers ?? bySize(setting, 2_000, 4_000, 6_000);
    const edges = setting.edges ?? 2;
    const churnMs = (setting.overS ?? bySize(setting, 20, 120, 1_800)) * 1_000;
    const isLong = churnMs >= LONG_MS;
    // An edge that everyone has left collects its garbage after a quarter of a minute.
    const restMs = bySize(setting, 5, 30, 60) * 1_000;
    const conditions = conditionsNow(setting, { viewers, edges });
    const polls = Math.min(MOST_POLLS, 3 + Math.ceil(churnMs / (CLOSE_AFTER_MS + GRACE_MS)));
    const options = {
      edges,
      viewers: viewers * 2,
      polls,
      live: 'percentages',
      comesBack: true,
      seed: setting.seed,
    } as const;
    return inHouse(options, async (house) => {
      const { audience, faults, server } = house;
      const watch = new ProcessWatch(house);
      const start = await watch.take();
      const overMs = gentleMs(viewers, edges);
      const crowd = { sse: SSE, poll: POLL, joinsFirst: false, plan: { shape: 'even', overMs } } as const;

      audience.arrive({ count: viewers, ...crowd });
      await allHere(house, viewers, overMs + PATIENCE_MS);
      await pollAfterPoll(house, 1, 0);
      const warm = await emptied(house, { watch, start, restMs });
      await audience.findings({ forget: true });

      audience.arrive({ count: viewers, ...crowd });
      await allHere(house, viewers, overMs + PATIENCE_MS);
      const from = watch.samples.length;
      watch.begin(SAMPLE_MS);
      const untilMs = performance.now() + churnMs;
      const [played] = await Promise.all([
        pollAfterPoll(house, 2, untilMs),
        churn({ audience, viewers, sse: SSE, poll: POLL }, churnMs),
        settle(churnMs / 4).then(() => restartEdges(house)),
      ]);
      await watch.end();
      const during = watch.samples.slice(from);
      const lastHalf = during.slice(Math.floor(during.length / 2));

      const end = await emptied(house, { watch, start, restMs });
      const findings = await audience.findings({ forget: false });
      await auditLedger(
        house,
        findings,
        Array.from({ length: played + 1 }, (_, i) => `q${i + 1}`),
      );
      noteUnexpected(server, faults, ({ event }) => event === 'ready' || event === 'restarted');
      const restarts = server.events.filter(({ event }) => event === 'restarted').length;
      if (restarts !== edges) faults.note('server-event', `${restarts} restarts of ${edges} edges`);

      const { fates, receipts, byes } = findings;
      const acks = findings.acks.summary();
      const count = (what: string, value: number, unit: string): Figure => ({ what, value, unit, target: null });
      const target = (most: number) => (isLong ? atMost('soak', most) : null);
      const memory = (part: Part): Figure[] => [
        {
          what: `${part}: memory after everyone has left, above that after the first time`,
          value: (memoryKb(end, part) - memoryKb(warm, part)) / 1_024,
          unit: 'MiB',
          target: part === 'edges' ? target((findings.arrived * MOST_LEFT_KB) / 1_024) : null,
        },
        {
          what: `${part}: growth over the second half`,
          value: growthKbPerMin(lastHalf, part) / 1_024,
          unit: 'MiB/min',
          target: part === 'core' ? null : target(MOST_GROWTH_MIB_PER_MIN),
        },
        count(`${part}: descriptors of a process, at the start`, mostDescriptors(start, part), ''),
        count(`${part}: descriptors of a process, at the end`, mostDescriptors(end, part), ''),
      ];
      const keptBytes = ((memoryKb(end, 'core') - memoryKb(warm, 'core')) * 1_024) / findings.answered;
      return {
        conditions,
        figures: [
          count('churned for', churnMs / 1_000, 's'),
          count('came in all', findings.arrived, 'viewers'),
          ...(['ws', 'sse', 'poll'] as const).map((transport) =>
            count(`here at a time on ${transport}, median`, medianViewers(during, transport), 'viewers'),
          ),
          ...Object.entries(fates).map(([fate, times]) => count(`fate: ${fate}`, times, 'times')),
          count('sent away as slow readers', byes['slow-reader'] ?? 0, ''),
          count('polls', played + 1, ''),
          ...Object.entries(receipts).map(([status, times]) => count(`ballots: ${status}`, times, '')),
          count('ballots sent again without an answer', findings.resent, ''),
          count('ballots with a receipt that were sent once more', findings.repeated, ''),
          count('copies answered with the first receipt', findings.repeatsAnswered, ''),
          count('ballots of people who left before the receipt', findings.abandoned, ''),
          count('receipt p50, absences included', acks.p50Ms, 'ms'),
          count('receipt p99, absences included', acks.p99Ms, 'ms'),
          count('change of transport p99', findings.switches.quantileMs(0.99), 'ms'),
          count('back after a loss, p99', findings.returns.quantileMs(0.99), 'ms'),
          ...PARTS.flatMap(memory),
          // Receipts are kept, so that a ballot that is sent again gets its first answer.
          ...(isLong ? [count('core: memory for each ballot', keptBytes, 'B')] : []),
        ],
        comparisons: [],
        skipped: [],
        faults: faults.faults,
        raw: {
          samples: watch.samples,
          churnFrom: from,
          closes: findings.closes,
          byes,
          refusals: findings.refusals,
          returnsPerS: findings.returnsPerS,
        },
      };
    });
  },
};
