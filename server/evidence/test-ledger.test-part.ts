/** A sealed run in a ledger, with the journal that closed it, for tests that spoil one of them. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ShowEvent } from '../../shared/domain/events.ts';
import type { OptionId, PollId, RunId } from '../../shared/protocol/ids.ts';
import { ballotOf, batchesOf, NOW_MS, ruleOf } from '../ballotbox/builders.test-part.ts';
import type { GroupItem, GroupReply } from '../ballotbox/ledger-group.ts';
import { LedgerWriter } from '../ballotbox/ledger-writer.ts';
import { SqliteLedgerStore } from '../ballotbox/sqlite-ledger-store.ts';
import { JOURNAL_MIGRATIONS } from '../journal/journal-schema.ts';
import { openDatabase } from '../storage/open-database.ts';
import type { EvidenceRun } from './evidence-messages.ts';

export const SHOW_ID = 'the-show';
export const LINKS = 5;
/** Counted in each link; one more in each is a duplicate. */
export const BALLOTS_A_LINK = 3;

export interface TestLedger {
  dir: string;
  ledger: string;
  journal: string;
  /** The same ledger as a machine leaves it that dies: everything is in the write-ahead log. */
  unclosed: { ledger: string };
  /** A SQLite shell in somebody's hand. */
  tamper: (...statements: string[]) => void;
  remove: () => void;
}

export interface TestRun {
  poll: string;
  isSealed: boolean;
  ballotsALink?: number;
}

/** Runs with five links each, the first of one run after the first of the other, and so on. */
export function testLedger(runs: readonly TestRun[]): TestLedger {
  const dir = mkdtempSync(join(tmpdir(), 'tallyroom-evidence-'));
  const ledger = join(dir, 'ledger-live.db');
  const journal = join(dir, 'journal.db');
  const writer = new LedgerWriter('live', new SqliteLedgerStore(ledger));
  const apply = (item: GroupItem): GroupReply[] => writer.apply([item], { touch: false }).replies;
  const rules = runs.map(({ poll }) => ruleOf({ pollId: poll as PollId }));
  apply({ t: 'rules', rules, atMs: NOW_MS });
  const batch = batchesOf('edge-1', 'epoch-1');
  for (let link = 0; link < LINKS; link++) {
    for (const { poll, ballotsALink = BALLOTS_A_LINK } of runs) {
      const ballots = Array.from({ length: ballotsALink }, (_, n) =>
        ballotOf({ poll, voter: `voter-${link}-${n}`, choice: [n === 0 ? 'a' : 'b'] }),
      );
      const again = ballotOf({ poll, voter: `voter-${link}-0`, id: 'again' });
      apply({ t: 'submit', ref: 0, batch: batch(...ballots, again), atMs: NOW_MS, answers: [] });
    }
  }
  const events: ShowEvent[] = runs.flatMap(({ poll, isSealed }): ShowEvent[] => {
    if (!isSealed) return [];
    const runId = `${poll}:live:1` as RunId;
    const reply = apply({ t: 'seal', ref: 0, runId, atMs: NOW_MS })[0];
    if (reply?.t !== 'sealed') throw new Error(`${runId} was not sealed`);
    const { concentrated, ...sealed } = reply.sealed;
    const told = { ...sealed, ...(concentrated && { concentrated }) };
    return [{ type: 'run.closed', runId, atMs: NOW_MS, ...told }];
  });
  const unclosed = join(dir, 'unclosed-live.db');
  for (const suffix of ['', '-wal']) copyFileSync(ledger + suffix, unclosed + suffix);
  writer.close();
  writeJournal(journal, events);
  return {
    dir,
    ledger,
    journal,
    unclosed: { ledger: unclosed },
    tamper(...statements) {
      const shell = new Database(ledger);
      for (const sql of statements) {
        if (shell.prepare(sql).run().changes === 0) throw new Error(`${sql} changed nothing`);
      }
      shell.close();
    },
    remove: () => rmSync(dir, { recursive: true }),
  };
}

/** What the show would know of such a run. */
export function evidenceRun(poll: string): EvidenceRun {
  return {
    runId: `${poll}:live:1` as RunId,
    showId: SHOW_ID,
    pollId: poll as PollId,
    mode: 'live',
    round: 1,
    showTitle: 'Saturday finale',
    text: 'Who wins?',
    kind: 'single',
    class: 'fun',
    maxBallots: 1,
    options: ['a', 'b', 'c'].map((id) => ({ id: id as OptionId, text: id.toUpperCase() })),
    intake: 'verified',
    openedAtMs: NOW_MS,
    closedAtMs: NOW_MS + 60_000,
    isAnswerRevealed: false,
  };
}

function writeJournal(path: string, events: readonly ShowEvent[]): void {
  const database = openDatabase(path, { migrations: JOURNAL_MIGRATIONS, readonly: false, busyTimeoutMs: 0 });
  const insert = database.prepare(
    `INSERT INTO entries (seq, at_ms, actor, source, command_id, type, target, command, answer, events, version)
       VALUES (?, ?, 'core', 'core', ?, 'system.seal', NULL, 'null', '{}', ?, 2)`,
  );
  for (const [i, event] of events.entries()) insert.run(i + 1, NOW_MS, `command-${i + 1}`, JSON.stringify([event]));
  database.close();
}
