import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../clean-up.ts';
import type { Result } from '../report/result.ts';
import { type CpuProfile, foldProfiles } from './fold.ts';
import { withSources } from './sources.ts';

/**
 * Runs a scenario with the profiler in every process that it starts. A process that is killed leaves no profile, and all
 * others are slower than without: their figures are not the product's.
 */
export async function profiled<R extends Omit<Result, 'scenario' | 'title'>>(run: () => Promise<R>): Promise<R> {
  const folder = mkdtempSync(join(tmpdir(), 'tallyroom-profile-'));
  const clear = atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const before = process.env.NODE_OPTIONS;
  const flags = `--cpu-prof --cpu-prof-dir=${folder}`;
  process.env.NODE_OPTIONS = [before, flags].filter((part) => part !== undefined).join(' ');
  try {
    const result = await run();
    const { conditions, raw } = result;
    return {
      ...result,
      conditions: { ...conditions, flags: conditions.flags.replace(flags, '').trim() },
      raw: { ...raw, profile: { parts: foldProfiles(profilesIn(folder)) } },
    };
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
    await clear();
  }
}

/** One after the other: those of a long run don't fit in memory together. */
function* profilesIn(folder: string): Iterable<CpuProfile> {
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.cpuprofile'))
      yield withSources(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile);
  }
}
