import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DataFolder } from '../storage/data-folder.ts';

/** Of a server that was killed while it wrote: what its lock was going to be, and what was going to be one of these. */
const LOCK_TO_BE = /^lock\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FILE_TO_BE = /^(.+)\.\d+\.tmp$/;

/**
 * Removes what servers that were killed did not get to put in its place. Only for the owner of the folder, before it writes anything:
 * nobody else makes such names in it, and whatever has another one stays. What can't be removed stays as well.
 */
export function removeTemporaryFiles({ dir, lock, run, keys, clock, orders }: DataFolder): void {
  const ours = [lock, run, keys, clock, orders].map((path) => basename(path));
  try {
    for (const name of readdirSync(dir)) {
      const isOurs = LOCK_TO_BE.test(name) || ours.includes(FILE_TO_BE.exec(name)?.[1] ?? '');
      if (isOurs) rmSync(join(dir, name));
    }
  } catch {}
}
