/** Whatever is killed whenever: what a viewer was told is counted is in the ledger, once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { acknowledged, type CastBallot, isAnswered } from './testing/ballots.ts';
import { crowdOf, expectOnwardStates, OPTIONS, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { chosenSeed, type SeededRandom, seededRandom } from './testing/seeded-random.ts';
import { type PartName, type Server, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { expectLedgerOf, expectRecountOf } from './testing/verdict.ts';

const ROUNDS = 5;
const WS_VIEWERS = 40;
const HTTP_VIEWERS = 20;
const EDGES = 2;
const GRACE_MS = 1_000;
/** Votes and kills fall into this stretch of the window. */
const VOTING_MS = 5_000;
const WINDOW_MS = 12_000;
const KILLS = 3;
/** Of a hundred voters, those who press twice. */
const DOUBLE_PERCENT = 15;

interface Moment {
  atMs: number;
  act: () => void;
}

/** Acts at their moments, in order; ms from now. */
async function play(moments: Moment[]): Promise<void> {
  const startMs = performance.now();
  for (const { atMs, act } of moments.toSorted((a, b) => a.atMs - b.atMs)) {
    await sleep(Math.max(0, atMs - (performance.now() - startMs)));
    act();
  }
}

function killsOf(random: SeededRandom, server: Server, done: string[]): Moment[] {
  return Array.from({ length: KILLS }, () => {
    const edge: PartName = { edge: random.between(0, EDGES - 1) };
    const victims = random.pick<PartName[]>([['core'], [edge], ['core', edge]]);
    const atMs = random.between(200, VOTING_MS);
    const act = () => {
      const hit = victims.filter((victim) => server.kill(victim));
      done.push(`${atMs} ms: ${hit.map((part) => JSON.stringify(part)).join(' and ') || 'nobody (dead already)'}`);
    };
    return { atMs, act };
  });
}

const baseSeed = chosenSeed();

test.for(Array.from({ length: ROUNDS }, (_, i) => baseSeed + i))(
  'random kills, seed %i',
  {
    timeout: TEST_MS,
  },
  async (seed) => {
    const random = seededRandom(seed);
    const place = new Place();
    const show = place.show([poll('q1', { durationMs: WINDOW_MS, graceMs: GRACE_MS })]);
    const server = await startServer({ place, show, mode: 'live', edges: EDGES });
    const { audienceUrl } = server;
    const sockets = await crowdOf(WS_VIEWERS, { audienceUrl, comesBack: true });
    const callers = await Promise.all(Array.from({ length: HTTP_VIEWERS }, () => HttpViewer.arrive({ audienceUrl })));
    const { runId, closesAtMs } = await server.desk().air('q1');
    await untilAllSeeOpen(sockets, 'q1');

    const voting: Promise<CastBallot>[] = [];
    const votes = [...sockets, ...callers].flatMap((viewer): Moment[] => {
      const atMs = random.between(0, VOTING_MS);
      const choice = [random.pick(OPTIONS)];
      const act = () => {
        if (viewer instanceof HttpViewer) voting.push(viewer.vote('q1', choice));
        else viewer.vote('q1', choice);
      };
      const again = random.between(1, 100) <= DOUBLE_PERCENT ? [{ atMs: atMs + random.between(1, 400), act }] : [];
      return [{ atMs, act }, ...again];
    });
    const kills: string[] = [];
    await play([...votes, ...killsOf(random, server, kills)]);
    await Promise.all(voting);
    await untilAllAnswered(sockets, 'every ballot on a socket has its receipt');
    await until(() => callers.every(({ ballots }) => ballots.every(isAnswered)), { what: 'so have those by HTTP' });

    const desk = server.desk();
    expect((await desk.waitForIntake('q1', 'verified')).closesAtMs).toBe(closesAtMs);
    const recount = await desk.recount('q1');
    const ballots = [...sockets, ...callers].flatMap((viewer) => viewer.ballots);
    expectRecountOf(ballots, recount);
    for (const viewer of sockets) expectOnwardStates(viewer.states());
    expect(await server.stop()).toBe(0);
    const ledger = expectLedgerOf(place, { runId, ballots, inByMs: closesAtMs + GRACE_MS });
    expect(ledger.rows.length).toBe(recount.total);
    expect(place.processes()).toEqual([]);
    console.log(
      `seed ${seed}: killed ${kills.join('; ')}. ${ballots.length} ballots, ${acknowledged(ballots).length} acknowledged ⊆ ` +
        `${ledger.rows.length} in the ledger, recount ${recount.total} = live ${recount.live.total}, ` +
        `chain ${recount.chain}, ${ballots.filter((b) => b.timesSent > 1).length} sent again`,
    );
  },
);
