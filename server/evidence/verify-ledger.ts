import { basename } from 'node:path';
import { counted } from '../../shared/domain/counted.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { ChainFault } from '../ballotbox/chain-walk.ts';
import { type Bond, bondIn } from '../ballotbox/ledger-bond.ts';
import { LEDGER_MIGRATIONS, OLDEST_LEDGER } from '../ballotbox/ledger-schema.ts';
import { type RunEnd, readMeta, readRuns } from '../ballotbox/run-reading.ts';
import { type RunVerdict, verifyRun } from '../ballotbox/verify-run.ts';
import { asStorageError, type Database, openDatabase } from '../storage/open-database.ts';
import { type JournalWords, journalWords, NO_JOURNAL } from './journal-words.ts';
import { isOfMode, missingRun, strangeShow } from './missing-run.ts';

const BUSY_TIMEOUT_MS = 5_000;

/**
 * `PRAGMA application_id` of a ledger that holds one run of many, as an evidence bundle does: its journal knows of more
 * runs than it can hold.
 */
export const EXTRACT_ID = 0x54525831;

export interface LedgerVerdict {
  ledger: string;
  /** Null: there was none to compare with. */
  journal: string | null;
  /** The show that the ledger says it belongs to; null: it says none. */
  showId: string | null;
  holds: boolean;
  runs: RunVerdict[];
  /** What belongs to no run. */
  faults: ChainFault[];
}

/**
 * Verifies every run of a ledger, through a connection that only reads; a server may be running on the file.
 *
 * @param journal the journal to compare heads and counts with, or null
 * @throws StorageError when ledger or journal can't be read
 */
export function verifyLedger({ ledger, journal }: { ledger: string; journal: string | null }): LedgerVerdict {
  const database = openDatabase(ledger, {
    migrations: LEDGER_MIGRATIONS,
    readonly: { oldest: OLDEST_LEDGER },
    busyTimeoutMs: BUSY_TIMEOUT_MS,
  });
  try {
    // What each was told by the other stood there before: the ledger's entry is asked for first, and the ledger read last.
    const bond = bondIn(readMeta(database));
    const words = journal === null ? NO_JOURNAL : journalWords(journal, bond.journal);
    const wordOf = (runId: string) => ({
      closed: words.closed.get(runId) ?? null,
      told: words.told.get(runId) ?? null,
    });
    return database.transaction(() => {
      const ends = readRuns(database);
      const runs = ends.map((run) => verifyRun(database, run, wordOf(run.runId)));
      const isExtract = database.pragma('application_id', { simple: true }) === EXTRACT_ID;
      if (!isExtract) {
        const mode = modeOf(ledger, ends);
        const there = new Set(ends.map(({ runId }) => runId));
        const known = new Set([...words.closed.keys(), ...words.told.keys()]);
        const missing = [...known].filter((runId) => !there.has(runId) && isOfMode(runId, mode));
        runs.push(...missing.map((runId) => missingRun(runId, wordOf(runId))));
      }
      const faults = [...bondFaults(bond, words), ...strayRows(database)];
      const holds = faults.length === 0 && runs.every((run) => run.faults.length === 0);
      return { ledger, journal, showId: bond.showId, holds, runs, faults };
    })();
  } catch (error) {
    throw asStorageError(error, ledger);
  } finally {
    database.close();
  }
}

/** A ledger holds the runs of one mode; an empty one tells it by its name only. */
function modeOf(path: string, [first]: readonly RunEnd[]): Mode {
  return (first?.runId ?? basename(path)).includes(first === undefined ? 'rehearsal' : ':rehearsal:')
    ? 'rehearsal'
    : 'live';
}

function bondFaults({ showId, journal }: Bond, words: JournalWords): ChainFault[] {
  const strange = strangeShow({ ledger: showId, journal: words.showId });
  if (strange.length > 0 || journal === null || words.hasEntry !== false) return strange;
  const message = `The ledger was told of entry ${journal.seq} of the journal, which this one does not have: it is older.`;
  return [{ code: 'journal-older', link: null, message }];
}

function strayRows(database: Database): ChainFault[] {
  return (['ballots', 'batches'] as const).flatMap((table) => {
    const strays = database
      .prepare<[], { run: number; count: number }>(
        `SELECT run, count(*) AS count FROM ${table} WHERE run NOT IN (SELECT id FROM runs) GROUP BY run`,
      )
      .all();
    return strays.map(({ run, count }): ChainFault => {
      const message = `${counted(count, 'row')} of "${table}" ${count === 1 ? 'belongs' : 'belong'} to run ${run}, which the ledger does not name.`;
      return { code: 'rows-without-run', link: null, message };
    });
  });
}
