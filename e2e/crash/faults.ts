/** What can go wrong with a running server, and when. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { SeededRandom } from '../server/testing/seeded-random.ts';
import type { PartName } from '../server/testing/server.ts';
import { allEdges, anEdge, deathsOf, type Fault, type FaultPlan, type FaultScene, killAt, PLAIN } from './fault.ts';
import { PAIRS } from './pairs.ts';
import { holdsText, markLog, tearLog } from './torn-log.ts';

/** A file may grow to here and no further: less than the write-ahead log's header and first frame. */
const FULL_AT_BYTES = 4_096;
/** How long before the power goes nobody hears what is committed, and how long what was heard before takes to be read. */
const DEAF_MS = 400;
const HEARD_MS = 100;
/** Where nobody has heard of a commit for so long, the journal may have been told of it. */
const TOLD_MS = 900;
const AGAIN_AND_AGAIN = 3;

function killOnce(victimsOf: (random: SeededRandom) => readonly PartName[]): Fault {
  const plan = (scene: FaultScene): FaultPlan => {
    const atMs = scene.random.between(50, scene.votingMs);
    const victims = victimsOf(scene.random);
    return { moments: [killAt(scene, victims, atMs)], alarms: deathsOf(victims) };
  };
  return { ...PLAIN, plan };
}

function killAgainAndAgain(scene: FaultScene): FaultPlan {
  const { random, votingMs } = scene;
  const moments = Array.from({ length: AGAIN_AND_AGAIN }, () => {
    const edge = anEdge(random);
    const victims = random.pick<PartName[]>([['core'], [edge], ['core', edge]]);
    return killAt(scene, victims, random.between(50, votingMs));
  });
  return { moments };
}

/** All parts at once, as when the power goes: what lies behind the last commit that a viewer was told of is torn. */
function tearLogs(scene: FaultScene): FaultPlan {
  const { random, stage, votingMs, note } = scene;
  const atMs = random.between(DEAF_MS, votingMs);
  const since = markLog(stage.place.files.ledgerLive);
  let deafSinceMs = 0;
  const deafen = () => {
    deafSinceMs = performance.now();
    scene.deafen();
  };
  const act = async (): Promise<void> => {
    await stage.killAll();
    const { ledgerLive, journal } = stage.place.files;
    // On a slow machine the poll may have ended meanwhile: then its seal has told the journal of every commit.
    const isSealed = holdsText(journal, `"run.closed","runId":"${scene.runId}"`);
    const isTold = isSealed || performance.now() - deafSinceMs > TOLD_MS;
    await sleep(HEARD_MS);
    const acknowledged = scene.acknowledgedRefs();
    const ledger = tearLog(ledgerLive, { random, since: isTold ? null : since, acknowledged });
    note(
      `${atMs} ms: power lost; ledger: ${ledger}; journal: ${tearLog(journal, { random, since: null, acknowledged: [] })}`,
    );
    await stage.startAgain();
  };
  const moments = [
    { atMs: atMs - DEAF_MS, act: deafen },
    { atMs, act },
  ];
  return { moments };
}

/** The core's files take no more bytes for a while. */
function fillDisk({ random, stage, votingMs, hindered, unheard, note }: FaultScene): FaultPlan {
  const fromMs = random.between(0, votingMs);
  const lastsMs = random.between(300, 1_500);
  const limit = (pid: number, bytes: string) => {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
    expect(status, String(stderr)).toBe(0);
  };
  const act = async (): Promise<void> => {
    const pid = stage.server.pidOf('core');
    limit(pid, String(FULL_AT_BYTES));
    // What can't be written is to be sent again, and may come too late then.
    unheard();
    await sleep(lastsMs);
    limit(pid, 'unlimited');
    hindered();
    note(`${fromMs} ms: disk full for ${lastsMs} ms`);
  };
  return { moments: [{ atMs: fromMs, act }] };
}

/** Every fault of a running server, by its name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'core killed': killOnce(() => ['core']),
  'edge killed': killOnce((random) => [anEdge(random)]),
  'core and edges killed at once': killOnce((random) => [
    'core',
    ...random.pick<PartName[]>([[anEdge(random)], allEdges]),
  ]),
  'killed again and again': { ...PLAIN, plan: killAgainAndAgain },
  'log torn': { ...PLAIN, plan: tearLogs },
  'disk full': { ...PLAIN, needs: 'prlimit', plan: fillDisk },
  'clock stepped': { ...PLAIN, clock: 'always', plan: () => ({ moments: [] }) },
  ...PAIRS,
};
