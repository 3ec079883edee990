/** Whatever breaks whenever: what a viewer was told is counted is in the ledger, once, and the ledger can be verified. `npm run crash` plays more rounds. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { playBatchesRound } from '../crash/batches-round.ts';
import { CrashStage } from '../crash/crash-stage.ts';
import { FAULTS } from '../crash/faults.ts';
import { playServerRound } from '../crash/server-round.ts';
import { chosenSeed } from './testing/seeded-random.ts';
import { TEST_MS } from './testing/server.ts';

const ROUNDS = Number(process.env.TALLYROOM_CRASH_ROUNDS ?? 30);
const BATCHES = 'batches twice and out of order';
const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;

const firstSeed = chosenSeed();
const faults = [...Object.keys(FAULTS), BATCHES];
// The seed alone says what happens in a round, and a few rounds in a row see every fault.
const rounds = Array.from({ length: ROUNDS }, (_, i) => {
  const seed = firstSeed + i;
  return { seed, fault: faults[seed % faults.length] ?? BATCHES };
});

let stage: CrashStage | null = null;

test.for(rounds)('$fault, seed $seed', { timeout: TEST_MS }, async ({ seed, fault }, { task, skip, onTestFailed }) => {
  if (fault === 'disk full' && !hasPrlimit) skip('this system has no prlimit, which takes the disk away');
  const tell = (said: string) => process.stdout.write(`seed ${seed}, ${fault}: ${said}\n`);
  const failed = (kept: string): void => {
    const [error] = task.result?.errors ?? [];
    tell(
      `FAILED: ${error?.message}\nRepeat it with: npm run crash -- --rounds 1 --seed ${seed}\nThe data folder is kept: ${kept}`,
    );
  };
  if (fault === BATCHES) {
    const dir = mkdtempSync(join(tmpdir(), 'tr-batches-'));
    onTestFailed(() => failed(dir));
    tell(await playBatchesRound({ seed, dir }));
    rmSync(dir, { recursive: true });
    return;
  }
  onTestFailed(async () => {
    if (stage === null) return;
    tell(stage.server.stderr.slice(-6_000));
    failed(await stage.abandon());
    stage = null;
  });
  stage ??= await CrashStage.open();
  tell(await playServerRound(stage, { seed, fault }));
});

test('the server that went through all this ends in good order', { timeout: TEST_MS }, async () => {
  await stage?.end();
  stage = null;
  expect(stage).toBeNull();
});

afterAll(async () => {
  await stage?.abandon();
});
