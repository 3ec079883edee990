export type StorageErrorCode =
  /** The data folder can't be made or used. */
  | 'data-folder'
  /** The folder for sockets and temporary files can't be made. */
  | 'runtime-folder'
  /** The file was written by a newer version of the product. */
  | 'newer-file'
  /** The file is damaged, or is none of ours. */
  | 'corrupt-file'
  /** The file can't be opened or created: rights, disk, a folder in its place. */
  | 'cannot-open'
  /** The show file can't be read or used. */
  | 'show-file'
  /** Ledgers hold runs, and the journal that belongs to them is not there. */
  | 'journal-missing'
  /** The journal ends before what the ledgers know of it: an older one was put back. */
  | 'journal-older'
  /** `TALLYROOM_SECRET` is too short to derive a key from. */
  | 'weak-secret'
  /** A new key was asked for where `TALLYROOM_SECRET` signs. */
  | 'keys-from-environment';

/**
 * A data file or folder that this version can't work with. Starting again would fail the same way, so the message is
 * a whole sentence for a person: what is wrong, with which file, and the way out.
 */
export class StorageError extends Error {
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options: ErrorOptions | null = null) {
    super(message, options ?? undefined);
    this.name = 'StorageError';
    this.code = code;
  }
}
