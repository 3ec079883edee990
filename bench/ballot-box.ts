/**
 * How many ballots a second the ballot box acknowledges, each batch on disk before its answer.
 * Run: `node bench/ballot-box.ts [ballots] [ballots per batch] [batches in flight]`; bounded to about ten seconds.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBallotBox } from '../server/ballotbox/open-ballot-box.ts';
import type { BallotRow, RunRule } from '../shared/protocol/backplane.ts';
import type { BallotId, OptionId, PollId, VoterId } from '../shared/protocol/ids.ts';
import { runIdOf } from '../shared/protocol/ids.ts';

const BOUND_MS = 8_000;
const BALLOTS = Number(process.argv[2] ?? 141_000);
const BATCH = Number(process.argv[3] ?? 64);
const IN_FLIGHT = Number(process.argv[4] ?? 8);

const poll = 'bench' as PollId;
const options = ['a', 'b', 'c', 'd'] as OptionId[];
const nowMs = Date.now();
const rule: RunRule = {
  runId: runIdOf(poll, 'live', 1),
  pollId: poll,
  mode: 'live',
  round: 1,
  kind: 'single',
  intake: 'open',
  options,
  min: 1,
  max: 1,
  maxBallots: 1,
  graceMs: 0,
  openedAtMs: nowMs,
  closesAtMs: nowMs + 3_600_000,
  pausedAtMs: null,
  modeIsOn: true,
};

function ballot(i: number): BallotRow {
  const voter = randomBytes(16).toString('base64url') as VoterId;
  const option = options[i % options.length] ?? options[0];
  return [voter, 'live', `b${i}` as BallotId, poll, 1, option === undefined ? [] : [option], nowMs + i, nowMs + i];
}

function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? 0;
}

const dir = mkdtempSync(join(tmpdir(), 'tallyroom-bench-'));
try {
  const box = await openBallotBox({
    ledgers: { live: join(dir, 'ledger-live.db'), rehearsal: join(dir, 'ledger-rehearsal.db') },
    now: Date.now,
  });
  box.setRules([rule]);
  const batches: BallotRow[][] = [];
  for (let i = 0; i < BALLOTS; i += BATCH) {
    batches.push(Array.from({ length: Math.min(BATCH, BALLOTS - i) }, (_, j) => ballot(i + j)));
  }

  const latencies: number[] = [];
  let next = 0;
  let accepted = 0;
  const startedMs = performance.now();
  async function edge(edgeId: string): Promise<void> {
    for (let batchNo = 1; performance.now() - startedMs < BOUND_MS; batchNo++) {
      const ballots = batches[next++];
      if (ballots === undefined) return;
      const sentMs = performance.now();
      const answers = await box.submit({ edgeId, edgeEpoch: 'bench', batchNo, ballots, classes: {} });
      latencies.push(performance.now() - sentMs);
      accepted += answers.filter((answer) => 'status' in answer && answer.status === 'accepted').length;
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, i) => edge(`edge-${i}`)));
  const tookMs = performance.now() - startedMs;
  const { commitP99Ms } = box.vitals();
  const recountStartMs = performance.now();
  const recount = await box.recount(rule.runId);
  const recountMs = performance.now() - recountStartMs;
  await box.close();

  latencies.sort((a, b) => a - b);
  const load = loadavg().map((n) => n.toFixed(1));
  process.stdout.write(
    [
      `ballots acknowledged  ${accepted} in ${(tookMs / 1_000).toFixed(2)} s: ${Math.round((accepted / tookMs) * 1_000)} /s, fsync before each answer`,
      `batch round trip      p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms, max ${percentile(latencies, 1).toFixed(1)} ms`,
      `commit                p99 ${commitP99Ms.toFixed(1)} ms`,
      `recount               ${recount.total} ballots in ${recountMs.toFixed(0)} ms, chain ${recount.chain}, equals live: ${recount.total === recount.live.total}`,
      `conditions            ${BATCH} ballots a batch, ${IN_FLIGHT} batches in flight, Node ${process.version}, ${process.platform}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, load ${load.join(' ')}`,
      '',
    ].join('\n'),
  );
} finally {
  rmSync(dir, { recursive: true });
}
