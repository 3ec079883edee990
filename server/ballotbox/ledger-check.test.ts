import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BallotAnswer } from '../../shared/protocol/backplane.ts';
import type { OptionId, PollId } from '../../shared/protocol/ids.ts';
import type { KnownShow, LedgerFault } from './ballot-box.ts';
import {
  ballotOf,
  batchesOf,
  NOW_MS,
  ruleOf,
  type TempLedgers,
  tempLedgers,
  WITHOUT_NETWORKS,
} from './builders.test-part.ts';
import type { KnownRun, RunHead } from './ledger.ts';
import type { GroupItem, GroupReply } from './ledger-group.ts';
import { LedgerWriter } from './ledger-writer.ts';

import { SqliteLedgerStore } from './sqlite-ledger-store.ts';

const sealedRule = ruleOf({ pollId: 'sealed' as PollId });
const openRule = ruleOf({ pollId: 'open' as PollId });
const SHOW = 'show-a';

let temp: TempLedgers;
let writer: LedgerWriter;
let batch: ReturnType<typeof batchesOf>;
/** What a journal knows that went along with all of it. */
let known: { sealed: KnownRun; open: KnownRun };

function apply(item: GroupItem): GroupReply[] {
  return writer.apply([item], { touch: false }).replies;
}

function cast(poll: string, voter: string): void {
  apply({ t: 'submit', ref: 0, batch: batch(ballotOf({ poll, voter })), atMs: NOW_MS, answers: [] });
}

function answerTo(poll: string, voter: string): BallotAnswer | undefined {
  const answers: BallotAnswer[] = [];
  const ballot = ballotOf({ poll, voter, id: `again-${poll}-${voter}` });
  apply({ t: 'submit', ref: 0, batch: batch(ballot), atMs: NOW_MS, answers });
  return answers[0];
}

function rows(table: string): unknown {
  const shell = new Database(temp.ledgers.live, { readonly: true });
  const count = shell.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  shell.close();
  return count;
}

function headOf(runId: string): RunHead {
  const live = writer.allLive().find((run) => run.runId === runId);
  if (live === undefined) throw new Error(`no run ${runId}`);
  const { acknowledged: _, ...head } = live;
  return head;
}

function bind(show: Partial<KnownShow> = {}): LedgerFault[] {
  const whole = { showId: SHOW, runs: [known.sealed, known.open], ...show };
  const [reply] = apply({ t: 'bind', ref: 1, mode: 'live', known: whole });
  if (reply?.t !== 'bound') throw new Error('the ledger did not answer');
  return reply.faults;
}

/** Somebody with a SQLite shell, while no server runs. */
function tamper(...statements: string[]): void {
  writer.close();
  const shell = new Database(temp.ledgers.live);
  for (const sql of statements) shell.exec(sql);
  shell.close();
  reopen();
}

function reopen(): void {
  writer = new LedgerWriter('live', new SqliteLedgerStore(temp.ledgers.live));
}

function meta(): Record<string, string> {
  const shell = new Database(temp.ledgers.live, { readonly: true });
  const rows = shell.prepare<[], { key: string; value: string }>('SELECT * FROM meta').all();
  shell.close();
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

const codes = (faults: LedgerFault[]) => faults.map(({ code, runId }) => [code, runId]);

beforeEach(() => {
  temp = tempLedgers();
  reopen();
  batch = batchesOf('edge-1', 'epoch-1');
  apply({ t: 'rules', rules: [sealedRule, openRule], atMs: NOW_MS });
  for (let n = 0; n < 3; n++) {
    cast('sealed', `voter-${n}`);
    cast('open', `voter-${n}`);
  }
  const [seal] = apply({ t: 'seal', ref: 0, runId: sealedRule.runId, atMs: NOW_MS });
  if (seal?.t !== 'sealed') throw new Error('not sealed');
  known = {
    sealed: { runId: sealedRule.runId, sealed: seal.sealed, told: null },
    open: { runId: openRule.runId, sealed: null, told: headOf(openRule.runId) },
  };
});
afterEach(() => {
  writer.close();
  temp.remove();
});

describe('a ledger that holds what the journal knows', () => {
  it('belongs to the journal’s show from then on', () => {
    expect(writer.binding).toEqual({ showId: null, journal: null, holdsRuns: true });
    expect(bind()).toEqual([]);
    expect(meta()).toEqual({ show: SHOW });
    writer.close();
    reopen();
    expect(writer.binding.showId).toBe(SHOW);
  });

  it('keeps the journal’s last entry with what it writes anyway, and writes nothing for it', () => {
    bind();
    writer.journalIs({ seq: 7, commandId: 'seven' });
    expect(writer.apply([], { touch: false }).commit).toBeNull();
    expect(meta()).toEqual({ show: SHOW });
    cast('open', 'another');
    expect(JSON.parse(meta().journal ?? '')).toEqual({ seq: 7, commandId: 'seven' });
  });

  it('may have gone on since the journal was told', () => {
    cast('open', 'another');
    expect(bind()).toEqual([]);
  });

  it('may have a row of a run that never opened, from somebody who was too early', () => {
    const early = ruleOf({ pollId: 'early' as PollId, intake: 'armed' });
    apply({ t: 'rules', rules: [early], atMs: NOW_MS });
    cast('early', 'voter-1');
    expect(bind()).toEqual([]);
  });

  it('from before ledgers named their show is taken over', () => {
    tamper(WITHOUT_NETWORKS, 'DROP TABLE meta', 'PRAGMA user_version = 1');
    expect(bind()).toEqual([]);
    expect(meta()).toEqual({ show: SHOW });
  });

  it('is bound by the next write where the disk took none at the start', () => {
    writer.close();
    reopen();
    const lock = new Database(temp.ledgers.live);
    lock.exec('BEGIN IMMEDIATE');
    expect(bind()).toEqual([]);
    lock.exec('ROLLBACK');
    lock.close();
    expect(meta()).toEqual({});
    writer.probe();
    expect(meta()).toEqual({ show: SHOW });
  });
});

describe('a ledger', () => {
  it.each<[string, string[], [string, string][]]>([
    [
      'without the runs',
      ['DELETE FROM runs', 'DELETE FROM ballots', 'DELETE FROM batches'],
      [
        ['run-missing', 'sealed:live:1'],
        ['run-missing', 'open:live:1'],
      ],
    ],
    [
      'without the seal',
      ['UPDATE runs SET sealed_head = NULL, sealed_batch = NULL, sealed_tally = NULL'],
      [['head-missing', 'sealed:live:1']],
    ],
    ['without the sealed ballots', ['DELETE FROM ballots WHERE run = 1'], [['counts-differ', 'sealed:live:1']]],
    [
      'without some ballots of a run that is on air',
      ['DELETE FROM ballots WHERE id = 2'],
      [['counts-differ', 'open:live:1']],
    ],
    [
      'whose last links were cut off, with an end that fits',
      [
        'DELETE FROM ballots WHERE batch > 2',
        'DELETE FROM batches WHERE id > 2',
        'UPDATE runs SET last_batch = 2, head = (SELECT hash FROM batches WHERE id = 2) WHERE id = 2',
        'UPDATE runs SET last_batch = 1, head = (SELECT hash FROM batches WHERE id = 1) WHERE id = 1',
      ],
      [
        ['head-missing', 'sealed:live:1'],
        ['head-missing', 'open:live:1'],
      ],
    ],
  ])('%s is found out, and says no show of its own', (_what, statements, faults) => {
    tamper(...statements);
    const found = bind();
    expect(codes(found)).toEqual(faults);
    // Every desk reads it, those too that may not know how many have voted.
    for (const { message } of found) {
      const words = message.replaceAll(/[a-z]+:live:1/g, '').replaceAll(/[0-9a-f]{64}/g, '');
      expect(words).not.toMatch(/\d/);
    }
    cast('open', 'another');
    expect(meta()).toEqual({});
  });

  it('of another show is found out whatever it holds, and is told nothing of this one', () => {
    bind({ showId: 'show-b' });
    writer.close();
    reopen();
    writer.journalIs({ seq: 7, commandId: 'seven' });
    expect(codes(bind())).toEqual([['other-show', null]]);
    writer.probe();
    cast('open', 'another');
    expect(meta()).toEqual({ show: 'show-b' });
  });

  it('from before ledgers named their show is another’s where it holds a run that this journal never opened', () => {
    expect(codes(bind({ runs: [known.sealed] }))).toEqual([['other-show', 'open:live:1']]);
    expect(meta()).toEqual({});
  });
});

describe('a run that a ledger lacks', () => {
  it('takes no ballots, and leaves nothing in the file', () => {
    tamper('DELETE FROM runs', 'DELETE FROM ballots', 'DELETE FROM batches');
    bind();
    apply({ t: 'rules', rules: [sealedRule, openRule], atMs: NOW_MS });
    for (const poll of ['open', 'sealed']) expect(answerTo(poll, 'voter-1')).toMatchObject({ error: 'unavailable' });
    apply({
      t: 'unknown',
      edgeId: 'edge-2',
      edgeEpoch: 'x',
      deltas: { 'open:live:1': { malformed: 1 } },
      atMs: NOW_MS,
    });
    expect(rows('runs')).toBe(0);
    expect(rows('batches')).toBe(0);
  });

  it('is none that opens afterwards, over a new start too', () => {
    tamper('DELETE FROM runs', 'DELETE FROM ballots', 'DELETE FROM batches');
    bind();
    const next = ruleOf({ pollId: 'next' as PollId });
    apply({ t: 'rules', rules: [next], atMs: NOW_MS });
    expect(answerTo('next', 'voter-1')).toMatchObject({ status: 'accepted' });
    const told = headOf(next.runId);
    writer.close();
    reopen();
    bind({ runs: [known.sealed, known.open, { runId: next.runId, sealed: null, told }] });
    apply({ t: 'rules', rules: [next, openRule], atMs: NOW_MS });
    expect(answerTo('next', 'voter-2')).toMatchObject({ status: 'accepted' });
    expect(answerTo('open', 'voter-2')).toMatchObject({ error: 'unavailable' });
  });

  it('is one of our own by the name of another show’s, until that one is proven to be ours', () => {
    bind({ showId: 'show-b' });
    writer.close();
    reopen();
    const next = ruleOf({ pollId: 'next' as PollId });
    bind({ runs: [] });
    apply({ t: 'rules', rules: [openRule, next], atMs: NOW_MS });
    expect(answerTo('open', 'somebody')).toMatchObject({ error: 'unavailable' });
    expect(answerTo('next', 'somebody')).toMatchObject({ status: 'accepted' });
    const told = headOf(next.runId);
    writer.close();
    reopen();
    expect(bind({ runs: [{ runId: next.runId, sealed: null, told }] })).toMatchObject([
      { code: 'other-show', lacking: ['sealed:live:1', 'open:live:1'] },
    ]);
  });
});

it('counts of a multiple choice are compared option by option', () => {
  const told = known.open.told as RunHead;
  const options = [
    { id: 'a' as OptionId, count: 2 },
    { id: 'b' as OptionId, count: 1 },
  ];
  known.open = { ...known.open, told: { ...told, tally: { total: 3, options } } };
  expect(codes(bind())).toEqual([['counts-differ', 'open:live:1']]);
});
