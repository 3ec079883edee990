import { rmSync, statSync, truncateSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WITHOUT_NETWORKS } from '../ballotbox/builders.test-part.ts';
import { SHOW_ID, type TestLedger, testLedger } from './test-ledger.test-part.ts';
import { verifyLedger } from './verify-ledger.ts';

let at: TestLedger;
beforeEach(() => {
  at = testLedger([
    { poll: 'first', isSealed: true },
    { poll: 'second', isSealed: false },
  ]);
});
afterEach(() => at.remove());

async function faultsOf(runId: string, journal: string | null = at.journal): Promise<string[]> {
  const { runs } = await verifyLedger({ ledger: at.ledger, journal });
  return (
    runs.find((run) => run.runId === runId)?.faults.map(({ code, message }) => `${code}: ${message}`) ?? ['no run']
  );
}

/** Head and number of a run's last link, as the ledger itself names them. */
function endOf(runId: string): { head: string; lastBatch: number } {
  const shell = new Database(at.ledger, { readonly: true });
  const end = shell.prepare('SELECT head, last_batch AS lastBatch FROM runs WHERE run_id = ?').get(runId);
  shell.close();
  return end as { head: string; lastBatch: number };
}

it('a ledger as it was written holds, with the counts of every run', async () => {
  const verdict = await verifyLedger({ ledger: at.ledger, journal: at.journal });
  expect(verdict).toMatchObject({
    holds: true,
    faults: [],
    runs: [
      {
        runId: 'first:live:1',
        tally: {
          total: 15,
          options: [
            { id: 'a', count: 5 },
            { id: 'b', count: 10 },
            { id: 'c', count: 0 },
          ],
        },
        classes: { counted: 15, duplicate: 5 },
        seal: { link: 9 },
        closed: { entry: 1 },
        faults: [],
      },
      { runId: 'second:live:1', tally: { total: 15 }, seal: null, closed: null, faults: [] },
    ],
  });
});

describe('a ledger that was cut before its last head', () => {
  const cutFrom = (link: number) => [
    `DELETE FROM ballots WHERE batch >= ${link}`,
    `DELETE FROM batches WHERE id >= ${link}`,
  ];

  it('names the links and heads of every run that are missing', async () => {
    const ends = { first: endOf('first:live:1'), second: endOf('second:live:1') };
    at.tamper(...cutFrom(6));
    const first = await faultsOf('first:live:1');
    expect(first[0]).toBe(
      `head-missing: The chain ends with link 5; missing: its links among 6 to 9, up to head ${ends.first.head}, the head of the run’s own last link.`,
    );
    expect(first[1]).toContain('the head of its seal');
    expect(first[2]).toMatch(
      new RegExp(`head-missing: .*head ${ends.first.head} is missing, the head of the journal’s entry 1`),
    );
    expect(first.slice(3).map((fault) => fault.split(':')[0])).toEqual(['counts-differ', 'counts-differ']);
    expect(await faultsOf('second:live:1')).toEqual([
      `head-missing: The chain ends with link 4; missing: its links among 6 to 10, up to head ${ends.second.head}, the head of the run’s own last link.`,
    ]);
  });

  it('names only its own links where another run goes on', async () => {
    at.tamper('DELETE FROM ballots WHERE batch IN (7, 9)', 'DELETE FROM batches WHERE id IN (7, 9)');
    expect((await faultsOf('first:live:1'))[0]).toContain(
      'The chain ends with link 5; missing: its links among 7 and 9, up to head',
    );
    expect(await faultsOf('second:live:1')).toEqual([]);
  });

  it('is found by the journal alone when the ledger was made to look whole', async () => {
    const { head } = endOf('first:live:1');
    at.tamper(
      ...cutFrom(8),
      `UPDATE runs SET last_batch = 7, head = (SELECT hash FROM batches WHERE id = 7), sealed_batch = 7,
         sealed_head = (SELECT hash FROM batches WHERE id = 7),
         sealed_tally = '{"total":12,"options":[{"id":"a","count":4},{"id":"b","count":8}]}' WHERE run_id = 'first:live:1'`,
    );
    expect(await faultsOf('first:live:1', null)).toEqual([]);
    expect(await faultsOf('first:live:1')).toEqual([
      `head-missing: The chain ends with link 7; head ${head} is missing, the head of the journal’s entry 1, and with it every link that led to it.`,
      'counts-differ: The journal’s entry 1 says 15 ballots, the ledger gives 12 (a 5 against 4, b 10 against 8).',
    ]);
  });

  it('says so of a run that is gone as a whole', async () => {
    const { head } = endOf('first:live:1');
    at.tamper(
      'DELETE FROM ballots WHERE run = 1',
      'DELETE FROM batches WHERE run = 1',
      'DELETE FROM runs WHERE id = 1',
    );
    const faults = await faultsOf('first:live:1');
    expect(faults).toEqual([expect.stringMatching(/^run-missing: /)]);
    expect(faults[0]).toContain(head);
  });

  it('is found where a write-ahead log has lost its last commits, by the journal alone', async () => {
    const { head } = endOf('first:live:1');
    const { ledger } = at.unclosed;
    expect((await verifyLedger({ ledger, journal: at.journal })).holds).toBe(true);
    truncateSync(`${ledger}-wal`, Math.floor(statSync(`${ledger}-wal`).size * 0.7));
    rmSync(`${ledger}-shm`);
    expect((await verifyLedger({ ledger, journal: null })).holds).toBe(true);
    const { runs, holds } = await verifyLedger({ ledger, journal: at.journal });
    expect(holds).toBe(false);
    expect(runs.find(({ runId }) => runId === 'first:live:1')?.faults[0]).toMatchObject({
      code: 'head-missing',
      message: expect.stringContaining(`head ${head} is missing, the head of the journal’s entry 1`),
    });
  });
});

describe('a row that was altered is named', () => {
  it.each([
    [
      'a ballot',
      `UPDATE ballots SET choice = '["c"]' WHERE id = 8`,
      /Link 3 \(edge-1 batch 3\) with ballot row 7 to 9 is not/,
    ],
    [
      'a ballot taken out',
      'DELETE FROM ballots WHERE id = 8',
      /Link 3 .*ballot row 7 and 9 is not.*counted 3 and holds 2/,
    ],
    ['a class', `UPDATE batches SET classes = '{"counted":3}' WHERE id = 3`, /Link 3 \(edge-1 batch 3\) .* is not/],
    ['a hash', `UPDATE batches SET hash = 'x' WHERE id = 3`, /Link 3 \(edge-1 batch 3\) .* is not/],
  ])('%s', async (_what, sql, message) => {
    at.tamper(sql);
    const faults = await faultsOf('first:live:1');
    expect(faults[0]).toMatch(message);
    expect(faults.filter((fault) => /Link (5|7|9) .* is not what was written/.test(fault))).toEqual([]);
    expect(await faultsOf('second:live:1')).toEqual([]);
  });

  it('a link taken out of the middle, by its neighbours', async () => {
    at.tamper('DELETE FROM ballots WHERE batch = 5', 'DELETE FROM batches WHERE id = 5');
    expect((await faultsOf('first:live:1'))[0]).toMatch(
      /Link 7 \(edge-1 batch 7\) does not go on from Link 3 \(edge-1 batch 3\)/,
    );
  });

  it('a link taken out whose ballots were left', async () => {
    at.tamper('DELETE FROM batches WHERE id = 5');
    expect(await faultsOf('first:live:1')).toContain(
      'ballot-without-link: Ballot row 13 to 15 belongs to link 5, which is gone.',
    );
  });

  it('a run whose name is gone', async () => {
    at.tamper('DELETE FROM runs WHERE id = 2');
    const { faults, holds } = await verifyLedger({ ledger: at.ledger, journal: at.journal });
    expect(holds).toBe(false);
    expect(faults.map(({ message }) => message)).toEqual([
      '15 rows of "ballots" belong to run 2, which the ledger does not name.',
      '5 rows of "batches" belong to run 2, which the ledger does not name.',
    ]);
  });
});

describe('what ledger and journal say of one another', () => {
  /** The journal's show, and what it was told of the run that is not sealed. */
  function bindBoth(showId: string): void {
    const journal = new Database(at.journal);
    const imported = [{ type: 'show.imported', show: { title: 'A', cues: [] }, mode: 'live', showId: SHOW_ID }];
    journal
      .prepare(
        `INSERT INTO entries (seq, at_ms, actor, source, command_id, type, command, answer, events, version)
           VALUES (90, 1, 'server', 'server', 'import', 'show.import', 'null', '{}', ?, 2)`,
      )
      .run(JSON.stringify(imported));
    const { head, lastBatch } = endOf('second:live:1');
    const tally = {
      total: 15,
      options: [
        { id: 'a', count: 5 },
        { id: 'b', count: 10 },
      ],
    };
    journal
      .prepare('INSERT INTO told_heads VALUES (?, ?, ?, ?)')
      .run('second:live:1', head, lastBatch, JSON.stringify(tally));
    journal.close();
    const ledger = new Database(at.ledger);
    const say = ledger.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
    say.run('show', showId);
    say.run('journal', JSON.stringify({ seq: 90, commandId: 'import' }));
    ledger.close();
  }

  it('holds where both name one show, and each holds what the other was told', async () => {
    bindBoth(SHOW_ID);
    const verdict = await verifyLedger({ ledger: at.ledger, journal: at.journal });
    expect(verdict).toMatchObject({ holds: true, showId: SHOW_ID, faults: [] });
    expect(verdict.runs[1]).toMatchObject({ runId: 'second:live:1', told: { link: 10 } });
  });

  it('does not hold where they name two shows', async () => {
    bindBoth('another-show');
    const { holds, faults } = await verifyLedger({ ledger: at.ledger, journal: at.journal });
    expect([holds, ...faults.map(({ code }) => code)]).toEqual([false, 'other-show']);
  });

  it('does not hold where the journal has not the entry that the ledger was told of', async () => {
    bindBoth(SHOW_ID);
    at.tamper(`UPDATE meta SET value = '{"seq":91,"commandId":"later"}' WHERE key = 'journal'`);
    const { holds, faults } = await verifyLedger({ ledger: at.ledger, journal: at.journal });
    expect([holds, ...faults.map(({ code, message }) => `${code}: ${message}`)]).toEqual([
      false,
      'journal-older: The ledger was told of entry 91 of the journal, which this one does not have: it is older.',
    ]);
  });

  it('does not hold where a run that is not sealed ends before what the journal was told', async () => {
    bindBoth(SHOW_ID);
    at.tamper(
      'DELETE FROM ballots WHERE batch = 10',
      'DELETE FROM batches WHERE id = 10',
      `UPDATE runs SET last_batch = 8, head = (SELECT hash FROM batches WHERE id = 8) WHERE run_id = 'second:live:1'`,
    );
    expect(await faultsOf('second:live:1', null)).toEqual([]);
    expect((await faultsOf('second:live:1')).map((fault) => fault.split(':')[0])).toEqual([
      'head-missing',
      'counts-differ',
    ]);
    at.tamper(
      `DELETE FROM ballots WHERE run = 2`,
      'DELETE FROM batches WHERE run = 2',
      'DELETE FROM runs WHERE id = 2',
    );
    expect((await faultsOf('second:live:1'))[0]).toMatch(/^run-missing: .*15 ballots up to link 10/);
  });

  it('is looked for in files of version 1 as far as they say it', async () => {
    at.tamper('UPDATE runs SET id = id', 'DELETE FROM probe');
    for (const [path, sql] of [
      [at.ledger, `${WITHOUT_NETWORKS}; DROP TABLE meta; PRAGMA user_version = 1`],
      [
        at.journal,
        'DROP TABLE told_heads; ALTER TABLE entries DROP COLUMN run_id; UPDATE entries SET version = 1; PRAGMA user_version = 1',
      ],
    ] as const) {
      const shell = new Database(path);
      shell.exec(sql);
      shell.close();
    }
    const verdict = await verifyLedger({ ledger: at.ledger, journal: at.journal });
    expect(verdict).toMatchObject({ holds: true, showId: null, runs: [{ closed: { entry: 1 } }, {}] });
  });
});
