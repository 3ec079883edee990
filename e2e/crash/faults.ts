/** What can go wrong with a running server, and when. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { SeededRandom } from '../server/testing/seeded-random.ts';
import type { PartName } from '../server/testing/server.ts';
import { until } from '../server/testing/until.ts';
import { type CrashStage, EDGES } from './crash-stage.ts';
import { markLog, tearLog } from './torn-log.ts';

/** Something to do at a moment of the voting; ms from its start. */
export interface Moment {
  atMs: number;
  act: () => void | Promise<void>;
}

export interface FaultPlan {
  moments: Moment[];
  /** After the run is closed and counted: what must be seen, and what is put right again. */
  after: () => Promise<void>;
}

export interface FaultScene {
  random: SeededRandom;
  stage: CrashStage;
  /** Votes are cast from 0 to here. */
  votingMs: number;
  /** Viewers on sockets vote on, and hear nothing more on the sockets that they have. */
  deafen: () => void;
  /** References of the ballots of this round that a viewer has been told are counted. */
  acknowledgedRefs: () => string[];
  note: (what: string) => void;
}

type Fault = (scene: FaultScene) => FaultPlan;

/** A file may grow to here and no further: less than the write-ahead log's header and first frame. */
const FULL_AT_BYTES = 4_096;
const HOUR_MS = 3_600_000;
/** How long before the power goes nobody hears what is committed, and how long what was heard before takes to be read. */
const DEAF_MS = 400;
const HEARD_MS = 100;
const AGAIN_AND_AGAIN = 3;

const nothingAfter = async (): Promise<void> => {};

function kill({ stage, note }: FaultScene, victims: readonly PartName[], atMs: number): void {
  const hit = victims.filter((victim) => stage.server.kill(victim));
  note(`${atMs} ms: killed ${hit.map((part) => JSON.stringify(part)).join(' and ') || 'nobody (dead already)'}`);
}

function killOnce(victimsOf: (random: SeededRandom) => readonly PartName[]): Fault {
  return (scene) => {
    const atMs = scene.random.between(50, scene.votingMs);
    const victims = victimsOf(scene.random);
    return { moments: [{ atMs, act: () => kill(scene, victims, atMs) }], after: nothingAfter };
  };
}

const anEdge = (random: SeededRandom): PartName => ({ edge: random.between(0, EDGES - 1) });
const allEdges: PartName[] = Array.from({ length: EDGES }, (_, edge) => ({ edge }));

function killAgainAndAgain(scene: FaultScene): FaultPlan {
  const { random, votingMs } = scene;
  const moments = Array.from({ length: AGAIN_AND_AGAIN }, (): Moment => {
    const edge = anEdge(random);
    const victims = random.pick<PartName[]>([['core'], [edge], ['core', edge]]);
    const atMs = random.between(50, votingMs);
    return { atMs, act: () => kill(scene, victims, atMs) };
  });
  return { moments, after: nothingAfter };
}

/** All parts at once, as when the power goes: what lies behind the last commit that a viewer was told of is torn. */
function tearLogs(scene: FaultScene): FaultPlan {
  const { random, stage, votingMs, note } = scene;
  const atMs = random.between(DEAF_MS, votingMs);
  const since = markLog(stage.place.files.ledgerLive);
  const act = async (): Promise<void> => {
    await stage.killAll();
    await sleep(HEARD_MS);
    const { ledgerLive, journal } = stage.place.files;
    const ledger = tearLog(ledgerLive, { random, since, acknowledged: scene.acknowledgedRefs() });
    note(
      `${atMs} ms: power lost; ledger: ${ledger}; journal: ${tearLog(journal, { random, since: null, acknowledged: [] })}`,
    );
    await stage.startAgain();
  };
  const moments: Moment[] = [
    { atMs: atMs - DEAF_MS, act: scene.deafen },
    { atMs, act },
  ];
  return { moments, after: nothingAfter };
}

/** The core's files take no more bytes for a while. */
function fillDisk({ random, stage, votingMs, note }: FaultScene): FaultPlan {
  const fromMs = random.between(0, votingMs);
  const lastsMs = random.between(300, 1_500);
  const limit = (pid: number, bytes: string) => {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
    expect(status, String(stderr)).toBe(0);
  };
  const act = async (): Promise<void> => {
    const pid = stage.server.pidOf('core');
    limit(pid, String(FULL_AT_BYTES));
    await sleep(lastsMs);
    limit(pid, 'unlimited');
    note(`${fromMs} ms: disk full for ${lastsMs} ms`);
  };
  return { moments: [{ atMs: fromMs, act }], after: nothingAfter };
}

/** Somebody sets the machine's clock while the poll is open, and puts it right only after the poll is over. */
function stepClock({ random, stage, votingMs, note }: FaultScene): FaultPlan {
  const seen = stage.server.events.length;
  const moments = Array.from({ length: random.between(1, 2) }, (): Moment => {
    const atMs = random.between(0, votingMs);
    const byMs = random.pick([-1, 1]) * random.between(2_000, 2 * HOUR_MS);
    const act = () => {
      stage.setClockOff(byMs);
      note(`${atMs} ms: clock set by ${byMs} ms`);
    };
    return { atMs, act };
  });
  const after = async (): Promise<void> => {
    await until(() => stage.server.events.slice(seen).some((e) => e.event === 'alarm' && e.code === 'clock-stepped'), {
      what: 'the alarm about the clock',
      isQuiet: true,
    });
    stage.setClockOff(0);
  };
  return { moments, after };
}

/** Every fault of a running server, by its name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'core killed': killOnce(() => ['core']),
  'edge killed': killOnce((random) => [anEdge(random)]),
  'core and edges killed at once': killOnce((random) => [
    'core',
    ...random.pick<PartName[]>([[anEdge(random)], allEdges]),
  ]),
  'killed again and again': killAgainAndAgain,
  'log torn': tearLogs,
  'disk full': fillDisk,
  'clock stepped': stepClock,
};
