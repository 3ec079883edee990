/** The real ballot box, reached over a way that loses, doubles and reorders what edges send, and killed in between. */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { SubmittedBatch } from '../../server/ballotbox/ballot-box.ts';
import { startBoxProcess } from '../../server/ballotbox/box-process.test-part.ts';
import { ballotOf, batchesOf, NOW_MS, ruleOf, wordOf } from '../../server/ballotbox/builders.test-part.ts';
import { verifyLedger } from '../../server/evidence/verify-ledger.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import { readLedger } from '../server/testing/ledger-file.ts';
import { type SeededRandom, seededRandom } from '../server/testing/seeded-random.ts';

const EDGES = 3;
const BATCHES_AN_EDGE = 20;
const VOTERS = 150;
/** Batches on their way at once. */
const ON_THE_WAY = 6;
const GRACE_MS = 2_000;
const CLOSES_MS = NOW_MS + 60_000;

/** Every batch of every edge once, one edge's batches in the order in which it made them. */
function batchesFrom(random: SeededRandom): SubmittedBatch[] {
  const cast: BallotRow[] = [];
  const ballot = (): BallotRow => {
    const earlier = cast[random.between(0, Math.max(0, cast.length - 1))];
    // The same ballot by another way, also through another edge.
    if (earlier !== undefined && random.between(1, 100) <= 15) return earlier;
    const row = ballotOf({
      voter: `voter-${random.between(1, VOTERS)}`,
      id: `ballot-${cast.length}`,
      choice: [random.pick(['a', 'b', 'c'])],
      // One in ten comes around the end of the grace.
      receivedAtMs: random.between(1, 10) === 1 ? CLOSES_MS + random.between(0, 2 * GRACE_MS) : NOW_MS + 1_000,
    });
    cast.push(row);
    return row;
  };
  return Array.from({ length: EDGES }, (_, edge) => batchesOf(`edge-${edge}`, 'epoch-1')).flatMap((batch) =>
    Array.from({ length: BATCHES_AN_EDGE }, () => batch(...Array.from({ length: random.between(1, 12) }, ballot))),
  );
}

/** The order in which they arrive: some twice or three times, none in its place. */
function arrivalsOf(batches: readonly SubmittedBatch[], random: SeededRandom): SubmittedBatch[] {
  const copies = batches.flatMap((batch) => Array<SubmittedBatch>(random.pick([1, 1, 1, 2, 3])).fill(batch));
  return copies
    .map((batch) => ({ batch, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ batch }) => batch);
}

/**
 * @param dir an empty folder for the ledgers
 * @returns what happened, in a line
 */
export async function playBatchesRound({ seed, dir }: { seed: number; dir: string }): Promise<string> {
  const random = seededRandom(seed);
  const ledgers = { live: join(dir, 'ledger-live.db'), rehearsal: join(dir, 'ledger-rehearsal.db') };
  const rule = ruleOf({ graceMs: GRACE_MS, closesAtMs: CLOSES_MS });
  const words = new Map<string, BallotAnswer[]>();
  const keyOf = ([voter, , id]: BallotRow) => `${voter} ${id}`;
  const learn = (batch: SubmittedBatch, answers: readonly BallotAnswer[]): void => {
    batch.ballots.forEach((row, i) => {
      const answer = answers[i];
      if (answer !== undefined && 'status' in answer) words.set(keyOf(row), [...(words.get(keyOf(row)) ?? []), answer]);
    });
  };

  let box = await startBoxProcess(ledgers);
  await box.rules([rule]);
  let left = arrivalsOf(batchesFrom(random), random);
  const arrivals = left.length;
  const killAt = random.between(Math.floor(arrivals / 4), Math.floor((3 * arrivals) / 4));
  let arrived = 0;
  while (left.length > 0) {
    const wave = left.slice(0, ON_THE_WAY);
    left = left.slice(ON_THE_WAY);
    arrived += wave.length;
    const answering = wave.map((batch) => box.submit(batch).then((answers) => learn(batch, answers)));
    if (arrived >= killAt && arrived - wave.length < killAt) {
      // Whatever was answered before the kill is kept; the rest comes again, as edges do it.
      await Promise.race(answering);
      await box.kill();
      box = await startBoxProcess(ledgers);
      await box.rules([rule]);
      left = arrivalsOf([...wave, ...left], random);
    } else {
      await Promise.all(answering);
    }
  }
  const sealed = await box.seal(rule.runId);
  // Stragglers after the seal hear what they heard before, or that they are late.
  for (const batch of arrivalsOf(batchesFrom(seededRandom(seed)), random).slice(0, ON_THE_WAY)) {
    learn(batch, await box.submit(batch));
  }
  const recount = await box.recount(rule.runId);
  await box.kill();

  const accepted = [...words].filter(([, said]) => said.some((answer) => wordOf(answer) === 'accepted'));
  for (const [key, said] of accepted) for (const answer of said) expect(answer, key).toEqual(said[0]);
  const { rows, isChainWhole } = readLedger(ledgers.live, rule.runId);
  const refs = new Set(rows.map(({ ref }) => ref));
  for (const [key, [answer]] of accepted)
    expect(answer && 'ref' in answer && refs.has(answer.ref ?? ''), key).toBe(true);
  expect(rows.length, 'what was counted was told').toBe(accepted.length);
  expect(new Set(rows.map(({ voter }) => voter)).size, 'no voter counts twice').toBe(rows.length);
  for (const { receivedAtMs } of rows) expect(receivedAtMs).toBeLessThanOrEqual(CLOSES_MS + GRACE_MS);
  expect(recount).toMatchObject({ ...sealed.tally, live: sealed.tally, chain: 'ok', head: sealed.head });
  expect(isChainWhole).toBe(true);
  const verdict = await verifyLedger({ ledger: ledgers.live, journal: null });
  expect(verdict.runs.flatMap(({ faults }) => faults)).toEqual([]);
  return (
    `${arrivals} batches arrived, box killed at ${killAt}. ${accepted.length} acknowledged = ${rows.length} in the ledger, ` +
    'recount = live, chain verifies'
  );
}
