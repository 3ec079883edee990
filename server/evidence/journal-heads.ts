/** What the journal knows of a ledger: with which head and counts each run was closed. */
import { readFileSync } from 'node:fs';
import type { ShowEvent } from '../../shared/domain/events.ts';
import type { ClosedInJournal } from '../ballotbox/run-faults.ts';
import { JOURNAL_MIGRATIONS } from '../core/journal/journal-schema.ts';
import { asStorageError, openDatabase } from '../storage/open-database.ts';
import { StorageError } from '../storage/storage-error.ts';

const BUSY_TIMEOUT_MS = 5_000;

interface EntryOfRuns {
  seq: number;
  events: ShowEvent[];
}

/**
 * By run id. Takes a journal database, also one that a server is writing, or the `journal.jsonl` of an evidence bundle.
 *
 * @throws StorageError when it can't be read
 */
export function journalHeads(path: string): Map<string, ClosedInJournal> {
  const entries = path.endsWith('.jsonl') ? entriesOfText(path) : entriesOfDatabase(path);
  const heads = new Map<string, ClosedInJournal>();
  for (const { seq, events } of entries) {
    for (const event of events) {
      if (event.type !== 'run.closed') continue;
      heads.set(event.runId, { entry: seq, atMs: event.atMs, head: event.head, tally: event.tally });
    }
  }
  return heads;
}

function entriesOfDatabase(path: string): EntryOfRuns[] {
  const database = openDatabase(path, {
    migrations: JOURNAL_MIGRATIONS,
    readonly: true,
    busyTimeoutMs: BUSY_TIMEOUT_MS,
  });
  try {
    return database
      .prepare<[], { seq: number; events: string }>(
        `SELECT seq, events FROM entries WHERE events LIKE '%"run.closed"%' ORDER BY seq`,
      )
      .all()
      .map(({ seq, events }) => ({ seq, events: JSON.parse(events) as ShowEvent[] }));
  } catch (error) {
    throw asStorageError(error, path);
  } finally {
    database.close();
  }
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
