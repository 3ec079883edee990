/** One poll on a real server, voted on while something breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type CastBallot, isAnswered } from '../server/testing/ballots.ts';
import { crowdOf, OPTIONS } from '../server/testing/crowd.ts';
import { HttpViewer } from '../server/testing/http-viewer.ts';
import { poll } from '../server/testing/place.ts';
import { seededRandom } from '../server/testing/seeded-random.ts';
import { until } from '../server/testing/until.ts';
import { CLOCK_ALARMS, clockMoments, clockSteps } from './clock-steps.ts';
import type { CrashStage } from './crash-stage.ts';
import type { Fault } from './fault.ts';
import type { Moment } from './moment.ts';
import { PollWatch } from './poll-watch.ts';
import {
  expectCoreTimeKept,
  expectEndKept,
  expectEvidence,
  expectInTimeCounted,
  type Pressed,
  seenInTime,
} from './round-verdict.ts';
import { acknowledgeAlarms, expectAlarms } from './stage-alarms.ts';

const WS_VIEWERS = 24;
const HTTP_VIEWERS = 8;
/** Votes and faults fall into this stretch. */
const VOTING_MS = 1_200;
const GRACE_MS = 200;
const LONG_MS = 120_000;
/** A window that ends before the voting does, while things are broken; one that ends once they are mended; one that a person closes. */
const WINDOWS_MS = { any: [1_000, LONG_MS], outlasting: [4_000, LONG_MS], long: [LONG_MS] };
/** Of a hundred voters, those who press twice. */
const DOUBLE_PERCENT = 15;
const LATE_VOTERS = 3;

export interface Round {
  seed: number;
  fault: Fault;
  /** Somebody sets the wall clock, too. */
  isClockSet: boolean;
  /** Told of what is done, as it is done. */
  note: (what: string) => void;
}

/** Acts at their moments, in order, and waits for what they have started. */
async function play(moments: readonly Moment[]): Promise<void> {
  const startMs = performance.now();
  const started: (void | Promise<void>)[] = [];
  for (const { atMs, act } of moments.toSorted((a, b) => a.atMs - b.atMs)) {
    await sleep(Math.max(0, atMs - (performance.now() - startMs)));
    started.push(act());
  }
  await Promise.all(started);
}

/** @returns what came of it, in words */
export async function playServerRound(stage: CrashStage, { seed, fault, isClockSet, note }: Round): Promise<string> {
  const random = seededRandom(seed);
  const cueId = `r${seed}`;
  const windowMs = random.pick(WINDOWS_MS[fault.window]);
  const clock = isClockSet ? clockSteps(random, VOTING_MS) : null;
  const { audienceUrl } = stage.server;
  await stage.untilUp();
  const seen = stage.events.length;
  const setBefore = async (isSudden: boolean): Promise<void> => {
    if (clock === null || clock.beforeMs === 0 || clock.isBeforeSudden !== isSudden) return;
    stage.setClockOff(clock.beforeMs);
    note(`clock ${clock.beforeMs} ms off ${isSudden ? 'right before ARM' : 'from the beginning'}`);
    if (!isSudden) await stage.untilUp();
  };
  await setBefore(false);
  const sockets = await crowdOf(WS_VIEWERS, { audienceUrl, comesBack: true });
  const callers = await Promise.all(Array.from({ length: HTTP_VIEWERS }, () => HttpViewer.arrive({ audienceUrl })));
  const viewers = [...sockets, ...callers];
  await setBefore(true);
  const { runId, openedAtMs, closesAtMs } = await stage.air(poll(cueId, { durationMs: windowMs, graceMs: GRACE_MS }));
  const coreTime = await stage.coreTime();
  const edges = stage.server.pids.edges.join();
  let isHeard = true;
  await until(() => sockets.every(({ state }) => state?.poll?.id === cueId), { what: 'all see it', isQuiet: true });
  const watch = new PollWatch(stage, { cueId, viewers: sockets });

  const plan = fault.plan({
    random,
    stage,
    cueId,
    runId,
    votingMs: VOTING_MS,
    windowMs,
    graceMs: GRACE_MS,
    clock,
    sockets,
    deafen: () => {
      for (const viewer of sockets) viewer.socket?.removeAllListeners('message');
    },
    acknowledgedRefs: () =>
      viewers.flatMap(({ ballots }) => ballots).flatMap(({ receipts: [first] }) => first?.ref ?? []),
    hindered: () => watch.hindered(),
    unheard: () => {
      isHeard = false;
    },
    note,
  });
  const pressedAtMs: Pressed = new Map();
  const press = (viewer: (typeof viewers)[number], choice: string[]): void => {
    void viewer.vote(cueId, choice);
    const ballot = viewer.ballots.at(-1);
    if (ballot !== undefined) pressedAtMs.set(ballot, performance.now());
  };
  const votes = viewers.flatMap((viewer): Moment[] => {
    const atMs = random.between(0, VOTING_MS);
    const choice = [random.pick(OPTIONS)];
    const act = () => press(viewer, choice);
    const again = random.between(1, 100) <= DOUBLE_PERCENT ? [{ atMs: atMs + random.between(1, 400), act }] : [];
    return [{ atMs, act }, ...again];
  });
  const setting = clock === null ? [] : clockMoments(clock, { stage, note, seen });
  await play([...votes, ...setting, ...plan.moments]);
  await untilAnswered(viewers, 'every ballot has its receipt');
  await expectCoreTimeKept(stage, { cueId, since: coreTime });
  if (windowMs === LONG_MS) await stage.close(cueId);
  const cue = await stage.verified(cueId);
  watch.stop();
  const end = seenInTime(cue.closesAtMs ?? 0, coreTime);
  if (windowMs !== LONG_MS) {
    expect(cue.closesAtMs, 'its end is the one that it had').toBe(closesAtMs);
    expectEndKept(watch, end);
  }

  const late = sockets.slice(0, LATE_VOTERS);
  for (const viewer of late) press(viewer, ['a']);
  await untilAnswered(viewers, 'late votes are answered');
  expect(late.map(({ ballots }) => ballots.at(-1)?.receipts[0]?.status)).toEqual(late.map(() => 'late'));
  isHeard &&= stage.server.pids.edges.join() === edges;
  expectInTimeCounted(viewers, { pressedAtMs, end, graceMs: GRACE_MS, isHeard });

  await plan.after?.();
  await expectAlarms(stage, { alarms: [...(plan.alarms ?? []), ...(clock === null ? [] : [CLOCK_ALARMS])], seen });
  stage.setClockOff(0);
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  const verdict = await expectEvidence(stage, {
    ...{ cueId, runId, ballots, sockets },
    openedAtMs,
    inByMs: (cue.closesAtMs ?? 0) + GRACE_MS,
  });
  expect(stage.events.slice(seen).filter(({ event }) => event === 'stopped')).toEqual([]);
  await acknowledgeAlarms(stage);
  for (const viewer of sockets) viewer.leave();
  return verdict;
}

async function untilAnswered(viewers: readonly { ballots: CastBallot[] }[], what: string): Promise<void> {
  await until(() => viewers.every(({ ballots }) => ballots.every(isAnswered)), { what, isQuiet: true });
}
