import { rm } from 'node:fs/promises';
import type { RunFile } from '../../shared/protocol/process.ts';
import { identityOf } from '../process/process-identity.ts';
import { replaceFile } from '../storage/write-file-atomic.ts';
import type { AdvisoryWriter } from './advisory-writer.ts';
import type { OwnerLock } from './owner-lock.ts';
import { within } from './within.ts';

/** So long a disk that hangs may hold up whoever waits for one of these files. */
const DISK_WITHIN_MS = 1_000;

export interface ServerFilesOptions {
  paths: { lock: string; run: string };
  lock: OwnerLock;
  writer: AdvisoryWriter;
}

/** What others find a running server by: who owns the data folder, and how it is reached. */
export class ServerFiles {
  readonly #options: ServerFilesOptions;

  constructor(options: ServerFilesOptions) {
    this.#options = options;
  }

  /** So that a supervisor after a crash of this one finds what it left behind. */
  noteParts(pids: readonly number[]): void {
    void this.#writeLock({ parts: pids.map(identityOf) });
  }

  /** Resolves once they are written, or the disk has not taken them for now. */
  noteAddresses(run: RunFile): Promise<void> {
    const { paths, writer } = this.#options;
    const text = `${JSON.stringify(run)}\n`;
    const runFile = writer.keep(paths.run, () => replaceFile(paths.run, { text, mode: 0o600 }));
    return within(DISK_WITHIN_MS, Promise.all([runFile, this.#writeLock({ deskUrl: run.deskUrl })]));
  }

  /**
   * Takes them away, lets go of the data folder and gives up what could not be written, so that nothing is in the way of the next
   * server there. @throws when the lock's note can't be removed; the folder is free all the same
   */
  async end(): Promise<void> {
    const { paths, writer, lock } = this.#options;
    // First of all: on a full disk it makes the room that the orders need, which the next server must know of.
    await within(
      DISK_WITHIN_MS,
      writer.keep(paths.run, () => rm(paths.run, { force: true })),
    );
    await writer.end(DISK_WITHIN_MS);
    lock.release();
  }

  #writeLock(facts: Parameters<OwnerLock['note']>[0]): Promise<void> {
    const { paths, writer, lock } = this.#options;
    lock.note(facts);
    return writer.keep(paths.lock, () => lock.write());
  }
}
