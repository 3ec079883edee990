/** What a fault is made of, and what faults have in common. */
import { spawnSync } from 'node:child_process';
import type { SeededRandom } from '../server/testing/seeded-random.ts';
import type { PartName } from '../server/testing/server.ts';
import type { WsViewer } from '../server/testing/ws-viewer.ts';
import type { ClockSteps } from './clock-steps.ts';
import { type CrashStage, EDGES } from './crash-stage.ts';
import type { Moment } from './moment.ts';

export interface FaultPlan {
  moments: Moment[];
  /** Alarms that every desk must show in the end: of each list one. */
  alarms?: readonly (readonly string[])[];
  /** After the run is closed and counted: what must be seen, and what is put right again. */
  after?: () => Promise<void>;
}

export interface FaultScene {
  random: SeededRandom;
  stage: CrashStage;
  cueId: string;
  runId: string;
  /** Votes are cast from 0 to here. */
  votingMs: number;
  /** From when the window was opened to its end. */
  windowMs: number;
  graceMs: number;
  /** What somebody does to the wall clock in this round; null: nothing. */
  clock: ClockSteps | null;
  sockets: readonly WsViewer[];
  /** Viewers on sockets vote on, and hear nothing more on the sockets that they have. */
  deafen: () => void;
  /** References of the ballots of this round that a viewer has been told are counted. */
  acknowledgedRefs: () => string[];
  /** Up to now something stood in the way of the poll's end. */
  hindered: () => void;
  /** Who sent something in time may not have been received in time. */
  unheard: () => void;
  note: (what: string) => void;
}

export interface Fault {
  plan: (scene: FaultScene) => FaultPlan;
  /** `outlasting`: it needs a poll that is still open when whoever dies is back; `long`: one that only a person closes. */
  window: 'any' | 'outlasting' | 'long';
  /** `always`: somebody sets the clock in each of its rounds, and not only in half of them. */
  clock: 'half' | 'always';
  /** What the machine must let us do. */
  needs: 'prlimit' | 'mount' | null;
}

/** For a fault that asks for nothing. */
export const PLAIN: Omit<Fault, 'plan'> = { window: 'any', clock: 'half', needs: null };

/** Why this fault can't be played on this stage, or null. */
export function hindrance({ needs }: Fault, stage: CrashStage): string | null {
  if (needs === 'prlimit' && spawnSync('prlimit', ['--version']).status !== 0)
    return 'this system has no prlimit, which takes the disk away from a process';
  if (needs === 'mount' && stage.disk === null)
    return 'no small disk can be mounted here, which only Linux lets root do';
  return null;
}

export const CORE_ALARMS = ['core-died', 'core-keeps-dying'] as const;
export const EDGE_ALARMS = ['edge-died', 'edge-keeps-dying'] as const;
export const STORAGE_ALARMS = ['supervisor-storage'] as const;
const alarmsAbout = (part: PartName) => (part === 'core' ? CORE_ALARMS : EDGE_ALARMS);

export const anEdge = (random: SeededRandom): { edge: number } => ({ edge: random.between(0, EDGES - 1) });
export const allEdges: PartName[] = Array.from({ length: EDGES }, (_, edge) => ({ edge }));

/** Kills these parts as far as they live. */
export function killAt(scene: FaultScene, victims: readonly PartName[], atMs: number): Moment {
  const { stage, note } = scene;
  const act = () => {
    const hit = victims.filter((victim) => stage.server.kill(victim));
    note(`${atMs} ms: killed ${hit.map((part) => JSON.stringify(part)).join(' and ') || 'nobody (dead already)'}`);
  };
  return { atMs, act };
}

/** The alarms that the death of these parts must raise. */
export const deathsOf = (victims: readonly PartName[]) => victims.map(alarmsAbout);
