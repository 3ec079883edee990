/** What the journal knows of a ledger: of which show it is, with which head and counts each run was sealed, and what it was told. */
import { readFileSync } from 'node:fs';
import type { ShowEvent } from '../../shared/domain/events.ts';
import type { JournalHead } from '../ballotbox/ballot-box.ts';
import type { RunHead } from '../ballotbox/ledger.ts';
import type { ClosedInJournal } from '../ballotbox/run-faults.ts';
import { commandAt, readShowId, readToldHeads } from '../journal/journal-file.ts';
import { JOURNAL_MIGRATIONS, OLDEST_JOURNAL } from '../journal/journal-schema.ts';
import { asStorageError, openDatabase } from '../storage/open-database.ts';
import { StorageError } from '../storage/storage-error.ts';

const BUSY_TIMEOUT_MS = 5_000;

export interface JournalWords {
  /** Null where it does not say: the `journal.jsonl` of a bundle, or a journal that holds no show. */
  showId: string | null;
  /** By run id. */
  closed: ReadonlyMap<string, ClosedInJournal>;
  /** By run id. */
  told: ReadonlyMap<string, RunHead>;
  /** Whether it has the entry that was asked about; null where that can't be told. */
  hasEntry: boolean | null;
}

/** Where there is no journal to compare with. */
export const NO_JOURNAL: JournalWords = { showId: null, closed: new Map(), told: new Map(), hasEntry: null };

interface EntryOfRuns {
  seq: number;
  events: ShowEvent[];
}

/**
 * Takes a journal database, also one that a server is writing, or the `journal.jsonl` of an evidence bundle.
 *
 * @param entry the last that the ledger was told, or null
 * @throws StorageError when it can't be read
 */
export function journalWords(path: string, entry: JournalHead | null): JournalWords {
  if (path.endsWith('.jsonl')) return { ...NO_JOURNAL, closed: closedIn(entriesOfText(path)) };
  const database = openDatabase(path, {
    migrations: JOURNAL_MIGRATIONS,
    readonly: { oldest: OLDEST_JOURNAL },
    busyTimeoutMs: BUSY_TIMEOUT_MS,
  });
  try {
    const sealing = database
      .prepare<[], { seq: number; events: string }>(
        `SELECT seq, events FROM entries WHERE events LIKE '%"run.closed"%' OR events LIKE '%"run.sealed"%' ORDER BY seq`,
      )
      .all();
    return {
      showId: readShowId(database),
      closed: closedIn(sealing.map(({ seq, events }) => ({ seq, events: JSON.parse(events) as ShowEvent[] }))),
      told: new Map(readToldHeads(database).map((head) => [head.runId, head])),
      hasEntry: entry === null ? null : commandAt(database, entry.seq) === entry.commandId,
    };
  } catch (error) {
    throw asStorageError(error, path);
  } finally {
    database.close();
  }
}

function closedIn(entries: readonly EntryOfRuns[]): Map<string, ClosedInJournal> {
  const closed = new Map<string, ClosedInJournal>();
  for (const { seq, events } of entries) {
    for (const event of events) {
      if (event.type !== 'run.closed' && event.type !== 'run.sealed') continue;
      closed.set(event.runId, { entry: seq, atMs: event.atMs, head: event.head, tally: event.tally });
    }
  }
  return closed;
}

function entriesOfText(path: string): EntryOfRuns[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as EntryOfRuns);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StorageError('cannot-open', `${path} can't be read as a journal (${why}).`, { cause });
  }
}
