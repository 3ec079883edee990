/** Who makes many tokens at one address gets what one edge would give, from however many edges, and is seen. */
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { JoinResponse } from '../../shared/protocol/audience.ts';
import { audienceCall } from './testing/http-viewer.ts';
import { Place } from './testing/place.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { newPoll, Stage } from './testing/stage.ts';
import { Stuffer } from './testing/stuffer.ts';
import { until } from './testing/until.ts';
import { newBallotId } from './testing/voters.ts';

const ATTACKER = '203.0.113.7';
/** What one edge gives one network: this at once, and this each second. */
const BURST = 5_000;
const PER_S = 500;
/** Twice as much as two edges can give at once, if neither knew of the other. */
const ATTEMPTS = 14_000;
/** What both may give before they have heard of one another: a part of the burst, and as much as comes in while word is under way. */
const ONE_LAG = 2 * (BURST / 8 + PER_S / 4);

async function startWith(cues: ReturnType<typeof newPoll>[]): Promise<{ place: Place; server: Server }> {
  const place = new Place();
  const args = ['--trusted-proxy', '127.0.0.0/8'];
  const server = await startServer({ place, show: place.show(cues), mode: 'live', edges: 2, args });
  return { place, server };
}

/** A viewer at home. */
async function votesFrom(address: string, { audienceUrl }: Server, pollId: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
  const joined = await audienceCall(`${audienceUrl}/v1/join`, { method: 'POST', headers, body: '{}' });
  const { token } = joined.body as JoinResponse;
  const ballot = { id: newBallotId(), pollId, round: 1, choice: ['b'] };
  const cast = await audienceCall(`${audienceUrl}/v1/ballots`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${token}` },
    body: JSON.stringify(ballot),
  });
  return cast.body.receipt.status as string;
}

function read<T>(path: string, sql: string): T[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<[], T>(sql).all();
  } finally {
    database.close();
  }
}

test('one address gets from two edges what one would give, is on the operator’s screen within 5 s, and stands beside the result', {
  timeout: TEST_MS,
}, async () => {
  const cue = newPoll();
  const { place, server } = await startWith([cue]);
  const operator = server.desk('operator');
  await server.desk().air(cue.id);
  const stuffer = new Stuffer(server.audienceUrl, ATTACKER);
  await stuffer.connect(16);

  const seen = until(
    async () => (await operator.vitals()).networks?.find(({ network, tokens }) => network === ATTACKER && tokens > 0),
    { withinMs: 5_000, what: 'the operator sees the network' },
  );
  let other: Promise<string> | null = null;
  const { tokens, refused, tookMs } = await stuffer.join(ATTEMPTS, (given) => {
    if (given > 1_000) other ??= votesFrom('198.51.100.1', server, cue.id);
  });
  expect(await seen).toMatchObject({ network: ATTACKER });
  expect(await other).toBe('accepted');
  console.log(`${tokens.length} tokens of ${ATTEMPTS} in ${Math.round(tookMs)} ms`);
  expect(tokens.length).toBeGreaterThanOrEqual(BURST);
  expect(tokens.length).toBeLessThanOrEqual(BURST + (PER_S * tookMs) / 1_000 + ONE_LAG);
  expect(tokens.length + refused).toBe(ATTEMPTS);

  expect(await stuffer.vote(tokens, cue.id)).toBe(tokens.length);
  const total = tokens.length + 1;
  const concentrated = { ballots: tokens.length, networks: 1, above: Math.max(100, Math.ceil(total / 100)) };
  const vitals = await until(
    async () => {
      const told = await operator.vitals();
      return told.networks?.[0]?.ballots === tokens.length && told;
    },
    { withinMs: 5_000, what: 'the operator sees all its ballots' },
  );
  const [network] = vitals.networks ?? [];
  expect(network).toMatchObject({ network: ATTACKER, ballotsPerMin: tokens.length, share: 1, isBeyond: true });
  expect(network?.tokens).toBeGreaterThan(tokens.length - 50);
  expect(network?.refusedPerMin).toBeGreaterThan(0);
  const ages = network?.ages ?? { minute: 0, hour: 0, day: 0, older: 0 };
  expect([ages.minute + ages.hour, ages.day, ages.older]).toEqual([tokens.length, 0, 0]);
  expect(vitals.alarms).toContainEqual(expect.objectContaining({ code: 'network-limit' }));
  expect(JSON.stringify(vitals.alarms)).not.toContain(ATTACKER);
  expect(vitals.runs[0]?.concentrated).toEqual(concentrated);
  expect((await server.desk('director').vitals()).networks).toBeUndefined();
  stuffer.end();

  const closed = await new Stage(server.desk()).close(cue.id);
  expect(closed.concentrated).toEqual(concentrated);
  expect((await server.desk('verifier').recount(cue.id)).concentrated).toEqual(concentrated);
  // Both edges carried it.
  const edges = read<{ edge: string }>(
    place.files.ledgerLive,
    'SELECT DISTINCT edge_id AS edge FROM batches JOIN ballots ON ballots.batch = batches.id',
  );
  expect(edges).toHaveLength(2);

  await server.desk().command('poll.archive', cue.id);
  const named = () =>
    read<{ n: number }>(place.files.ledgerLive, 'SELECT count(*) AS n FROM ballots WHERE network IS NOT NULL')[0]?.n;
  await until(() => named() === 0, { what: 'no ballot names its network' });
  const recount = await server.desk('verifier').recount(cue.id);
  expect(recount).toMatchObject({ total, matches: true, chain: 'ok' });
  expect(recount.concentrated).toBeUndefined();
  expect((await server.desk().cue(cue.id)).concentrated).toEqual(concentrated);
});

test('not more either while the core is killed, and the next one knows what had been counted', {
  timeout: TEST_MS,
}, async () => {
  const cue = newPoll();
  const { server } = await startWith([cue]);
  await server.desk().air(cue.id);
  const stuffer = new Stuffer(server.audienceUrl, ATTACKER);
  await stuffer.connect(16);
  let killed = false;
  const { tokens, tookMs } = await stuffer.join(ATTEMPTS, (given) => {
    if (given > 2_500 && !killed) killed = server.kill('core');
  });
  expect(killed).toBe(true);
  console.log(`${tokens.length} tokens of ${ATTEMPTS} in ${Math.round(tookMs)} ms, the core killed`);
  // What was on its way to the core that died was told to nobody.
  expect(tokens.length).toBeLessThanOrEqual(BURST + (PER_S * tookMs) / 1_000 + 2 * ONE_LAG);
  await server.waitFor('restarted');
  expect(await stuffer.vote(tokens, cue.id)).toBe(tokens.length);
  stuffer.end();
  const closed = await new Stage(server.desk()).close(cue.id);
  expect(closed.concentrated).toMatchObject({ ballots: tokens.length, networks: 1 });
});

test('of a poll that is hidden from the desk nothing of it is told to those who may not know how many voted', {
  timeout: TEST_MS,
}, async () => {
  const cue = newPoll({ live: { desk: 'hidden' } });
  const { server } = await startWith([cue]);
  await server.desk().air(cue.id);
  const stuffer = new Stuffer(server.audienceUrl, ATTACKER);
  await stuffer.connect(2);
  const { tokens } = await stuffer.join(200, () => {});
  expect(await stuffer.vote(tokens, cue.id)).toBe(200);
  stuffer.end();
  const concentrated = { ballots: 200, networks: 1, above: 100 };
  await until(async () => (await server.desk('verifier').vitals()).runs[0]?.concentrated?.ballots === 200, {
    what: 'the verifier is told',
  });
  const toDirector = await server.desk('director').vitals();
  expect(JSON.stringify(toDirector)).not.toMatch(/concentrated|203\.0\.113|networks/);
  const toOperator = await server.desk('operator').vitals();
  expect(toOperator.networks).toEqual([
    { network: ATTACKER, tokens: expect.any(Number), tokensPerMin: expect.any(Number), refusedPerMin: 0 },
  ]);
  expect(JSON.stringify(toOperator)).not.toContain('concentrated');
  const closed = await new Stage(server.desk('owner')).close(cue.id);
  expect(closed.concentrated).toBeUndefined();
  expect((await server.desk('verifier').cue(cue.id)).concentrated).toEqual(concentrated);
  for (const role of ['director', 'producer', 'operator'] as const) {
    const log = await server.desk(role).call('GET', '/api/v1/log?limit=500');
    expect(log.status).toBe(200);
    expect(JSON.stringify(log.body)).not.toContain('concentrated');
  }
});
