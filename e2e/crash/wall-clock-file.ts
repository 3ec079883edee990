import { renameSync, writeFileSync } from 'node:fs';

/** Names the file that `wall-clock.ts` reads. */
export const CLOCK_FILE = 'TALLYROOM_TEST_WALL_CLOCK';

/** Sets the clock of every process that was started with this file, on a machine that has slept for so long since. */
export function setClockOff(path: string, { offMs, sleptMs }: { offMs: number; sleptMs: number }): void {
  // In one step, so that nobody reads half a number.
  writeFileSync(`${path}.new`, `${offMs} ${sleptMs}`);
  renameSync(`${path}.new`, path);
}
