import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { identityOf, isAlive, type ProcessIdentity } from '../process/process-identity.ts';

const Identity = z.object({ pid: z.number().int(), startTicks: z.string().nullable() });

/** `DATA/lock`: who runs on this data folder, and what would be left of it after a crash. */
const Owner = z.object({
  version: z.literal(1),
  claim: z.string(),
  process: Identity,
  controlPath: z.string(),
  /** Holds the sockets; removed with the owner. */
  runtimeDir: z.string(),
  /** Null until the desk is up. */
  deskUrl: z.string().nullable(),
  parts: z.array(Identity),
});
export type Owner = z.infer<typeof Owner>;

export type LockOutcome =
  | { kind: 'taken'; lock: OwnerLock; deadOwner: Owner | null }
  | { kind: 'refused'; code: 'data-in-use'; message: string };

export interface OwnerLock {
  /** Writes down what has become known since. */
  note(facts: { deskUrl?: string; parts?: ProcessIdentity[] }): void;
  release(): void;
}

function readOwner(path: string): Owner | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  // It is always replaced whole, so an unreadable one was damaged from outside and names nobody.
  try {
    return Owner.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function writeOwner(path: string, owner: Owner): void {
  const fresh = `${path}.${owner.claim}`;
  writeFileSync(fresh, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
  renameSync(fresh, path);
}

/**
 * Does something that only one process at a time may do. Between seeing a dead owner and replacing it another starter
 * could do the same; the system's own file lock (through SQLite) ends with its process, so it can't go stale itself.
 */
function guarded<T>(dataDir: string, work: () => T): T {
  const guard = new Database(join(dataDir, 'lock.guard'), { timeout: 10_000 });
  try {
    guard.exec('BEGIN EXCLUSIVE');
    return work();
  } finally {
    guard.close();
  }
}

export interface Claim {
  dataDir: string;
  controlPath: string;
  runtimeDir: string;
}

/** Makes this process the owner of the data folder, unless a living one is. */
export function takeOwnerLock({ dataDir, controlPath, runtimeDir }: Claim): LockOutcome {
  const path = join(dataDir, 'lock');
  let mine: Owner = {
    version: 1,
    claim: randomUUID(),
    process: identityOf(process.pid),
    controlPath,
    runtimeDir,
    deskUrl: null,
    parts: [],
  };
  return guarded(dataDir, () => {
    const owner = readOwner(path);
    if (owner !== null && isAlive(owner.process)) {
      return { kind: 'refused', code: 'data-in-use', message: inUse(dataDir, owner) };
    }
    writeOwner(path, mine);
    const lock: OwnerLock = {
      note(facts) {
        mine = { ...mine, ...facts };
        writeOwner(path, mine);
      },
      release() {
        if (!existsSync(dataDir)) return;
        guarded(dataDir, () => {
          if (readOwner(path)?.claim === mine.claim) rmSync(path);
        });
      },
    };
    return { kind: 'taken', lock, deadOwner: owner };
  });
}

function inUse(dataDir: string, owner: Owner): string {
  const desk = owner.deskUrl === null ? 'its desk is not up yet' : `its desk is at ${owner.deskUrl}`;
  return (
    `The data folder ${dataDir} is in use by the Tallyroom server with process id ${owner.process.pid} (${desk}). ` +
    `Open the app on the same folder to take that server over, stop it (kill ${owner.process.pid}), or start with another folder: --data DIR.`
  );
}
