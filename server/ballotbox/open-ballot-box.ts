import type { Mode } from '../../shared/protocol/ids.ts';
import { siblingModule } from '../process/sibling-module.ts';
import { WorkerClient, WorkerFailed } from '../process/worker-client.ts';
import { StorageError, type StorageErrorCode } from '../storage/storage-error.ts';
import type { BallotBox } from './ballot-box.ts';
import { BallotBoxHandle } from './ballot-box-handle.ts';
import type { AuditorCalls, LedgerPaths, WriterCalls, WriterOpened, WriterWord } from './messages.ts';

export interface BallotBoxOptions {
  /** The file of each mode's ledger; made where it is missing. */
  ledgers: Record<Mode, string>;
  /** Core time, epoch ms: when something was committed. */
  now: () => number;
}

/**
 * Opens both ledgers and starts the writer and the auditor thread. When a thread dies, the process dies with it: its counts could no
 * longer be trusted, and the supervisor starts the core again from the ledger.
 *
 * @throws StorageError when a ledger is newer than this program, damaged, or can't be opened
 */
export async function openBallotBox({ ledgers, now }: BallotBoxOptions): Promise<BallotBox> {
  const workerData: LedgerPaths = { ledgers };
  let hear = (_word: WriterWord): void => {};
  const writer = new WorkerClient<WriterCalls, WriterOpened, WriterWord>({
    module: siblingModule(import.meta.url, './ballot-writer'),
    workerData,
    name: 'the ballot writer',
    onWord: (word) => hear(word),
    onDeath: (cause) => dieOf('the ballot writer', cause),
  });
  const opened = await openedBy(writer);
  const auditor = new WorkerClient<AuditorCalls, null, never>({
    module: siblingModule(import.meta.url, './ballot-auditor'),
    workerData,
    name: 'the ballot auditor',
    onWord: () => {},
    onDeath: (cause) => dieOf('the ballot auditor', cause),
  });
  const box = new BallotBoxHandle({ writer, auditor, now, opened });
  hear = (word) => box.hear(word);
  return box;
}

async function openedBy(writer: WorkerClient<WriterCalls, WriterOpened, WriterWord>): Promise<WriterOpened> {
  try {
    return await writer.opened;
  } catch (error) {
    if (!(error instanceof WorkerFailed)) throw error;
    // It tells of no other.
    throw new StorageError(error.code as StorageErrorCode, error.message);
  }
}

/** Thrown from an event, an error has nobody to catch it: that is meant. */
function dieOf(name: string, cause: Error): never {
  throw new Error(`${name} died`, { cause });
}
