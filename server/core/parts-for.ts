/** Which adapter stands behind each port of the core. Nothing else in the core knows. */
import type { Logger } from 'pino';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import { openHub } from '../backplane/socket-hub.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import { openBallotBox } from '../ballotbox/open-ballot-box.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import type { DataFolder } from '../storage/data-folder.ts';
import type { OpenBackplane } from './core-edges.ts';
import { type CoreLease, ownerLockLease } from './lease.ts';

export interface CoreSettings {
  files: DataFolder;
  /** The least that the epoch of this core's life may be. */
  leastEpoch: number;
  /** Where the edges of this machine find their core. */
  backplanePath: string;
  /** Core time. */
  nowMs: () => number;
  monotonicNow: () => MonotonicMs;
  log: Logger;
}

export interface CoreParts {
  journal: Journal;
  ledger: BallotBox;
  lease: CoreLease;
  openBackplane: OpenBackplane;
}

/**
 * The embedded show: everything lies in one folder of one machine.
 *
 * @throws JournalRefused, StorageError with a sentence when a file can't be used
 */
export async function partsFor(settings: CoreSettings): Promise<CoreParts> {
  const { files, leastEpoch, backplanePath, nowMs, monotonicNow, log } = settings;
  const ledgers = { live: files.ledgerLive, rehearsal: files.ledgerRehearsal };
  // Each has a thread that loads and looks through its file: side by side they take half the time that viewers wait.
  const [journal, ledger] = await Promise.all([
    openJournal(files.journal, leastEpoch),
    openBallotBox({ ledgers, now: nowMs }),
  ]);
  return {
    journal,
    ledger,
    lease: ownerLockLease({ epoch: journal.loaded.epoch, nowMs }),
    openBackplane: (side) => openHub({ path: backplanePath, nowMs, monotonicNow, log, ...side }),
  };
}
