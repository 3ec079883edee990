import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BallotBox } from './ballot-box.ts';
import { ballotOf, batchesOf, NOW_MS, ruleOf, submitTo, type TempLedgers, tempLedgers } from './builders.test-part.ts';
import type { KnownRun, LiveCount, RunHead } from './ledger.ts';
import { ballotLine, type LedgerBallot, type Link, linkHash } from './ledger-chain.ts';
import type { GroupItem, GroupReply } from './ledger-group.ts';
import { LedgerWriter } from './ledger-writer.ts';
import type { Moment } from './messages.ts';
import { openBallotBox } from './open-ballot-box.ts';
import { recountRun } from './recount.ts';
import { SqliteLedgerReader } from './sqlite-ledger-reader.ts';
import { SqliteLedgerStore } from './sqlite-ledger-store.ts';

const rule = ruleOf({});
const { runId } = rule;
let temp: TempLedgers;
beforeEach(() => {
  temp = tempLedgers();
});
afterEach(() => temp.remove());

it('a recount while ballots come in is exact at its moment and agrees with the live count of that moment', async () => {
  const box = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
  box.setRules([rule]);
  const batch = batchesOf('edge-1', 'epoch-1');
  const results = [];
  for (let i = 0; i < 10; i++) {
    const submitted = [0, 1, 2].map((n) => submitTo(box, batch(ballotOf({ voter: `voter-${i}-${n}` }))));
    results.push(box.recount(runId, null));
    await submitted[0];
  }
  for (const { total, options, live, chain } of await Promise.all(results)) {
    expect({ total, options }).toEqual(live);
    expect(chain).toBe('ok');
  }
  expect((await box.recount(runId, null)).total).toBe(30);
  await box.close();
});

it('a recount that was asked for before the last ballots and the seal, and is made after them, is exact all the same', async () => {
  const writer = new LedgerWriter('live', new SqliteLedgerStore(temp.ledgers.live));
  const apply = (item: GroupItem) => writer.apply([item], { touch: false }).replies[0];
  const batch = batchesOf('edge-1', 'epoch-1');
  const cast = (voter: string) =>
    apply({ t: 'submit', ref: 0, batch: batch(ballotOf({ voter })), atMs: NOW_MS, answers: [] });
  apply({ t: 'rules', rules: [rule], atMs: NOW_MS });
  cast('voter-1');
  const reply = apply({ t: 'moment', ref: 1, runId });
  cast('voter-2');
  apply({ t: 'seal', ref: 2, runId, atMs: NOW_MS });
  writer.close();
  const reader = new SqliteLedgerReader(temp.ledgers.live, { isOlderFine: false });
  if (reply?.t !== 'moment') throw new Error('no moment came');
  expect(await recountRun(reader, { moment: reply.moment, known: null })).toMatchObject({
    total: 1,
    live: { total: 1 },
    chain: 'ok',
  });
  reader.close();
});

describe('a recount is compared with what the journal knows', () => {
  const known = (changes: Partial<KnownRun>): KnownRun => ({ runId, sealed: null, told: null, ...changes });

  /** Three links with a ballot each, and what was told after the second. */
  async function voted(box: BallotBox): Promise<RunHead> {
    box.setRules([rule]);
    const batch = batchesOf('edge-1', 'epoch-1');
    for (const voter of ['1', '2']) await submitTo(box, batch(ballotOf({ voter })));
    const { head, link, tally } = box.live(runId) as LiveCount;
    await submitTo(box, batch(ballotOf({ voter: '3' })));
    return { runId, head, link, tally };
  }

  it('and holds where the chain goes through the head that was told, with its count', async () => {
    const box = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
    const told = await voted(box);
    expect(told).toMatchObject({ link: 2, tally: { total: 2 } });
    expect(await box.recount(runId, known({ told }))).toMatchObject({ total: 3, live: { total: 3 }, chain: 'ok' });
    for (const other of [
      { ...told, head: 'f'.repeat(64) },
      { ...told, link: 3 },
      { ...told, tally: { ...told.tally, total: 3 } },
    ]) {
      expect((await box.recount(runId, known({ told: other }))).chain).toBe('broken');
    }
    const sealed = await box.seal(runId);
    expect(await box.recount(runId, known({ sealed, told }))).toMatchObject({ total: 3, chain: 'ok' });
    expect((await box.recount(runId, known({ sealed: { ...sealed, head: told.head } }))).chain).toBe('broken');
    await box.close();
  });

  it('and not with a count that was folded from an empty ledger in its place', async () => {
    const box = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
    const told = await voted(box);
    const sealed = await box.seal(runId);
    await box.close();
    rmSync(temp.ledgers.live);
    const again = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
    again.setRules([rule]);
    expect(await again.recount(runId, known({ sealed }))).toMatchObject({
      total: 0,
      live: { total: 3 },
      chain: 'broken',
    });
    expect(await again.recount(runId, known({ told }))).toMatchObject({
      total: 0,
      live: { total: 2 },
      chain: 'broken',
    });
    // Whoever votes now does not make it whole.
    await submitTo(again, batchesOf('edge-1', 'epoch-2')(ballotOf({ voter: '9' })));
    expect(await again.recount(runId, known({ told }))).toMatchObject({
      total: 1,
      live: { total: 2 },
      chain: 'broken',
    });
    await again.close();
  });
});

describe('a recount finds', () => {
  let writer: LedgerWriter;
  let reader: SqliteLedgerReader;

  function open(): void {
    writer = new LedgerWriter('live', new SqliteLedgerStore(temp.ledgers.live));
    reader = new SqliteLedgerReader(temp.ledgers.live, { isOlderFine: false });
  }
  function close(): void {
    reader.close();
    writer.close();
  }
  function apply(item: GroupItem): GroupReply[] {
    return writer.apply([item], { touch: false }).replies;
  }
  function moment(): Moment {
    const reply = apply({ t: 'moment', ref: 1, runId })[0];
    if (reply?.t !== 'moment') throw new Error('no moment came');
    return reply.moment;
  }
  async function chain(): Promise<string> {
    return (await recountRun(reader, { moment: moment(), known: null })).chain;
  }
  /** Somebody with the file in hand and a SQLite shell. */
  function tamper(sql: string): void {
    const ledger = new Database(temp.ledgers.live);
    expect(ledger.prepare(sql).run().changes).toBeGreaterThan(0);
    ledger.close();
  }

  beforeEach(async () => {
    open();
    apply({ t: 'rules', rules: [rule], atMs: NOW_MS });
    const batch = batchesOf('edge-1', 'epoch-1');
    for (let i = 0; i < 5; i++) {
      const ballots = [0, 1, 2].map((n) => ballotOf({ voter: `voter-${i}-${n}`, choice: [n === 0 ? 'a' : 'b'] }));
      const another = ballotOf({ voter: `voter-${i}-0`, id: 'another' });
      apply({ t: 'submit', ref: 0, batch: batch(...ballots, another), atMs: NOW_MS, answers: [] });
    }
    expect(await chain()).toBe('ok');
  });
  afterEach(close);

  it.each([
    ['a changed choice', `UPDATE ballots SET choice = '["c"]' WHERE id = 4`],
    ['a choice that is no JSON', `UPDATE ballots SET choice = 'c' WHERE id = 4`],
    ['a changed voter', 'UPDATE ballots SET voter = zeroblob(16) WHERE id = 4'],
    ['a changed time', 'UPDATE ballots SET received_at_ms = received_at_ms - 1 WHERE id = 4'],
    ['a ballot that is gone', 'DELETE FROM ballots WHERE id = 4'],
    ['the last ballot gone', 'DELETE FROM ballots WHERE id = (SELECT max(id) FROM ballots)'],
    [
      'a ballot put in',
      `INSERT INTO ballots (run, voter, slot, ballot_id, ref, choice, received_at_ms, batch)
         SELECT run, randomblob(16), 1, 'stuffed', ref, choice, received_at_ms, batch FROM ballots WHERE id = 15`,
    ],
    [
      'a ballot without a batch',
      `INSERT INTO ballots (run, voter, slot, ballot_id, ref, choice, received_at_ms, batch)
         SELECT run, randomblob(16), 1, 'stuffed', ref, choice, received_at_ms, 999 FROM ballots WHERE id = 15`,
    ],
    [
      'two ballots that changed places',
      'UPDATE ballots SET id = CASE id WHEN 4 THEN -5 ELSE -4 END WHERE id IN (4, 5)',
    ],
    ['a batch that is gone, its ballots left', 'DELETE FROM batches WHERE id = 2'],
    ['a changed class', `UPDATE batches SET classes = '{"counted":3,"duplicate":9}' WHERE id = 2`],
    ['a count that the ballots do not give', `UPDATE batches SET classes = '{"counted":4,"duplicate":1}' WHERE id = 2`],
    ['a changed hash', "UPDATE batches SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE id = 2"],
    ['a changed head', "UPDATE runs SET head = 'x'"],
    ['a run that is gone', 'DELETE FROM runs'],
  ])('%s', async (_what, sql) => {
    tamper(sql);
    expect(await chain()).toBe('broken');
  });

  it('a batch cut out with its ballots, in the middle and at the end', async () => {
    for (const id of [2, 5]) {
      tamper(`DELETE FROM ballots WHERE batch = ${id}`);
      tamper(`DELETE FROM batches WHERE id = ${id}`);
      expect(await chain()).toBe('broken');
    }
  });

  it('the end cut off while the box was closed', async () => {
    close();
    tamper('DELETE FROM ballots WHERE batch = 5');
    tamper('DELETE FROM batches WHERE id = 5');
    open();
    expect(await chain()).toBe('broken');
  });

  it('a chain that is sound in itself but not the one that was written', async () => {
    const written = moment();
    tamper(`UPDATE ballots SET choice = '["c"]' WHERE batch = 5`);
    const shell = new Database(temp.ledgers.live);
    const link = shell
      .prepare<[], Link & { prev: string }>(
        `SELECT prev, edge_id AS edgeId, edge_epoch AS edgeEpoch, batch_no AS batchNo, committed_at_ms AS committedAtMs,
           classes FROM batches WHERE id = 5`,
      )
      .get();
    const ballots = shell
      .prepare<[], LedgerBallot>(
        `SELECT voter, slot, ballot_id AS ballotId, ref, choice, received_at_ms AS receivedAtMs, cast_at_ms AS castAtMs
           FROM ballots WHERE batch = 5 ORDER BY id`,
      )
      .all();
    if (link === undefined) throw new Error('no batch 5');
    const forged = linkHash(link.prev, { ...link, runId }, ballots.map(ballotLine));
    shell.prepare('UPDATE batches SET hash = ? WHERE id = 5').run(forged);
    shell.prepare('UPDATE runs SET head = ?').run(forged);
    shell.close();
    expect((await recountRun(reader, { moment: { ...written, head: forged }, known: null })).chain).toBe('ok');
    expect(await chain()).toBe('broken');
  });

  it('a changed seal', async () => {
    apply({ t: 'seal', ref: 0, runId, atMs: NOW_MS });
    expect(await chain()).toBe('ok');
    tamper(`UPDATE runs SET sealed_tally = replace(sealed_tally, '"count":10', '"count":11')`);
    expect(await chain()).toBe('broken');
  });
});
