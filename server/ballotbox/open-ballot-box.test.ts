import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PollId, runIdOf } from '../../shared/protocol/ids.ts';
import type { BallotBox } from './ballot-box.ts';
import { ballotBoxContract } from './ballot-box-contract.test-part.ts';
import type { BoxPlace } from './box-stand.test-part.ts';
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
import { SqliteLedgerReader } from './sqlite-ledger-reader.ts';

function filePlace(): BoxPlace {
  const files = tempLedgers();
  return {
    open: () => openBallotBox({ ledgers: files.ledgers, now: () => NOW_MS }),
    async read(mode, work) {
      const reader = new SqliteLedgerReader(files.ledgers[mode], { isOlderFine: false });
      try {
        return await work(reader);
      } finally {
        reader.close();
      }
    },
    remove: files.remove,
  };
}

describe('a ballot box on files', () => ballotBoxContract({ place: filePlace, numRuns: 6 }));

describe('its files', () => {
  let temp: TempLedgers;
  let box: BallotBox;
  let batch: ReturnType<typeof batchesOf>;

  async function open(): Promise<void> {
    box = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
  }
  async function restart(): Promise<void> {
    await box.close();
    await open();
  }
  async function words(...ballots: Parameters<typeof batch>): Promise<string[]> {
    return (await submitTo(box, batch(...ballots))).map(wordOf);
  }

  beforeEach(async () => {
    temp = tempLedgers();
    batch = batchesOf('edge-1', 'epoch-1');
    await open();
  });
  afterEach(async () => {
    await box.close();
    temp.remove();
  });

  const { runId } = ruleOf({});

  function filesHold(bytes: Buffer): boolean {
    return readdirSync(temp.dir).some((name) => readFileSync(join(temp.dir, name)).includes(bytes));
  }

  describe('destroying the salt', () => {
    it('takes the salt out of the files, while the counts can still be recounted', async () => {
      box.setRules([ruleOf({})]);
      expect(await words(ballotOf({}), ballotOf({ id: 'second' }))).toEqual(['accepted', 'duplicate']);
      const reader = new Database(temp.ledgers.live, { readonly: true });
      const salt = reader.prepare('SELECT salt FROM runs').pluck().get() as Buffer;
      reader.close();
      expect(salt).toHaveLength(32);
      expect(filesHold(salt)).toBe(true);

      const sealed = await box.seal(runId);
      await box.destroySalt(runId);
      await box.destroySalt(runId);
      expect(filesHold(salt)).toBe(false);
      expect(await box.recount(runId, null)).toMatchObject({ ...sealed.tally, head: sealed.head, chain: 'ok' });
      const asked = await words(ballotOf({}), ballotOf({ id: 'second' }), ballotOf({ id: 'new' }));
      expect(asked).toEqual(['late', 'late', 'late']);
      await restart();
      box.setRules([ruleOf({ intake: 'archived' })]);
      expect(await words(ballotOf({ id: 'newer' }))).toEqual(['late']);
      expect(await box.recount(runId, null)).toMatchObject({ total: 1, chain: 'ok' });
    });

    /** Archives a run while somebody reads the ledger, who keeps the old pages alive. */
    async function destroyUnderReader(): Promise<{ salt: Buffer; reader: Database.Database }> {
      box.setRules([ruleOf({})]);
      await words(ballotOf({}));
      await box.seal(runId);
      const reader = new Database(temp.ledgers.live, { readonly: true });
      reader.exec('BEGIN');
      const salt = reader.prepare('SELECT salt FROM runs').pluck().get() as Buffer;
      await box.destroySalt(runId);
      expect(filesHold(salt)).toBe(true);
      return { salt, reader };
    }

    it('ends with a clean log as soon as nobody reads the old pages any more, without another ballot', async () => {
      const { salt, reader } = await destroyUnderReader();
      reader.close();
      await vi.waitUntil(() => !filesHold(salt), { timeout: 10_000 });
    });

    it('is finished at the next start when the box died before the log was clean', async () => {
      const { salt, reader } = await destroyUnderReader();
      // What a process that is killed now leaves behind.
      const left = tempLedgers();
      for (const suffix of ['', '-wal']) copyFileSync(temp.ledgers.live + suffix, left.ledgers.live + suffix);
      reader.close();
      await box.close();
      temp.remove();
      temp = left;
      expect(filesHold(salt)).toBe(true);
      await open();
      await vi.waitUntil(() => !filesHold(salt), { timeout: 10_000 });
      expect(await box.recount(runId, null)).toMatchObject({ total: 1, chain: 'ok' });
    });
  });

  it('tells how many ballots a commit took, and how long it and its fsync lasted', async () => {
    box.setRules([ruleOf({})]);
    // What is written without a ballot tells nothing of the queue.
    await box.seal(runIdOf('other' as PollId, 'live', 1));
    expect(box.vitals().commits).toBeNull();
    await submitTo(box, batch(ballotOf({}), ballotOf({ voter: 'voter-2' }), ballotOf({ voter: 'voter-3' })));
    const first = box.vitals().commits;
    expect(first).toMatchObject({ ballotsP50: 3, ballotsMax: 3 });
    expect(first?.writeFsyncP50Ms).toBeGreaterThan(0);
    expect(first?.tookP50Ms).toBeGreaterThan(first?.writeFsyncP50Ms ?? 0);
    // A repeat is answered from what is on disk.
    expect(await words(ballotOf({}))).toEqual(['accepted']);
    expect(box.vitals().commits).toEqual(first);
    await words(ballotOf({ voter: 'voter-4' }));
    expect(box.vitals().commits).toMatchObject({ ballotsP50: 1, ballotsMax: 3 });
  });

  it('takes a batch of both modes for two commits, each with its own ballots', async () => {
    box.setRules([ruleOf({}), ruleOf({ mode: 'rehearsal' })]);
    const live = ['voter-1', 'voter-2'].map((voter) => ballotOf({ voter }));
    await submitTo(box, batch(...live, ballotOf({ mode: 'rehearsal' })));
    expect(box.vitals().commits).toMatchObject({ ballotsP50: 1, ballotsMax: 2 });
  });

  it('refuses a ledger of a newer program with the sentence to show', async () => {
    await box.close();
    const ledger = new Database(temp.ledgers.rehearsal);
    ledger.pragma('user_version = 99');
    ledger.close();
    await expect(open()).rejects.toMatchObject({
      name: 'StorageError',
      code: 'newer-file',
      message: expect.stringMatching(/ledger-rehearsal\.db was written by a newer Tallyroom.*99/),
    });
  });
});
