/**
 * How many ballots a second the ballot box acknowledges, each batch on disk before its answer.
 * Run: `node bench/ballot-box.ts [ballots] [ballots per batch] [batches in flight]`; bounded to about ten seconds.
 *
 * With `--dedupe N` it measures instead, in N alternating pairs, what the unique index costs: the ledger as it is against one
 * without the index, as it would be if the writer's memory alone kept voters from counting twice, and how long that memory
 * takes to be rebuilt from the ledger at a restart.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import type { BallotBox } from '../server/ballotbox/ballot-box.ts';
import { submitTo } from '../server/ballotbox/builders.test-part.ts';
import { openBallotBox } from '../server/ballotbox/open-ballot-box.ts';
import type { BallotRow, RunRule } from '../shared/protocol/backplane.ts';
import type { BallotId, OptionId, PollId, VoterId } from '../shared/protocol/ids.ts';
import { runIdOf } from '../shared/protocol/ids.ts';
import type { CommitVitals } from '../shared/protocol/vitals.ts';

const BOUND_MS = 8_000;
const { values, positionals } = parseArgs({ options: { dedupe: { type: 'string' } }, allowPositionals: true });
const BALLOTS = Number(positionals[0] ?? 141_000);
const BATCH = Number(positionals[1] ?? 64);
const IN_FLIGHT = Number(positionals[2] ?? 8);

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
  const choice = option === undefined ? [] : [option];
  // Every third person is behind one of a carrier's addresses, and everybody else at home.
  const network =
    i % 3 === 0 ? `203.0.113.${i % 64}` : `2001:db8:${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}::/64`;
  const times = [nowMs + i, nowMs + i, network, nowMs - 3_600_000] as const;
  return [voter, 'live', `b${i}` as BallotId, poll, 1, choice, ...times];
}

function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? 0;
}

function median(numbers: readonly number[]): number {
  return percentile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );
}

interface Voted {
  accepted: number;
  tookMs: number;
  /** Round trips of batches, ms, sorted. */
  latencies: number[];
}

/** Opens a box in a folder of its own; the folder goes when the work is done. */
async function inBox<T>(work: (box: BallotBox, ledger: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'tallyroom-bench-'));
  try {
    const ledgers = { live: join(dir, 'ledger-live.db'), rehearsal: join(dir, 'ledger-rehearsal.db') };
    const box = await openBallotBox({ ledgers, now: Date.now });
    return await work(box, ledgers.live);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Everybody votes once, as fast as answers come. */
async function vote(box: BallotBox): Promise<Voted> {
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
      const answers = await submitTo(box, { edgeId, edgeEpoch: 'bench', batchNo, ballots, classes: {} });
      latencies.push(performance.now() - sentMs);
      accepted += answers.filter((answer) => 'status' in answer && answer.status === 'accepted').length;
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, i) => edge(`edge-${i}`)));
  const tookMs = performance.now() - startedMs;
  return { accepted, tookMs, latencies: latencies.sort((a, b) => a - b) };
}

const perSecond = ({ accepted, tookMs }: Voted): number => Math.round((accepted / tookMs) * 1_000);

function conditions(): string {
  const load = loadavg().map((n) => n.toFixed(1));
  return `${BALLOTS} ballots, ${BATCH} a batch, ${IN_FLIGHT} batches in flight, Node ${process.version}, ${process.platform}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, load ${load.join(' ')}`;
}

function commitWords({ ballotsP50, ballotsMax, ...ms }: CommitVitals): string {
  const pair = (p50: number, p99: number) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  return [
    `ballots p50 ${ballotsP50}, max ${ballotsMax}`,
    pair(ms.tookP50Ms, ms.tookP99Ms),
    `write and fsync ${pair(ms.writeFsyncP50Ms, ms.writeFsyncP99Ms)}`,
  ].join('; ');
}

async function measureBox(): Promise<string[]> {
  return inBox(async (box) => {
    const voted = await vote(box);
    const { commits } = box.vitals();
    const recountStartMs = performance.now();
    const recount = await box.recount(rule.runId, null);
    const recountMs = performance.now() - recountStartMs;
    await box.close();
    const { accepted, tookMs, latencies } = voted;
    return [
      `ballots acknowledged  ${accepted} in ${(tookMs / 1_000).toFixed(2)} s: ${perSecond(voted)} /s, fsync before each answer`,
      `batch round trip      p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms, max ${percentile(latencies, 1).toFixed(1)} ms`,
      `commits, last 5 s      ${commits === null ? 'none' : commitWords(commits)}`,
      `recount               ${recount.total} ballots in ${recountMs.toFixed(0)} ms, chain ${recount.chain}, equals live: ${recount.total === recount.live.total}`,
      `conditions            ${conditions()}`,
    ];
  });
}

/** What a writer without the index would have to do at a restart: who has voted, and what to answer a repeat. */
function rebuildMs(ledger: string): number {
  const database = new Database(ledger, { readonly: true });
  const startMs = performance.now();
  const voters = new Map<string, unknown>();
  const rows = database.prepare<[], { voter: Buffer }>(
    'SELECT voter, slot, ballot_id, ref, received_at_ms FROM ballots',
  );
  for (const row of rows.iterate()) voters.set(row.voter.toString('latin1'), row);
  const tookMs = performance.now() - startMs;
  database.close();
  return tookMs;
}

async function measureDedupe(pairs: number): Promise<string[]> {
  const lines: string[] = [];
  const rates = { index: [] as number[], memory: [] as number[], rebuild: [] as number[] };
  for (let pair = 1; pair <= pairs; pair++) {
    const withIndex = await inBox(async (box) => {
      const voted = await vote(box);
      await box.close();
      return voted;
    });
    const inMemory = await inBox(async (box, ledger) => {
      const shell = new Database(ledger);
      shell.exec('DROP INDEX ballots_by_voter');
      shell.close();
      const voted = await vote(box);
      await box.close();
      rates.rebuild.push(rebuildMs(ledger));
      return voted;
    });
    rates.index.push(perSecond(withIndex));
    rates.memory.push(perSecond(inMemory));
    const words = ({ latencies }: Voted) => `p99 ${percentile(latencies, 0.99).toFixed(1)} ms`;
    lines.push(
      `pair ${pair}   unique index ${perSecond(withIndex)} /s, ${words(withIndex)}; memory only ${perSecond(inMemory)} /s, ${words(inMemory)}`,
    );
  }
  const ratio = median(rates.memory) / median(rates.index);
  return [
    ...lines,
    `medians  unique index ${median(rates.index)} /s; memory only ${median(rates.memory)} /s, ${ratio.toFixed(2)} times as much; rebuilt in ${median(rates.rebuild).toFixed(0)} ms`,
    `conditions  ${conditions()}`,
  ];
}

const lines = values.dedupe === undefined ? await measureBox() : await measureDedupe(Number(values.dedupe));
process.stdout.write(`${lines.join('\n')}\n`);
