import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../server/testing/server.ts';

/** Copies what a failed round leaves to look at out of the temporary folder, where nothing may stay. @returns the copy */
export function keepFolder(from: string, name: string): string {
  const kept = join(PROJECT, 'artifacts', 'crash', name);
  mkdirSync(kept, { recursive: true });
  cpSync(from, kept, { recursive: true });
  return kept;
}
