import { once } from 'node:events';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import { startBoxProcess } from './box-process.test-part.ts';
import {
  ballotOf,
  batchesOf,
  NOW_MS,
  ruleOf,
  submitTo,
  type TempLedgers,
  tempLedgers,
  wordOf,
} from './builders.test-part.ts';
import { openBallotBox } from './open-ballot-box.ts';

const rule = ruleOf({});
const SEED = Number(process.env.TALLYROOM_TEST_SEED ?? Math.floor(Math.random() * 1e9));

let temp: TempLedgers;
beforeEach(() => {
  temp = tempLedgers();
});
afterEach(() => temp.remove());

/** A small seeded generator (mulberry32), 0 ≤ x < 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

it('killed three times while voting, it has lost nothing acknowledged and counted nothing twice', async () => {
  process.stdout.write(`kill test seed: ${SEED} (TALLYROOM_TEST_SEED repeats it)\n`);
  const random = randomFrom(SEED);
  const acknowledged = new Map<BallotRow, BallotAnswer>();
  const cast: BallotRow[] = [];
  for (const life of [1, 2, 3]) {
    const box = await startBoxProcess(temp.ledgers);
    const batch = batchesOf('edge-1', `life-${life}`);
    // Some of each batch are repeats of earlier ballots, answered or not, and second tries of the same voter.
    const next = (): BallotRow => {
      const earlier = cast[Math.floor(random() * cast.length)];
      if (earlier !== undefined && random() < 0.15) return earlier;
      const row = ballotOf({ voter: `v-${Math.floor(random() * 20_000)}`, id: `b-${cast.length}` });
      cast.push(row);
      return row;
    };
    const killAfter = 1 + Math.floor(random() * 40);
    const extraMs = Math.floor(random() * 20);
    let answered = 0;
    let dead = false;
    let reached = (): void => {};
    const enough = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const edge = async (): Promise<void> => {
      while (!dead) {
        const ballots = Array.from({ length: 1 + Math.floor(random() * 30) }, next);
        const answers = await box.submit(batch(...ballots));
        ballots.forEach((row, i) => {
          const answer = answers[i];
          if (answer === undefined || wordOf(answer) !== 'accepted') return;
          expect(answer).toEqual(acknowledged.get(row) ?? answer);
          acknowledged.set(row, answer);
        });
        answered += 1;
        if (answered >= killAfter) reached();
      }
    };
    await box.rules([rule]);
    for (let i = 0; i < 4; i++) void edge();
    await enough;
    // A random moment inside whatever commit is under way; nothing is waited for.
    await new Promise((resolve) => setTimeout(resolve, extraMs));
    dead = true;
    await box.kill();
  }
  expect(acknowledged.size).toBeGreaterThan(3);

  const box = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
  box.setRules([rule]);
  const recount = await box.recount(rule.runId, null);
  expect(recount.chain).toBe('ok');
  expect({ total: recount.total, options: recount.options }).toEqual(recount.live);
  expect(recount.total).toBeGreaterThanOrEqual(acknowledged.size);
  const rows = [...acknowledged.keys()];
  const again = await submitTo(box, batchesOf('edge-2', 'after')(...rows));
  expect(again).toEqual([...acknowledged.values()]);
  expect(box.live(rule.runId)?.tally).toEqual(recount.live);
  await box.close();

  const ledger = new Database(temp.ledgers.live, { readonly: true });
  const twice = ledger.prepare('SELECT voter FROM ballots GROUP BY run, voter HAVING count(*) > 1').all();
  const refs = new Set(ledger.prepare<[], string>('SELECT ref FROM ballots').pluck().all());
  expect(twice).toEqual([]);
  for (const answer of acknowledged.values()) expect('ref' in answer && refs.has(answer.ref ?? '')).toBe(true);
  expect(ledger.pragma('integrity_check', { simple: true })).toBe('ok');
  ledger.close();
}, 120_000);

it('a writer that dies takes its process with it, and answers nothing', async () => {
  const box = await startBoxProcess(temp.ledgers);
  await box.rules([rule]);
  const ledger = new Database(temp.ledgers.live);
  ledger.exec('DROP TABLE ballots');
  ledger.close();
  const exited = once(box.child, 'exit');
  const answered = box.submit(batchesOf('edge-1', 'x')(ballotOf({}))).then(() => 'answered');
  const [code] = await Promise.race([exited, answered.then(() => ['answered'])]);
  expect(code).not.toBe(0);
  expect(code).toEqual(expect.any(Number));
  expect(box.stderr()).toContain('the ballot writer died');
});
