import { basename } from 'node:path';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { ChainFault } from '../ballotbox/chain-walk.ts';
import { genesisOf } from '../ballotbox/ledger-chain.ts';
import { LEDGER_MIGRATIONS } from '../ballotbox/ledger-schema.ts';
import { noClasses } from '../ballotbox/recount.ts';
import type { ClosedInJournal } from '../ballotbox/run-faults.ts';
import { type RunEnd, readRuns } from '../ballotbox/run-reading.ts';
import { type RunVerdict, verifyRun } from '../ballotbox/verify-run.ts';
import { asStorageError, type Database, openDatabase } from '../storage/open-database.ts';
import { journalHeads } from './journal-heads.ts';

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
  // The journal first: what it says is closed was sealed in the ledger before.
  const closed = journal === null ? new Map<string, ClosedInJournal>() : journalHeads(journal);
  const database = openDatabase(ledger, {
    migrations: LEDGER_MIGRATIONS,
    readonly: true,
    busyTimeoutMs: BUSY_TIMEOUT_MS,
  });
  try {
    return database.transaction(() => {
      const ends = readRuns(database);
      const runs = ends.map((run) => verifyRun(database, run, closed.get(run.runId) ?? null));
      const isExtract = database.pragma('application_id', { simple: true }) === EXTRACT_ID;
      if (!isExtract) runs.push(...missingRuns(modeOf(ledger, ends), { ends, closed }));
      const faults = strayRows(database);
      const holds = faults.length === 0 && runs.every((run) => run.faults.length === 0);
      return { ledger, journal, holds, runs, faults };
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

function missingRuns(
  mode: Mode,
  { ends, closed }: { ends: readonly RunEnd[]; closed: ReadonlyMap<string, ClosedInJournal> },
): RunVerdict[] {
  const there = new Set(ends.map(({ runId }) => runId));
  return [...closed].flatMap(([runId, said]): RunVerdict[] => {
    if (there.has(runId) || !runId.includes(`:${mode}:`)) return [];
    const message = `The ledger does not hold this run; the journal closed it (entry ${said.entry}) with ${said.tally.total} ballots and head ${said.head}, which is missing with every link that led to it.`;
    return [
      {
        runId,
        tally: { total: 0, options: said.tally.options.map(({ id }) => ({ id, count: 0 })) },
        classes: noClasses(),
        head: genesisOf(runId),
        lastLink: 0,
        seal: null,
        closed: said,
        salt: 'kept',
        faults: [{ code: 'run-missing', link: null, message }],
      },
    ];
  });
}

function strayRows(database: Database): ChainFault[] {
  return (['ballots', 'batches'] as const).flatMap((table) => {
    const strays = database
      .prepare<[], { run: number; count: number }>(
        `SELECT run, count(*) AS count FROM ${table} WHERE run NOT IN (SELECT id FROM runs) GROUP BY run`,
      )
      .all();
    return strays.map(({ run, count }): ChainFault => {
      const message = `${count} rows of "${table}" belong to run ${run}, which the ledger does not name.`;
      return { code: 'rows-without-run', link: null, message };
    });
  });
}
