import { basename } from 'node:path';
import { counted } from '../../shared/domain/counted.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { ChainFault } from '../ballotbox/chain-walk.ts';
import type { Bond } from '../ballotbox/ledger-bond.ts';
import type { LedgerReader, LedgerSnapshot, RunEnd } from '../ballotbox/ledger-reader.ts';
import { isOfMode } from '../ballotbox/run-state.ts';
import { SqliteLedgerReader } from '../ballotbox/sqlite-ledger-reader.ts';
import { type RunVerdict, verifyRun } from '../ballotbox/verify-run.ts';
import { asStorageError } from '../storage/open-database.ts';
import { type JournalWords, journalWords, NO_JOURNAL } from './journal-words.ts';
import { missingRun, strangeShow } from './missing-run.ts';

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
export async function verifyLedger(files: { ledger: string; journal: string | null }): Promise<LedgerVerdict> {
  const { ledger } = files;
  const reader = new SqliteLedgerReader(ledger, { isOlderFine: true });
  try {
    return await verifyIn(reader, files);
  } catch (error) {
    throw asStorageError(error, ledger);
  } finally {
    reader.close();
  }
}

/** What each was told by the other stood there before: the ledger's entry is asked for first, and the ledger read last. */
async function verifyIn(
  reader: LedgerReader,
  { ledger, journal }: { ledger: string; journal: string | null },
): Promise<LedgerVerdict> {
  const { bond, isExtract } = await reader.at((snapshot) => snapshot.about());
  const words = journal === null ? NO_JOURNAL : journalWords(journal, bond.journal);
  const wordOf = (runId: string) => ({ closed: words.closed.get(runId) ?? null, told: words.told.get(runId) ?? null });
  return reader.at(async (snapshot) => {
    const ends = await snapshot.runs();
    const runs: RunVerdict[] = [];
    for (const run of ends) runs.push(await verifyRun(snapshot, run, wordOf(run.runId)));
    if (!isExtract) {
      const mode = modeOf(ledger, ends);
      const there = new Set(ends.map(({ runId }) => runId));
      const known = new Set([...words.closed.keys(), ...words.told.keys()]);
      const missing = [...known].filter((runId) => !there.has(runId) && isOfMode(runId, mode));
      runs.push(...missing.map((runId) => missingRun(runId, wordOf(runId))));
    }
    const faults = [...bondFaults(bond, words), ...(await strayRows(snapshot))];
    const holds = faults.length === 0 && runs.every((run) => run.faults.length === 0);
    return { ledger, journal, showId: bond.showId, holds, runs, faults };
  });
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

async function strayRows(snapshot: LedgerSnapshot): Promise<ChainFault[]> {
  return (await snapshot.strayRows()).map(({ table, run, count }): ChainFault => {
    const message = `${counted(count, 'row')} of "${table}" ${count === 1 ? 'belongs' : 'belong'} to run ${run}, which the ledger does not name.`;
    return { code: 'rows-without-run', link: null, message };
  });
}
