import { renameSync, writeFileSync } from 'node:fs';

/** Names the file that `wall-clock.ts` reads. */
export const CLOCK_FILE = 'TALLYROOM_TEST_WALL_CLOCK';

/** Sets the clock of every process that was started with this file. */
export function setClockOff(path: string, byMs: number): void {
  // In one step, so that nobody reads half a number.
  writeFileSync(`${path}.new`, String(byMs));
  renameSync(`${path}.new`, path);
}
