/** One voter at two edges at once: the ballot box is the one owner of what counts, so neither edge's word can differ. */
import { expect, onTestFinished, test } from 'vitest';
import type { Receipt } from '../../shared/protocol/audience.ts';
import { edgeOf, readLedger } from './testing/ledger-file.ts';
import { PinnedConnection } from './testing/pinned-connection.ts';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { newBallotId } from './testing/voters.ts';

const ROUNDS = 200;
/** The kernel gives a connection to either edge, so this many all at one of them will not happen. */
const TRIES = 60;
const EDGES = 2;

function ballotOf(choice: string) {
  return { id: newBallotId(), pollId: 'q1', round: 1, choice: [choice] };
}

test(`one voter's ballots at two edges in the same tick, ${ROUNDS} rounds`, { timeout: TEST_MS }, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 300_000, graceMs: 0 })]);
  const server = await startServer({ place, show, mode: 'live', edges: EDGES });
  const desk = server.desk();
  const { runId } = await desk.air('q1');
  const { ledgerLive } = place.files;

  // One kept connection at each edge: the ledger says which edge a ballot came through.
  const edges = new Map<string, PinnedConnection>();
  let triedVoters = 0;
  while (edges.size < EDGES && triedVoters < TRIES) {
    const connection = new PinnedConnection(server.audienceUrl);
    onTestFinished(() => connection.close());
    const { status, ref } = await connection.vote(await connection.join(), ballotOf('c'));
    triedVoters += 1;
    expect(status).toBe('accepted');
    const edge = edgeOf(ledgerLive, ref ?? '');
    if (edges.has(edge)) connection.close();
    else edges.set(edge, connection);
  }
  const [one, other] = [...edges.values()];
  if (one === undefined || other === undefined) throw new Error(`${TRIES} connections all went to one edge`);

  const counted: Receipt[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Who is asked first changes from round to round.
    const [first, second] = round % 2 === 0 ? [one, other] : [other, one];
    const [same, twice] = await Promise.all([first.join(), second.join()]);
    const ballot = ballotOf('a');
    const [here, there] = await Promise.all([first.vote(same, ballot), second.vote(same, ballot)]);
    expect(here, `round ${round}: the same ballot has the same receipt at both edges`).toEqual(there);
    expect(here).toMatchObject({ status: 'accepted', ballotId: ballot.id });

    const ballots = [ballotOf('a'), ballotOf('b')] as const;
    const answers = await Promise.all([first.vote(twice, ballots[0]), second.vote(twice, ballots[1])]);
    expect(answers.map(({ ballotId }) => ballotId)).toEqual(ballots.map(({ id }) => id));
    expect(answers.map(({ status }) => status).sort(), `round ${round}: one of two ballots counts`).toEqual([
      'accepted',
      'duplicate',
    ]);
    // Whoever asks again, and wherever, hears the same again.
    const again = await Promise.all([second.vote(twice, ballots[0]), first.vote(twice, ballots[1])]);
    expect(again).toEqual(answers);
    counted.push(here, ...answers.filter(({ status }) => status === 'accepted'));
  }

  const recount = await desk.recount('q1');
  expect(recount).toMatchObject({ total: 2 * ROUNDS + triedVoters, matches: true, chain: 'ok' });
  expect(recount.classes.duplicate).toBe(ROUNDS);
  const { rows } = readLedger(ledgerLive, runId);
  expect(new Set(rows.map(({ voter }) => voter)).size).toBe(rows.length);
  const refs = new Set(rows.map(({ ref }) => ref));
  expect(counted.filter(({ ref }) => !refs.has(ref ?? ''))).toEqual([]);
  const wins = [...edges.keys()].map(
    (edge) => counted.filter(({ ref }) => edgeOf(ledgerLive, ref ?? '') === edge).length,
  );
  console.log(`counted through either edge: ${wins.join(' and ')}`);
  expect(Math.min(...wins), 'both edges were first at times, so there was a race').toBeGreaterThan(0);
  expect(await server.stop()).toBe(0);
});
