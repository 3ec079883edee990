import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PollId, runIdOf } from '../../shared/protocol/ids.ts';
import type { BallotBox } from './ballot-box.ts';
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
import { genesisOf } from './ledger-chain.ts';
import { openBallotBox } from './open-ballot-box.ts';

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

describe('a ballot', () => {
  it('is accepted with a reference and the time it was received, and counted at once', async () => {
    box.setRules([ruleOf({})]);
    const [answer] = await submitTo(box, batch(ballotOf({ choice: ['b'] })));
    expect(answer).toEqual({
      status: 'accepted',
      ref: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/),
      atMs: NOW_MS + 1_000,
    });
    expect(box.live(runId)).toMatchObject({
      tally: {
        total: 1,
        options: [
          { id: 'a', count: 0 },
          { id: 'b', count: 1 },
          { id: 'c', count: 0 },
        ],
      },
      acknowledged: 1,
      link: 1,
    });
  });

  it('sent again gets the very same receipt, also from another edge, and counts once', async () => {
    box.setRules([ruleOf({})]);
    const [first] = await submitTo(box, batch(ballotOf({})));
    const [again] = await submitTo(
      box,
      batchesOf('edge-2', 'epoch-9')(ballotOf({ choice: ['c'], receivedAtMs: NOW_MS + 9 })),
    );
    expect(again).toEqual(first);
    expect(box.live(runId)).toMatchObject({ tally: { total: 1 }, acknowledged: 1 });
  });

  it('twice in one batch is one ballot', async () => {
    box.setRules([ruleOf({})]);
    const [first, second] = await submitTo(box, batch(ballotOf({}), ballotOf({})));
    expect(wordOf(first)).toBe('accepted');
    expect(second).toEqual(first);
    expect(await box.recount(runId, null)).toMatchObject({ total: 1, classes: { counted: 1, duplicate: 0 } });
  });

  it('beside another one of the same voter in one batch: the first counts', async () => {
    box.setRules([ruleOf({})]);
    expect(await words(ballotOf({ id: 'x' }), ballotOf({ id: 'y', choice: ['b'] }))).toEqual(['accepted', 'duplicate']);
    expect(await box.recount(runId, null)).toMatchObject({ total: 1, classes: { counted: 1, duplicate: 1 } });
  });

  it('of a voter with three to cast is accepted three times, then over the limit', async () => {
    box.setRules([ruleOf({ maxBallots: 3 })]);
    const four = ['w', 'x', 'y', 'z'].map((id) => ballotOf({ id }));
    expect(await words(...four)).toEqual(['accepted', 'accepted', 'accepted', 'over-limit']);
    expect(await words(ballotOf({ id: 'y' }), ballotOf({ id: 'q' }))).toEqual(['accepted', 'over-limit']);
    expect(box.live(runId)?.tally.total).toBe(3);
  });

  it('with several choices counts once in the total and once for each', async () => {
    box.setRules([ruleOf({ kind: 'multiple', max: 2 })]);
    expect(await words(ballotOf({ choice: ['c', 'a'] }), ballotOf({ voter: 'voter-2' }))).toEqual([
      'accepted',
      'accepted',
    ]);
    const options = [
      { id: 'a', count: 2 },
      { id: 'b', count: 0 },
      { id: 'c', count: 1 },
    ];
    expect(box.live(runId)?.tally).toEqual({ total: 2, options });
    expect(await box.recount(runId, null)).toMatchObject({
      total: 2,
      options,
      live: { total: 2, options },
      chain: 'ok',
    });
  });

  it('that did not count hears the same again, even when the run has changed since', async () => {
    box.setRules([ruleOf({ intake: 'armed' })]);
    const [first] = await submitTo(box, batch(ballotOf({})));
    expect(wordOf(first)).toBe('not-eligible');
    box.setRules([ruleOf({})]);
    expect(await submitTo(box, batch(ballotOf({ receivedAtMs: NOW_MS + 5_000 })))).toEqual([first]);
    expect(await words(ballotOf({ id: 'new' }))).toEqual(['accepted']);
    expect(await box.recount(runId, null)).toMatchObject({ classes: { 'not-eligible': 1, counted: 1 } });
  });

  it('is judged by the rule that was set before it was submitted', async () => {
    box.setRules([ruleOf({})]);
    const inTime = submitTo(box, batch(ballotOf({})));
    box.setRules([ruleOf({ intake: 'closed' })]);
    const afterwards = submitTo(box, batch(ballotOf({ voter: 'voter-2' })));
    expect([(await inTime).map(wordOf), (await afterwards).map(wordOf)]).toEqual([['accepted'], ['late']]);
  });

  it('for a paused run waits, is in no class, and counts once the run goes on', async () => {
    const pausedAtMs = NOW_MS + 1_000;
    box.setRules([ruleOf({ intake: 'paused', closesAtMs: null, pausedAtMs })]);
    expect(await submitTo(box, batch(ballotOf({})))).toEqual([{ error: 'paused', retryAfterMs: expect.any(Number) }]);
    expect(await words(ballotOf({ voter: 'voter-2', receivedAtMs: pausedAtMs - 1 }))).toEqual(['accepted']);
    box.setRules([ruleOf({})]);
    expect(await words(ballotOf({}))).toEqual(['accepted']);
    const { classes } = await box.recount(runId, null);
    expect(Object.values(classes).reduce((a, b) => a + b)).toBe(2);
  });

  it('of the other mode or another round is not eligible; the modes never meet', async () => {
    const rehearsal = ruleOf({ mode: 'rehearsal' });
    box.setRules([ruleOf({}), rehearsal]);
    expect(await words(ballotOf({ round: 2 }), ballotOf({ poll: 'other' }))).toEqual(['not-eligible', 'not-eligible']);
    expect(await words(ballotOf({}), ballotOf({ mode: 'rehearsal', choice: ['c'] }))).toEqual(['accepted', 'accepted']);
    expect(box.live(runId)?.tally.options.map((o) => o.count)).toEqual([1, 0, 0]);
    expect(box.live(rehearsal.runId)?.tally.options.map((o) => o.count)).toEqual([0, 0, 1]);
    expect(await box.recount(rehearsal.runId, null)).toMatchObject({ total: 1, chain: 'ok' });
    await box.close();
    for (const path of Object.values(temp.ledgers)) {
      const ledger = new Database(path, { readonly: true });
      expect(ledger.prepare('SELECT count(*) FROM ballots').pluck().get()).toBe(1);
      ledger.close();
    }
  });

  it('for a run that nobody told of leaves nothing on disk', async () => {
    expect(await words(ballotOf({ poll: 'made-up' }))).toEqual(['not-eligible']);
    await box.close();
    const ledger = new Database(temp.ledgers.live, { readonly: true });
    expect(ledger.prepare('SELECT count(*) FROM runs').pluck().get()).toBe(0);
    ledger.close();
  });
});

describe('a batch', () => {
  it('sent again counts nothing twice and is answered as before', async () => {
    box.setRules([ruleOf({})]);
    const sent = batch(ballotOf({}), ballotOf({ id: 'second' }), ballotOf({ voter: 'voter-2', choice: ['nobody'] }));
    sent.classes = { [runId]: { malformed: 2, 'rate-limited': 3 } };
    const first = await submitTo(box, sent);
    const counted = await box.recount(runId, null);
    expect(counted.classes).toMatchObject({ counted: 1, duplicate: 1, malformed: 3, 'rate-limited': 3 });
    expect(await submitTo(box, sent)).toEqual(first);
    expect(await box.recount(runId, null)).toEqual(counted);

    await restart();
    box.setRules([ruleOf({})]);
    expect((await submitTo(box, sent))[0]).toEqual(first[0]);
    expect(await box.recount(runId, null)).toEqual(counted);
  });

  it('sent again with a ballot that would count only now leaves that one for another batch', async () => {
    const ballots = [ballotOf({ receivedAtMs: NOW_MS }), ballotOf({ voter: 'voter-2' })];
    const sent = batch(...ballots);
    box.setRules([ruleOf({ intake: 'paused', closesAtMs: null, pausedAtMs: NOW_MS + 1 })]);
    expect((await submitTo(box, sent)).map(wordOf)).toEqual(['accepted', 'paused']);
    box.setRules([ruleOf({})]);
    expect((await submitTo(box, sent)).map(wordOf)).toEqual(['accepted', 'unavailable']);
    expect(await words(...ballots)).toEqual(['accepted', 'accepted']);
    expect(await box.recount(runId, null)).toMatchObject({ total: 2, chain: 'ok' });
  });

  it('of refusals alone is counted too; those for unknown runs are not', async () => {
    box.setRules([ruleOf({})]);
    const sent = batch();
    sent.classes = { [runId]: { malformed: 1 }, 'made-up:live:1': { malformed: 9 }, nonsense: { malformed: 9 } };
    expect(await submitTo(box, sent)).toEqual([]);
    expect(await box.recount(runId, null)).toMatchObject({ total: 0, classes: { malformed: 1 }, chain: 'ok' });
  });
});

describe('what a dead edge had not told', () => {
  it('stands as unknown, once, also over a restart', async () => {
    box.setRules([ruleOf({})]);
    box.noteUnknown('edge-1', 'epoch-1', { [runId]: { malformed: 2, 'rate-limited': 1 } });
    box.noteUnknown('edge-1', 'epoch-1', { [runId]: { malformed: 2, 'rate-limited': 1 } });
    expect(await box.recount(runId, null)).toMatchObject({ classes: { unknown: 3, malformed: 0 }, chain: 'ok' });
    await restart();
    expect(await box.recount(runId, null)).toMatchObject({ classes: { unknown: 3 } });
  });
});

describe('a seal', () => {
  it('holds what was submitted before it, and nothing after', async () => {
    box.setRules([ruleOf({})]);
    const before = submitTo(box, batch(ballotOf({})));
    const sealing = box.seal(runId);
    const after = submitTo(box, batch(ballotOf({ voter: 'voter-2' })));
    expect((await before).map(wordOf)).toEqual(['accepted']);
    const sealed = await sealing;
    expect(sealed.tally.total).toBe(1);
    expect((await after).map(wordOf)).toEqual(['late']);
    expect(await box.recount(runId, null)).toMatchObject({
      total: 1,
      head: sealed.head,
      classes: { counted: 1, late: 1 },
      live: sealed.tally,
      chain: 'ok',
    });
  });

  it('repeated is the same, also after a restart, and repeats of its ballots keep their receipts', async () => {
    box.setRules([ruleOf({})]);
    const [receipt] = await submitTo(box, batch(ballotOf({})));
    const sealed = await box.seal(runId);
    await submitTo(box, batch(ballotOf({ voter: 'late-comer' })));
    expect(await box.seal(runId)).toEqual(sealed);
    await restart();
    expect(await words(ballotOf({ voter: 'voter-3' }))).toEqual(['late']);
    expect(await box.seal(runId)).toEqual(sealed);
    expect(await submitTo(box, batchesOf('edge-2', 'x')(ballotOf({})))).toEqual([receipt]);
    expect(box.live(runId)?.tally).toEqual(sealed.tally);
    expect(await box.recount(runId, null)).toMatchObject({
      head: sealed.head,
      total: 1,
      classes: { late: 2 },
      chain: 'ok',
    });
  });

  it('of a run without ballots is its genesis', async () => {
    box.setRules([ruleOf({ intake: 'closing' })]);
    const sealed = await box.seal(runId);
    expect(sealed.head).toBe(genesisOf(runId));
    expect(sealed.tally).toEqual({ total: 0, options: ['a', 'b', 'c'].map((id) => ({ id, count: 0 })) });
    expect(await box.recount(runId, null)).toMatchObject({ head: sealed.head, chain: 'ok' });
  });
});

describe('a restart', () => {
  it('keeps receipts and counts', async () => {
    box.setRules([ruleOf({})]);
    const ballots = Array.from({ length: 50 }, (_, i) =>
      ballotOf({ voter: `voter-${i}`, choice: [i % 2 ? 'a' : 'c'] }),
    );
    const answers = await submitTo(box, batch(...ballots));
    await restart();
    box.setRules([ruleOf({})]);
    expect(box.live(runId)).toMatchObject({ tally: { total: 50 }, acknowledged: 50 });
    expect(await submitTo(box, batchesOf('edge-1', 'epoch-2')(...ballots))).toEqual(answers);
    expect(await words(ballotOf({ voter: 'voter-7', id: 'another' }))).toEqual(['duplicate']);
    expect(box.live(runId)?.tally.options.map((o) => o.count)).toEqual([25, 0, 25]);
    expect(await box.recount(runId, null)).toMatchObject({ total: 50, live: { total: 50 }, chain: 'ok' });
  });

  it('leaves ballots unanswered for good only when the core has told of their run', async () => {
    box.setRules([ruleOf({})]);
    await submitTo(box, batch(ballotOf({})));
    await restart();
    const other = ballotOf({ voter: 'voter-2' });
    expect(await words(ballotOf({}), other)).toEqual(['accepted', 'unavailable']);
    box.setRules([ruleOf({})]);
    expect(await words(other)).toEqual(['accepted']);
  });
});

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

describe('the box', () => {
  it('knows nothing of a run without ballots and rule', async () => {
    expect(box.live(runId)).toBeNull();
    expect(await box.recount(runId, null)).toMatchObject({
      total: 0,
      options: [],
      head: genesisOf(runId),
      chain: 'ok',
    });
  });

  it('shows a run from its rule on', () => {
    box.setRules([ruleOf({})]);
    expect(box.live(runId)?.tally.options).toHaveLength(3);
  });

  it('tells what waits in its queue, and how long', async () => {
    box.setRules([ruleOf({})]);
    expect(box.vitals()).toEqual({ queueDepth: 0, queueHeadAgeMs: 0, commits: null, writable: true, error: null });
    const answered = submitTo(box, batch(ballotOf({}), ballotOf({ voter: 'voter-2' })));
    expect(box.vitals().queueDepth).toBe(2);
    await answered;
    expect(box.vitals()).toMatchObject({ queueDepth: 0, queueHeadAgeMs: 0 });
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

  it('answers everything before it closes, and nothing after', async () => {
    box.setRules([ruleOf({})]);
    const last = submitTo(box, batch(ballotOf({})));
    await box.close();
    expect((await last).map(wordOf)).toEqual(['accepted']);
    await expect(submitTo(box, batch(ballotOf({})))).rejects.toMatchObject({ code: 'closed' });
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
