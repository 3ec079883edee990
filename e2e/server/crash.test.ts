/** Whatever breaks whenever: what a viewer was told is counted is in the ledger, once, and the ledger can be verified. `npm run crash` plays more rounds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { playBatchesRound } from '../crash/batches-round.ts';
import { CrashStage } from '../crash/crash-stage.ts';
import { hindrance } from '../crash/fault.ts';
import { FAULTS } from '../crash/faults.ts';
import { keepFolder } from '../crash/kept-folder.ts';
import { playServerRound } from '../crash/server-round.ts';
import { chosenSeed } from './testing/seeded-random.ts';
import { TEST_MS } from './testing/server.ts';

const ROUNDS = Number(process.env.TALLYROOM_CRASH_ROUNDS ?? 45);
const BATCHES = 'batches twice and out of order';

const firstSeed = chosenSeed();
const faults = [...Object.keys(FAULTS), BATCHES];
// The seed alone says what happens in a round, and a few rounds in a row see every fault. In half of them somebody sets the clock
// as well: in every second one, and the next time that a fault comes round, in the others.
const rounds = Array.from({ length: ROUNDS }, (_, i) => {
  const seed = firstSeed + i;
  const name = faults[seed % faults.length] ?? BATCHES;
  const fault = FAULTS[name] ?? null;
  const isClockSet = fault?.clock === 'always' || (seed + Math.floor(seed / faults.length)) % 2 === 0;
  return { seed, name, fault, isClockSet, what: fault !== null && isClockSet ? `${name}, clock set` : name };
});

let stage: CrashStage | null = null;

test.for(rounds)('$what, seed $seed', { timeout: TEST_MS }, async (round, { task, skip, onTestFailed }) => {
  const { seed, fault, what } = round;
  const startMs = performance.now();
  const tell = (said: string) => process.stdout.write(`seed ${seed}, ${what}: ${said}\n`);
  const notes: string[] = [];
  const took = () => `${Math.round(performance.now() - startMs)} ms`;
  const failed = (kept: string): void => {
    const [error] = task.result?.errors ?? [];
    tell(
      `${notes.join('; ')}\nFAILED: ${error?.message}\nRepeat it with: npm run crash -- --rounds 1 --seed ${seed}\nThe data folder is kept: ${kept}`,
    );
  };
  if (fault === null) {
    const dir = mkdtempSync(join(tmpdir(), 'tr-batches-'));
    onTestFailed(() => {
      failed(keepFolder(dir, basename(dir)));
      rmSync(dir, { recursive: true });
    });
    tell(`${await playBatchesRound({ seed, dir })}, ${took()}`);
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
  const why = hindrance(fault, stage);
  if (why !== null) skip(why);
  const came = await playServerRound(stage, { ...round, fault, note: (said) => notes.push(said) });
  tell(`${notes.join('; ')}. ${came}, ${took()}`);
});

test('the server that went through all this ends in good order', { timeout: TEST_MS }, async () => {
  await stage?.end();
  stage = null;
  expect(stage).toBeNull();
});

afterAll(async () => {
  await stage?.abandon();
});
