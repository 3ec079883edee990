/** One poll on a real server, voted on while something breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { verifyLedger } from '../../server/evidence/verify-ledger.ts';
import { acknowledged, type CastBallot, isAnswered } from '../server/testing/ballots.ts';
import { crowdOf, expectOnwardStates, OPTIONS } from '../server/testing/crowd.ts';
import { HttpViewer } from '../server/testing/http-viewer.ts';
import { poll } from '../server/testing/place.ts';
import { seededRandom } from '../server/testing/seeded-random.ts';
import { until } from '../server/testing/until.ts';
import { expectLedgerOf, expectRecountOf } from '../server/testing/verdict.ts';
import type { CrashStage } from './crash-stage.ts';
import { FAULTS, type Moment } from './faults.ts';

const WS_VIEWERS = 24;
const HTTP_VIEWERS = 8;
/** Votes and faults fall into this stretch. */
const VOTING_MS = 1_200;
const GRACE_MS = 200;
/** A window that ends before the voting does, while things are broken, and one that a person closes. */
const WINDOWS_MS = [1_000, 120_000];
/** Of a hundred voters, those who press twice. */
const DOUBLE_PERCENT = 15;
const LATE_VOTERS = 3;
/** How late our own clock may think a ballot was cast that was received in time: it is read over the network. */
const CLOCK_ERROR_MS = 250;

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

/** @returns what happened, in a line */
export async function playServerRound(stage: CrashStage, { seed, fault }: { seed: number; fault: string }) {
  const faultOf = FAULTS[fault];
  if (faultOf === undefined) throw new Error(`no fault is called ${fault}`);
  const random = seededRandom(seed);
  const cueId = `r${seed}`;
  const windowMs = random.pick(WINDOWS_MS);
  const { audienceUrl } = stage.server;
  await stage.untilUp();
  const sockets = await crowdOf(WS_VIEWERS, { audienceUrl, comesBack: true });
  const callers = await Promise.all(Array.from({ length: HTTP_VIEWERS }, () => HttpViewer.arrive({ audienceUrl })));
  const viewers = [...sockets, ...callers];
  const { runId, closesAtMs } = await stage.air(poll(cueId, { durationMs: windowMs, graceMs: GRACE_MS }));
  // By a clock of our own, which nothing that breaks can move.
  const deadlineMs = performance.now() + closesAtMs - (await stage.desk().vitals()).serverNowMs;
  await until(() => sockets.every(({ state }) => state?.poll?.id === cueId), { what: 'all see it', isQuiet: true });

  const notes: string[] = [];
  const acknowledgedRefs = () =>
    acknowledged(viewers.flatMap((viewer) => viewer.ballots)).flatMap(({ receipts }) => receipts[0]?.ref ?? []);
  const plan = faultOf({
    random,
    stage,
    votingMs: VOTING_MS,
    deafen: () => {
      for (const viewer of sockets) viewer.socket?.removeAllListeners('message');
    },
    acknowledgedRefs,
    note: (what) => notes.push(what),
  });
  const pressedAtMs = new Map<CastBallot, number>();
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
  await play([...votes, ...plan.moments]);
  await untilAnswered(viewers, 'every ballot has its receipt');
  await closeIfOpen(stage, cueId);
  const closedAtMs = performance.now();
  const cue = await untilVerified(stage, cueId);
  const endMs = (cue.closesAtMs === closesAtMs ? deadlineMs : closedAtMs) + GRACE_MS;

  for (const viewer of sockets.slice(0, LATE_VOTERS)) press(viewer, ['a']);
  await untilAnswered(viewers, 'late votes are answered');
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expect(sockets.slice(0, LATE_VOTERS).map((viewer) => viewer.ballots.at(-1)?.receipts[0]?.status)).toEqual(
    Array(LATE_VOTERS).fill('late'),
  );
  for (const ballot of acknowledged(ballots)) {
    const lateByMs = (pressedAtMs.get(ballot) ?? 0) - endMs;
    expect(lateByMs, `ballot ${ballot.id} counts, though it was cast after the end`).toBeLessThan(CLOCK_ERROR_MS);
  }
  await plan.after();

  const recount = await stage.desk().recount(cueId);
  expectRecountOf(ballots, recount);
  for (const viewer of sockets) expectOnwardStates(viewer.states());
  const inByMs = (cue.closesAtMs ?? 0) + GRACE_MS;
  const { rows } = expectLedgerOf(stage.place, { runId, ballots, inByMs });
  expect(rows.length).toBe(recount.total);
  const { ledgerLive: ledger, journal } = stage.place.files;
  const verdict = verifyLedger({ ledger, journal });
  expect(verdict.runs.flatMap(({ faults }) => faults)).toEqual([]);
  expect(verdict.holds).toBe(true);
  for (const viewer of sockets) viewer.leave();
  return (
    `${notes.join('; ')}. ${ballots.length} ballots, ${acknowledged(ballots).length} acknowledged ⊆ ${rows.length} in the ledger, ` +
    `recount = live, ${verdict.runs.length} chains verify, ${ballots.filter((b) => b.timesSent > 1).length} sent again`
  );
}

async function untilAnswered(viewers: readonly { ballots: CastBallot[] }[], what: string): Promise<void> {
  await until(() => viewers.every(({ ballots }) => ballots.every(isAnswered)), { what, isQuiet: true });
}

/** Its window may be over by itself, or not. */
async function closeIfOpen(stage: CrashStage, cueId: string): Promise<void> {
  await until(
    async () => {
      if ((await stage.desk().cue(cueId)).intake === 'open') {
        await stage.desk().command('poll.close', cueId, { confirmed: true });
      }
      return true;
    },
    { what: `${cueId} closes`, isQuiet: true },
  );
}

function untilVerified(stage: CrashStage, cueId: string) {
  return until(
    async () => {
      const cue = await stage.desk().cue(cueId);
      return cue.intake === 'verified' && cue;
    },
    { what: `${cueId} is verified`, isQuiet: true },
  );
}
