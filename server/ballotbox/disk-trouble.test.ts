import { spawnSync } from 'node:child_process';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
const rehearsal = ruleOf({ mode: 'rehearsal' });
let temp: TempLedgers;
beforeEach(() => {
  temp = tempLedgers();
});
afterEach(() => temp.remove());

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;

describe('when the ledger takes no write', () => {
  it('ballots are unavailable and nothing of them is counted, the other mode goes on, and it recovers by itself', async () => {
    const box = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
    const batch = batchesOf('edge-1', 'epoch-1');
    box.setRules([rule, rehearsal]);
    await submitTo(box, batch(ballotOf({})));

    const other = new Database(temp.ledgers.live);
    other.exec('BEGIN IMMEDIATE');
    const mixed = batch(
      ballotOf({ voter: 'voter-2' }),
      ballotOf({ mode: 'rehearsal' }),
      ballotOf({ voter: 'voter-3' }),
    );
    expect((await submitTo(box, mixed)).map(wordOf)).toEqual(['unavailable', 'accepted', 'unavailable']);
    expect(box.vitals()).toMatchObject({ writable: false, error: expect.stringMatching(/live ledger.*SQLITE_BUSY/) });
    expect(box.live(rule.runId)).toMatchObject({ tally: { total: 1 }, acknowledged: 1 });
    box.noteUnknown('edge-9', 'epoch-9', { [rule.runId]: { malformed: 4 } });
    await expect(box.seal(rule.runId)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(box.destroySalt(rule.runId)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await box.recount(rule.runId, null)).toMatchObject({ total: 1, chain: 'ok' });

    other.exec('ROLLBACK');
    other.close();
    await vi.waitUntil(() => box.vitals().writable, { timeout: 10_000 });
    expect(box.vitals().error).toBeNull();
    expect((await submitTo(box, mixed)).map(wordOf)).toEqual(['accepted', 'accepted', 'accepted']);
    expect((await submitTo(box, batch(ballotOf({ voter: 'voter-2', id: 'new' })))).map(wordOf)).toEqual(['duplicate']);
    const sealed = await box.seal(rule.runId);
    expect(sealed.tally.total).toBe(3);
    expect(await box.recount(rule.runId, null)).toMatchObject({
      total: 3,
      head: sealed.head,
      classes: { unknown: 4, duplicate: 1 },
      chain: 'ok',
    });
    await box.close();
  });

  it('rules told meanwhile hold afterwards', async () => {
    const box = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
    const batch = batchesOf('edge-1', 'epoch-1');
    const other = new Database(temp.ledgers.live);
    other.exec('BEGIN IMMEDIATE');
    box.setRules([rule, ruleOf({ round: 2 })]);
    expect((await submitTo(box, batch(ballotOf({})))).map(wordOf)).toEqual(['unavailable']);
    other.exec('ROLLBACK');
    other.close();
    const answers = await submitTo(box, batch(ballotOf({}), ballotOf({ round: 2 })));
    expect(answers.map(wordOf)).toEqual(['accepted', 'accepted']);
    await box.close();
  });

  it.runIf(hasPrlimit)('a full disk is survived the same way, by a process that lives on', async () => {
    const box = await startBoxProcess(temp.ledgers);
    try {
      const limit = (bytes: string) =>
        spawnSync('prlimit', ['--pid', String(box.child.pid), `--fsize=${bytes}:unlimited`]);
      const batch = batchesOf('edge-1', 'epoch-1');
      await box.rules([rule]);
      expect((await box.submit(batch(ballotOf({})))).map(wordOf)).toEqual(['accepted']);

      expect(limit('4096').status).toBe(0);
      const second = ballotOf({ voter: 'v-0', id: 'second' });
      const lost = batch(...Array.from({ length: 500 }, (_, i) => ballotOf({ voter: `v-${i}` })), second);
      expect(new Set((await box.submit(lost)).map(wordOf))).toEqual(new Set(['unavailable']));
      expect(await box.vitals()).toMatchObject({
        writable: false,
        error: expect.stringMatching(/SQLITE_(FULL|IOERR)/),
      });

      expect(limit('unlimited').status).toBe(0);
      await vi.waitUntil(async () => (await box.vitals()).writable, { timeout: 10_000 });
      // Nothing of the lost batch is remembered: what was second in it may come first now.
      expect((await box.submit(batch(second))).map(wordOf)).toEqual(['accepted']);
      const answers = (await box.submit(lost)).map(wordOf);
      expect(answers).toEqual(['duplicate', ...Array(500).fill('accepted')]);
      expect(await box.recount(rule.runId)).toMatchObject({ total: 501, live: { total: 501 }, chain: 'ok' });
    } finally {
      await box.kill();
    }
  });
});
