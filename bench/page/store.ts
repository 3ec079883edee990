/** Where the page's data come from and where they stay. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kept, keep, readKept, writeKept } from './kept.ts';

/** By the name of the file, in the order of their names, so that the page does not depend on who measured first. */
export function readAllKept(folder: string): Map<string, Kept> {
  return new Map(jsonFiles(folder).map((file) => [file, readKept(readFileSync(join(folder, file), 'utf8'))]));
}

/**
 * Takes over every result that is newer than what is kept of its scenario.
 * @param only names of scenarios; empty: all
 * @returns names of the files that were taken over
 */
export function takeNewer(results: string, folder: string, only: readonly string[]): string[] {
  mkdirSync(folder, { recursive: true });
  const known = readAllKept(folder);
  const taken: string[] = [];
  for (const file of jsonFiles(results)) {
    const found = keep(JSON.parse(readFileSync(join(results, file), 'utf8')));
    if (only.length > 0 && !only.includes(found.scenario)) continue;
    if (found.conditions.at <= (known.get(file)?.conditions.at ?? '')) continue;
    writeFileSync(join(folder, file), writeKept(found));
    taken.push(file);
  }
  return taken;
}

function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
}
