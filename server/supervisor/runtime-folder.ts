import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const RUNTIME_PREFIX = 'tallyroom-';
/** The name of a Unix socket may have about 100 bytes (104 on macOS, with the end mark). */
const MAX_SOCKET_PATH = 100;

/** Where backplane and control sockets lie: for this user only, and on a short path. */
export interface RuntimeFolder {
  dir: string;
  backplanePath: string;
  controlPath: string;
  remove(): void;
}

export function makeRuntimeFolder(): RuntimeFolder {
  const base = join(tmpdir(), `${RUNTIME_PREFIX}XXXXXX`, 'backplane.sock').length > MAX_SOCKET_PATH ? '/tmp' : tmpdir();
  const dir = mkdtempSync(join(base, RUNTIME_PREFIX));
  // Named pipes live outside the file system; an unguessable name takes the folder's part.
  const pipe = `\\\\.\\pipe\\tallyroom-${randomBytes(16).toString('hex')}`;
  const windows = process.platform === 'win32';
  return {
    dir,
    backplanePath: windows ? `${pipe}-backplane` : join(dir, 'backplane.sock'),
    controlPath: windows ? `${pipe}-control` : join(dir, 'control.sock'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
