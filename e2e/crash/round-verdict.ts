/** What must hold after each round, whatever broke in it. */
import { expect } from 'vitest';
import { verifyLedger } from '../../server/evidence/verify-ledger.ts';
import { acknowledged, type CastBallot } from '../server/testing/ballots.ts';
import { expectOnwardStates } from '../server/testing/crowd.ts';
import { expectLedgerOf, expectRecountOf } from '../server/testing/verdict.ts';
import type { WsViewer } from '../server/testing/ws-viewer.ts';
import type { CoreTime, CrashStage } from './crash-stage.ts';
import type { PollWatch } from './poll-watch.ts';

/** When a ballot was cast, ms of `performance.now()`. */
export type Pressed = Map<CastBallot, number>;

/** Whole ms on the wire, and two clocks that are read one after the other. */
const READING_MS = 5;
/** How long a ballot may take from a viewer to its edge here, and a state back. */
const NETWORK_MS = 250;
/** An end whose time has come while its core was away is said as soon as there is one, on a busy machine. */
const SAID_WITHIN_MS = 3_000;
/** How long before the end a ballot is certainly received in time, on a busy machine. */
const SAFELY_MS = 500;

/** The earliest and the latest moment that this core time can be, ms of `performance.now()`. */
export interface Between {
  earliest: number;
  latest: number;
}

export function seenInTime(atMs: number, { least, most }: CoreTime): Between {
  return { earliest: atMs - most, latest: atMs - least };
}

/** As long as the poll is on air, core time goes on with a clock that nobody sets, through the death of whoever keeps it. */
export async function expectCoreTimeKept(
  stage: CrashStage,
  { cueId, since }: { cueId: string; since: CoreTime },
): Promise<void> {
  const now = await stage.coreTime();
  // Once it is over, core time is the wall's again.
  if (!['open', 'closing'].includes((await stage.cue(cueId)).intake)) return;
  expect(now.least, 'core time was set on').toBeLessThanOrEqual(since.most + READING_MS);
  expect(now.most, 'core time was set back').toBeGreaterThanOrEqual(since.least - READING_MS);
}

/** It ended by itself: not before its time, and not later than what was in its way allows. */
export function expectEndKept({ endSeenMs, hinderedMs }: PollWatch, end: Between): void {
  expect(endSeenMs, 'viewers saw it end').not.toBeNull();
  expect(endSeenMs, 'it ended before its time').toBeGreaterThan(end.earliest - READING_MS);
  expect(endSeenMs, 'it ended after its time').toBeLessThan(Math.max(end.latest, hinderedMs) + SAID_WITHIN_MS);
}

export interface InTime {
  pressedAtMs: Pressed;
  end: Between;
  graceMs: number;
  /** The edges lived through the round, so that they have received whatever was sent. */
  isHeard: boolean;
}

/** What was cast after the end does not count; who cast in time is counted, where the edges lived. */
export function expectInTimeCounted(
  viewers: readonly { ballots: CastBallot[] }[],
  { pressedAtMs, end, graceMs, isHeard }: InTime,
): void {
  const pressed = (ballot: CastBallot) => pressedAtMs.get(ballot) ?? 0;
  for (const { ballots } of viewers) {
    for (const ballot of acknowledged(ballots)) {
      const lateByMs = pressed(ballot) - end.latest - graceMs;
      expect(lateByMs, `ballot ${ballot.id} counts, though it was cast after the end`).toBeLessThan(NETWORK_MS);
    }
    const isCastInTime = ballots.some((ballot) => pressed(ballot) < end.earliest + graceMs - SAFELY_MS);
    if (isHeard && isCastInTime) {
      const said = ballots.map(({ id, receipts }) => `${id} ${receipts[0]?.status}`).join();
      expect(acknowledged(ballots).length, `received in time: ${said}`).toBe(1);
    }
  }
}

export interface Evidence {
  cueId: string;
  runId: string;
  ballots: readonly CastBallot[];
  sockets: readonly WsViewer[];
  openedAtMs: number;
  inByMs: number;
}

/**
 * What was acknowledged is in the ledger once, is what the recount finds, and can be verified; and viewers saw the poll go on only.
 *
 * @returns it in words
 */
export async function expectEvidence(stage: CrashStage, round: Evidence): Promise<string> {
  const { cueId, runId, ballots, sockets, openedAtMs, inByMs } = round;
  const recount = await stage.desk().recount(cueId);
  expectRecountOf(ballots, recount);
  for (const viewer of sockets) {
    expectOnwardStates(viewer.states());
    expectEndedOnce(viewer, cueId);
    const ghosts = viewer
      .states()
      .filter(({ poll }) => poll !== undefined && poll.id !== cueId && stage.cleared.has(poll.id));
    expect(ghosts, 'what was cleared in an earlier round stays off').toEqual([]);
  }
  const { rows } = expectLedgerOf(stage.place, { runId, ballots, inByMs });
  expect(rows.length).toBe(recount.total);
  for (const row of rows) expect(row.receivedAtMs, 'received before it was open').toBeGreaterThanOrEqual(openedAtMs);
  const { ledgerLive: ledger, journal } = stage.place.files;
  const { runs, holds } = await verifyLedger({ ledger, journal });
  expect(runs.flatMap(({ faults }) => faults)).toEqual([]);
  expect(holds).toBe(true);
  return (
    `${ballots.length} ballots, ${acknowledged(ballots).length} acknowledged ⊆ ${rows.length} in the ledger, ` +
    `recount = live, ${runs.length} chains verify, ${ballots.filter((b) => b.timesSent > 1).length} sent again`
  );
}

/** A viewer who has seen that it takes nothing more never sees it open again. */
function expectEndedOnce(viewer: WsViewer, cueId: string): void {
  const isOpen = viewer.states().map(({ poll }) => poll?.id === cueId && poll.intake === 'open');
  const onAir = isOpen.slice(isOpen.indexOf(true));
  const end = onAir.indexOf(false);
  expect(end < 0 ? [] : onAir.slice(end).filter(Boolean), 'it was open again after its end').toEqual([]);
}
