/** Two things that go wrong together. Each alone is survived; what one of them relies on may be what the other takes away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LIVING_MS } from '../../server/backplane/linked-edge.ts';
import { killIfAlive } from '../server/testing/processes.ts';
import { clearedOnFullDisk, coreAfterClear } from './cleared-on-full-disk.ts';
import {
  anEdge,
  CORE_ALARMS,
  deathsOf,
  EDGE_ALARMS,
  type Fault,
  type FaultPlan,
  type FaultScene,
  killAt,
  PLAIN,
  STORAGE_ALARMS,
} from './fault.ts';

/** Both die within this. */
const TOGETHER_MS = 200;
/** The longest that a link is away, and how old an edge's last word may be when it goes. */
const MOST_AWAY_MS = 1_400;
const PULSE_MS = 400;

function clockAndCore(scene: FaultScene): FaultPlan {
  const { random, clock } = scene;
  // Before the step has been noticed, or after.
  const atMs = (clock?.steps.at(-1)?.atMs ?? 0) + random.between(5, 700);
  return { moments: [killAt(scene, ['core'], atMs)], alarms: [CORE_ALARMS] };
}

function edgeAndCore(scene: FaultScene): FaultPlan {
  const { random, votingMs } = scene;
  const atMs = random.between(50, votingMs);
  const thenMs = atMs + random.between(1, TOGETHER_MS);
  const edge = anEdge(random);
  const [first, second] = random.pick([
    ['core', edge],
    [edge, 'core'],
  ] as const);
  return {
    moments: [killAt(scene, [first], atMs), killAt(scene, [second], thenMs)],
    alarms: deathsOf([first, second]),
  };
}

/** The edge has to be back while the disk takes nothing. */
function diskAndEdge({ random, stage, votingMs, hindered, note }: FaultScene): FaultPlan {
  const fromMs = random.between(0, votingMs);
  const afterMs = random.between(0, 400);
  const onMs = random.between(0, 500);
  const edge = anEdge(random);
  const act = async (): Promise<void> => {
    stage.fillDisk();
    note(`${fromMs} ms: disk full`);
    await sleep(afterMs);
    await stage.killAndAwait(edge);
    await sleep(onMs);
    stage.disk?.free();
    hindered();
    note(`edge ${edge.edge} was killed ${afterMs} ms later and came back; disk freed ${onMs} ms after that`);
  };
  return { moments: [{ atMs: fromMs, act }], alarms: [EDGE_ALARMS, STORAGE_ALARMS] };
}

/** Somebody makes room and starts the server again; or starts it, and makes room when it can't. */
function diskAndSupervisor(scene: FaultScene): FaultPlan {
  const { random, stage, votingMs, windowMs, hindered, note } = scene;
  const fromMs = random.between(0, votingMs);
  const afterMs = random.between(0, 600);
  const isFreedFirst = random.pick([true, false]);
  const isCleared = windowMs > votingMs && random.pick([true, false]);
  const die = async (): Promise<void> => {
    stage.server.kill('supervisor');
    await stage.server.exited;
    if (isFreedFirst) stage.disk?.free();
    try {
      await stage.startAgain();
      note(isFreedFirst ? 'disk freed and started again' : 'started again on the full disk');
    } catch (error) {
      if (isFreedFirst) throw error;
      stage.disk?.free();
      await stage.startAgain();
      note('started again once the disk was freed');
    }
    stage.disk?.free();
  };
  if (isCleared) {
    const act = async (expectKnown: () => Promise<void>): Promise<void> => {
      note('supervisor killed');
      await die();
      await expectKnown();
    };
    return clearedOnFullDisk(scene, { act, alarms: [] });
  }
  const act = async (): Promise<void> => {
    stage.fillDisk();
    await sleep(afterMs);
    note(`${fromMs} ms: disk full; supervisor killed ${afterMs} ms later`);
    await die();
    hindered();
  };
  return { moments: [{ atMs: fromMs, act }] };
}

/** What an edge received in time counts, though it could not say so in time. */
function linkAndClose({
  random,
  stage,
  cueId,
  windowMs,
  graceMs,
  votingMs,
  hindered,
  unheard,
  note,
}: FaultScene): FaultPlan {
  const { edge } = anEdge(random);
  const way = random.pick(['cut', 'cut', 'held', 'paused'] as const);
  const isClosedByPerson = windowMs > votingMs;
  const closeMs = isClosedByPerson ? random.between(1_000, votingMs) : windowMs;
  // Long enough before the end for votes that are certainly in time; over the end of the grace, when the ledger would be sealed.
  const fromMs = closeMs - random.between(500, 950);
  const lastsMs = Math.min(closeMs - fromMs + graceMs + random.between(100, 800), MOST_AWAY_MS);
  const act = async (): Promise<void> => {
    const pid = stage.server.pidOf({ edge });
    const sinceMs = performance.now();
    if (way === 'cut') stage.links.cut(pid);
    else if (way === 'held') stage.links.hold(pid);
    else killIfAlive(pid, 'SIGSTOP');
    await sleep(lastsMs);
    if (way === 'paused') killIfAlive(pid, 'SIGCONT');
    else stage.links.mend(pid);
    hindered();
    // Nobody receives while it stands still; and away for longer than it counts as living, it was not waited for.
    if (way === 'paused' || performance.now() - sinceMs > LIVING_MS - PULSE_MS) unheard();
    note(`${fromMs} ms: ${way === 'paused' ? `edge ${edge}` : `the link of edge ${edge}`} ${way} for ${lastsMs} ms`);
  };
  const close = async (): Promise<void> => {
    await stage.close(cueId);
    note(`${closeMs} ms: closed`);
  };
  return {
    moments: [{ atMs: fromMs, act }, ...(isClosedByPerson ? [{ atMs: closeMs, act: close }] : [])],
  };
}

/** Two things that break together, by their names. */
export const PAIRS: Readonly<Record<string, Fault>> = {
  'clock + core': { ...PLAIN, window: 'outlasting', clock: 'always', plan: clockAndCore },
  'disk + edge': { ...PLAIN, needs: 'mount', plan: diskAndEdge },
  'disk + supervisor': { ...PLAIN, needs: 'mount', plan: diskAndSupervisor },
  'disk + core after CLEAR AIR': { ...PLAIN, window: 'long', needs: 'mount', plan: coreAfterClear },
  'link + close': { ...PLAIN, plan: linkAndClose },
  'edge + core': { ...PLAIN, plan: edgeAndCore },
};
