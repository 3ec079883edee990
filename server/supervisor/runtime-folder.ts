import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageError } from '../storage/storage-error.ts';

export const RUNTIME_PREFIX = 'tallyroom-';
const BACKPLANE_SOCKET = 'backplane.sock';
/** The name of a Unix socket may have about 100 bytes (104 on macOS, with the end mark). */
const MAX_SOCKET_PATH = 100;

/** Where backplane and control sockets lie: for this user only, and on a short path. */
export interface RuntimeFolder {
  dir: string;
  backplanePath: string;
  controlPath: string;
  /** Makes it anew where somebody has removed it: `/tmp` is cleared of what looks old on many systems. @throws when it can't be */
  ensure(): void;
  /** What can't be removed stays: nothing hangs on it. */
  remove(): void;
}

/** Removes a folder with all in it; one that can't be removed is left, since that is never worth a show. */
export function removeQuietly(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch {}
}

/** Where edges look for the core of that server. */
export function backplanePathOf({ runtimeDir, controlPath }: { runtimeDir: string; controlPath: string }): string {
  if (process.platform === 'win32') return controlPath.replace(/-control$/, '-backplane');
  return join(runtimeDir, BACKPLANE_SOCKET);
}

/** @throws StorageError `runtime-folder` */
export function makeRuntimeFolder(): RuntimeFolder {
  const base = join(tmpdir(), `${RUNTIME_PREFIX}XXXXXX`, BACKPLANE_SOCKET).length > MAX_SOCKET_PATH ? '/tmp' : tmpdir();
  const dir = makeIn(base);
  // Named pipes live outside the file system; an unguessable name takes the folder's part.
  const pipe = `\\\\.\\pipe\\tallyroom-${randomBytes(16).toString('hex')}`;
  const controlPath = process.platform === 'win32' ? `${pipe}-control` : join(dir, 'control.sock');
  return {
    dir,
    backplanePath: backplanePathOf({ runtimeDir: dir, controlPath }),
    controlPath,
    ensure: () => mkdirSync(dir, { recursive: true, mode: 0o700 }),
    remove: () => removeQuietly(dir),
  };
}

function makeIn(base: string): string {
  try {
    return mkdtempSync(join(base, RUNTIME_PREFIX));
  } catch (cause) {
    const message = `The folder for temporary files ${base} can't be used (${(cause as Error).message}). See to its rights and room, or choose another one with TMPDIR.`;
    throw new StorageError('runtime-folder', message, { cause });
  }
}
