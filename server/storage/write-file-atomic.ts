import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface AtomicWrite {
  text: string;
  /** File mode, e.g. 0o600. */
  mode: number;
}

/** It lies beside the file, since a rename is only atomic within a file system. */
const temporaryOf = (path: string) => `${path}.${process.pid}.tmp`;

/** Replaces a small file as a whole: whoever reads it, also after a power cut, finds the old text or the new one. */
export function writeFileAtomic(path: string, { text, mode }: AtomicWrite): void {
  const temporary = temporaryOf(path);
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

/**
 * The same for a file that means nothing after a power cut: not made sure of against one, and a slow disk holds up nobody
 * but who waits for it. One at a time for each path.
 */
export function replaceFile(path: string, write: AtomicWrite): Promise<void> {
  return replaceWhole(path, write, { sync: false });
}

/** The same for a file that is to be there after a power cut, as `writeFileAtomic` makes it. */
export async function replaceFileForGood(path: string, write: AtomicWrite): Promise<void> {
  await replaceWhole(path, write, { sync: true });
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function replaceWhole(path: string, { text, mode }: AtomicWrite, { sync }: { sync: boolean }): Promise<void> {
  const temporary = temporaryOf(path);
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      if (sync) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
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
