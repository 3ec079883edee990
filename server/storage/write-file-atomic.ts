import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface AtomicWrite {
  text: string;
  /** File mode, e.g. 0o600. */
  mode: number;
}

/**
 * Replaces a small file as a whole: whoever reads it, also after a power cut, finds the old text or the new one. The
 * temporary file lies beside it, since a rename is only atomic within a file system.
 */
export function writeFileAtomic(path: string, { text, mode }: AtomicWrite): void {
  const temporary = `${path}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** The rename itself is only on disk once its folder is. Windows can't open folders and doesn't need it. */
function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
