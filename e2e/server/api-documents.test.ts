/**
 * Whoever has only the documents of the audience port can write a client for it, and every answer is as they say.
 * Longer than 300 lines because the last test asks whether all the others together have seen everything that is documented.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { fileServer } from './testing/file-server.ts';
import { rawHttp } from './testing/raw-http.ts';
import { newPoll } from './testing/stage.ts';
import { ApiDocument, type JsonObject } from './testing/stranger/api-document.ts';
import { AsyncChannel } from './testing/stranger/async-channel.ts';
import { EventStream } from './testing/stranger/event-stream.ts';
import { type Call, OpenApiClient, type Sent } from './testing/stranger/open-api-client.ts';
import { ballotFor, join, pollState, post, type State, vote, voteOn } from './testing/stranger/viewer.ts';
import { ViewerSocket } from './testing/stranger/viewer-socket.ts';
import { until } from './testing/until.ts';

/** Makes other networks than loopback, which has no limits, out of a header. */
const here = fileServer({ mode: 'rehearsal', edges: 1, args: ['--trusted-proxy', '127.0.0.0/8'] });

const http = new ApiDocument('docs/audience.openapi.json');
const async = new ApiDocument('docs/audience.asyncapi.json');
const socketChannel = new AsyncChannel(async, 'socket');
const eventChannel = new AsyncChannel(async, 'events');
let known: OpenApiClient | null = null;
const client = () => {
  known ??= new OpenApiClient(http, here.server.audienceUrl);
  return known;
};

const opened: (ViewerSocket | EventStream)[] = [];
async function openSocket(): Promise<ViewerSocket> {
  const socket = await ViewerSocket.open(socketChannel, here.server.audienceUrl);
  opened.push(socket);
  return socket;
}
async function openEvents(headers: Record<string, string> = {}): Promise<EventStream> {
  const stream = await EventStream.open(client(), eventChannel, headers);
  opened.push(stream);
  return stream;
}
afterEach(() => {
  const faults = opened.splice(0).flatMap((connection) => {
    connection.close();
    return connection.faults;
  });
  expect(faults).toEqual([]);
});

const arrive = async (socket: ViewerSocket, token: string | null = null) => {
  socket.send('hello', { token });
  return socket.next('welcome');
};
const stateOf = (frame: JsonObject) => frame.state as unknown as State;
const isOpen =
  (pollId: string) =>
  ({ poll }: Pick<State, 'poll'>) =>
    poll?.id === pollId && poll.intake === 'open';
const errorOf = (answer: { body: unknown }) =>
  (answer.body as { error: { code: string; retryAfterMs?: number } }).error;

async function toLive(): Promise<void> {
  const desk = here.server.desk();
  if ((await desk.state()).show.mode === 'live') return;
  await here.stage.freeLanes();
  // Nothing may be closing.
  await until(async () => (await desk.state()).cues.every(({ intake }) => intake !== 'closing'), { what: 'quiet' });
  await desk.command('show.mode', null, { mode: 'live' });
}

describe('a stranger', () => {
  test('sees the rehearsal with its code, over each transport, and votes in it', async () => {
    const { id } = await here.stage.air(newPoll());
    const code = here.server.ready.rehearsalCode;
    const joined = await join(client(), { code });
    const state = await client().call({ method: 'get', path: '/v1/state', query: { code } });
    expect([state.status, state.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const byToken = await client().call({ method: 'get', path: '/v1/state', token: joined.token });
    const socket = await openSocket();
    socket.send('hello', { token: null, code });
    const seen = [joined.state, stateOf(await socket.next('welcome')), state.body, byToken.body] as unknown as State[];
    expect(seen.map(isOpen(id))).toEqual(seen.map(() => true));
    expect(await vote(client(), ballotFor(joined.state, 0), { token: joined.token, way: 'text/plain' })).toMatchObject({
      status: 'accepted',
    });
    const outside = await join(client());
    expect(outside.state.poll).toBeUndefined();
    const stray = await vote(client(), ballotFor(joined.state, 0), { token: outside.token, way: 'application/json' });
    expect(stray).toMatchObject({ status: 'not-eligible' });
  });

  test('arrives, votes over each transport, and reads the same result over each', async () => {
    await toLive();
    const byPolling = await join(client());
    const stream = await openEvents();
    const first = await stream.next(() => true, 'the state at once');
    expect(first.id).toBe(`${byPolling.state.epoch}-${byPolling.state.rev}`);
    const socket = await openSocket();
    const welcome = await arrive(socket);
    const { id } = await here.stage.air(newPoll());

    const opens = await socket.frames.take((frame) => frame.t === 'state' && isOpen(id)(stateOf(frame)), 'the poll');
    const onSocket = ballotFor(stateOf(opens), 0);
    expect(await voteOn(socket, onSocket)).toMatchObject({ receipt: { ballotId: onSocket.id, status: 'accepted' } });
    const inStream = (await stream.next((state) => isOpen(id)(state as unknown as State), 'the poll')).data;
    const byStream = await join(client());
    expect(
      await vote(client(), ballotFor(inStream as unknown as State, 1), { token: byStream.token, way: 'text/plain' }),
    ).toMatchObject({ status: 'accepted' });
    const polled = await pollState(client(), isOpen(id));
    const byJson = ballotFor(polled.state, 1);
    const receipt = await vote(client(), byJson, { token: byPolling.token, way: 'application/json' });
    expect(receipt).toMatchObject({ status: 'accepted' });

    // The same id again is the same receipt, over whichever transport; another ballot of the voter is one too many.
    expect(await vote(client(), byJson, { token: byPolling.token, way: 'text/plain' })).toEqual(receipt);
    const again = await openSocket();
    await arrive(again, byPolling.token);
    expect(await voteOn(again, byJson)).toMatchObject({ receipt });
    expect(await voteOn(again, ballotFor(polled.state, 2))).toMatchObject({ receipt: { status: 'duplicate' } });
    expect((await arrive(await openSocket(), String(welcome.token))).voterId).toBe(welcome.voterId);

    await here.stage.close(id);
    await here.server.desk().command('poll.reveal', id, { surface: 'audience', visibility: 'counts' });
    const isReleased = ({ results }: Pick<State, 'results'>) => results?.pollId === id && results.final;
    const results = [
      (await pollState(client(), (state) => isReleased(state) === true)).state.results,
      (await stream.next((state) => isReleased(state as unknown as State) === true, 'the result')).data.results,
      stateOf(await socket.frames.take((f) => f.t === 'state' && isReleased(stateOf(f)) === true, 'the result'))
        .results,
    ];
    for (const result of results) {
      expect(result).toMatchObject({ total: 3, options: [{ count: 1 }, { count: 2 }, { count: 0 }] });
      expect(result).toEqual(results[0]);
    }

    const held = stream.events.all.at(-1)?.id ?? '';
    const back = await openEvents({ 'last-event-id': held });
    await here.server.desk().command('show.clear', null);
    await back.next(({ poll }) => poll === undefined, 'the air is clear');
    expect(
      back.events.all.map((event) => event.id),
      'nothing that is held comes again',
    ).not.toContain(held);
  });

  test('gets a receipt of each status', async () => {
    await toLive();
    const { token } = await join(client());
    const by = { token, way: 'application/json' } as const;
    const { id } = await here.stage.air(newPoll({ maxBallots: 2, graceMs: 0 }));
    const { state } = await pollState(client(), isOpen(id));
    const statuses: unknown[] = [];
    for (const option of [0, 1, 2]) statuses.push((await vote(client(), ballotFor(state, option), by)).status);
    statuses.push((await vote(client(), { ...ballotFor(state, 0), pollId: 'unheard-of' }, by)).status);
    await here.stage.close(id);
    const late = await join(client());
    statuses.push((await vote(client(), ballotFor(state, 0), { ...by, token: late.token })).status);
    expect(statuses).toEqual(['accepted', 'accepted', 'over-limit', 'not-eligible', 'late']);
  });

  test('is told when to come again while a poll is on hold, and then the same id counts', async () => {
    await toLive();
    const { token } = await join(client());
    const { id } = await here.stage.air(newPoll());
    const { state } = await pollState(client(), isOpen(id));
    const socket = await openSocket();
    await arrive(socket, token);
    await here.server.desk().command('poll.pause', id, { reason: 'the phones are down' });
    const ballot = ballotFor(state, 0);
    const answers = await Promise.all([
      post(client(), ballot, { token, way: 'application/json' }),
      post(client(), ballot, { token, way: 'text/plain' }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(errorOf(answer)).toMatchObject({ code: 'paused', retryAfterMs: expect.any(Number) });
    }
    expect(await voteOn(socket, ballot)).toMatchObject({
      t: 'error',
      code: 'paused',
      retryAfterMs: expect.any(Number),
    });
    await here.server.desk().command('poll.resume', id);
    expect(await vote(client(), ballot, { token, way: 'application/json' })).toMatchObject({ status: 'accepted' });
  });
});

describe('HTTP refuses as documented', () => {
  const bodyOf = (text: string, type = 'application/json'): Sent => ({ type, text });
  const call = (fields: Call) => client().call(fields);

  test('what is no request, no ballot or no voter', async () => {
    await toLive();
    const { token } = await join(client());
    const { id } = await here.stage.air(newPoll());
    const { state } = await pollState(client(), isOpen(id));
    const ballot = ballotFor(state, 0);
    const posts = (path: string, body: Sent, by: string | null = null) =>
      call({ method: 'post', path, body, token: by });
    expect((await posts('/v1/join', bodyOf('['))).status).toBe(400);
    expect((await posts('/v1/join', bodyOf(JSON.stringify({ identity: 'x'.repeat(5_000) })))).status).toBe(413);
    expect((await posts('/v1/join', bodyOf('{"code":"WRONG"}'))).status).toBe(403);
    for (const choice of [['z'], [], ['a', 'b'], ['a', 'a'], 'a']) {
      const answer = await posts('/v1/ballots', bodyOf(JSON.stringify({ ...ballot, choice })), token);
      expect([answer.status, errorOf(answer).code]).toEqual([400, 'malformed']);
    }
    expect((await posts('/v1/ballots', bodyOf('no JSON', 'text/plain'))).status).toBe(400);
    expect((await posts('/v1/ballots', bodyOf(JSON.stringify(ballot)))).status).toBe(401);
    expect((await posts('/v1/ballots', bodyOf(JSON.stringify(ballot)), `${token}x`)).status).toBe(401);
    expect((await posts('/v1/ballots', bodyOf('x'.repeat(5_000)), token)).status).toBe(413);
    for (const path of ['/v1/state', '/v1/events']) {
      expect((await call({ method: 'get', path, query: { code: 'WRONG' } })).status).toBe(403);
    }
    const noUpgrade = await call({ method: 'get', path: '/v1/ws' });
    expect([noUpgrade.status, noUpgrade.headers.get('upgrade')]).toEqual([400, 'websocket']);
    const broken = await rawHttp(here.server.audienceUrl, '/v1/ws', {
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
    });
    const headers = new Headers(Object.entries(broken.headers).map(([name, value]) => [name, String(value)]));
    client().judge({ method: 'get', path: '/v1/ws' }, { status: broken.status, headers }, broken.text);
    expect(broken.status).toBe(400);
  });

  test('too many ballots of a voter, and too many wrong codes of a network', async () => {
    await toLive();
    const { token } = await join(client());
    const { id } = await here.stage.air(newPoll());
    const { state } = await pollState(client(), isOpen(id));
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => post(client(), ballotFor(state, 0), { token, way: 'application/json' })),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited.map((answer) => errorOf(answer).code)).toEqual(limited.map(() => 'rate-limited'));
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    const wrong = { method: 'get', path: '/v1/state', query: { code: 'WRONG' }, headers } as const;
    const tries = await Promise.all(Array.from({ length: 40 }, () => call(wrong)));
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([403, 429]));
    expect((await call({ ...wrong, path: '/v1/events' })).status).toBe(429);
    const joins = await Promise.all(
      Array.from({ length: 20 }, () =>
        call({ method: 'post', path: '/v1/join', headers, body: bodyOf('{"code":"WRONG"}') }),
      ),
    );
    expect(joins.map(({ status }) => status)).toContain(429);
  });

  test('what is not there, and answers what browsers ask before they ask', async () => {
    for (const path of Object.keys(http.object(['paths']))) {
      for (const method of ['options', 'head', 'get'] as const) {
        const isStream = path === '/v1/events' && method === 'get';
        if (isStream || http.get(['paths', path, method]) === undefined) continue;
        await call({ method, path });
      }
    }
    const page = await call({ method: 'get', path: '/' });
    // Without a build there is no page, and the answer to that is documented too.
    if (page.status === 200) {
      const etag = page.headers.get('etag') ?? '';
      expect((await call({ method: 'get', path: '/', headers: { 'if-none-match': etag } })).status).toBe(304);
    }
    const bodyOf = (name: string) => ['components', 'responses', name, 'content', 'application/json', 'schema'];
    const tooLong = await fetch(`${here.server.audienceUrl}/v1/state`, { headers: { 'x-long': 'x'.repeat(33_000) } });
    expect(tooLong.status).toBe(431);
    expect(http.faults(bodyOf('NoRequest'), await tooLong.json())).toEqual([]);
    for (const [method, path] of [
      ['GET', '/v2/state'],
      ['DELETE', '/v1/state'],
      ['GET', '/v1/ballots'],
    ] as const) {
      const answer = await fetch(here.server.audienceUrl + path, { method });
      expect(answer.status, path).toBe(404);
      expect(http.faults(bodyOf('NotFound'), await answer.json())).toEqual([]);
    }
  });
});

describe('the socket refuses as documented', () => {
  test('what comes before hello, what is no message, and what is too large, and stays', async () => {
    await toLive();
    const { id } = await here.stage.air(newPoll());
    const { state } = await pollState(client(), isOpen(id));
    const socket = await openSocket();
    const ballot = ballotFor(state, 0);
    const answersTo = async (data: string | Buffer) => {
      socket.raw(data);
      return (await socket.next('error')).code;
    };
    expect(await voteOn(socket, ballot)).toMatchObject({ t: 'error', code: 'hello-first' });
    expect(await answersTo('{"t":"ping"}')).toBe('hello-first');
    expect(await answersTo('{"t":"hello"}')).toBe('malformed');
    await arrive(socket);
    expect(await answersTo('{"t":"hello","token":null}')).toBe('malformed');
    expect(await answersTo('{"t":"shout"}')).toBe('unknown-type');
    expect(await answersTo('no JSON')).toBe('malformed');
    expect(await answersTo(Buffer.from('{"t":"ping"}'))).toBe('malformed');
    expect(await answersTo('x'.repeat(5_000))).toBe('too-large');
    expect(await voteOn(socket, { ...ballot, choice: ['z'] })).toMatchObject({ code: 'malformed', ref: ballot.id });
    socket.send('ping', {});
    expect(await socket.next('pong')).toMatchObject({ serverNowMs: expect.any(Number) });
    expect(await voteOn(socket, ballot)).toMatchObject({ receipt: { status: 'accepted' } });
  });

  test('a voter who casts too often', async () => {
    await toLive();
    const { id } = await here.stage.air(newPoll());
    const { state } = await pollState(client(), isOpen(id));
    const socket = await openSocket();
    await arrive(socket);
    for (let i = 0; i < 200; i += 1) socket.send('ballot', ballotFor(state, 0));
    expect(await socket.next('error', { code: 'rate-limited' })).toMatchObject({ retryAfterMs: expect.any(Number) });
  });

  test.for([
    ['a token that does not hold', 4401, (socket: ViewerSocket) => socket.send('hello', { token: 'let me in' })],
    ['a wrong code', 1008, (socket: ViewerSocket) => socket.send('hello', { token: null, code: 'WRONG' })],
    ['no hello for as long as the document gives', 1008, () => {}],
    ['a frame beyond all measure', 1009, (socket: ViewerSocket) => socket.raw('x'.repeat(70_000))],
    ['a text that is none', 1007, (socket: ViewerSocket) => socket.raw(Buffer.from([0xff]), { binary: false })],
  ] as const)('%s, and ends with %i', async ([, code, act]) => {
    const socket = await openSocket();
    act(socket);
    expect(await socket.closed).toBe(code);
  });
});

test('everything that the documents name has been seen, but for what only a broken part says', async () => {
  const stream = await openEvents();
  const socket = await openSocket();
  await arrive(socket);
  await stream.next(() => true, 'the state');
  expect(await here.server.stop()).toBe(0);
  expect(await socket.closed).toBe(1012);
  await stream.ended;
  expect(stream.retries.length, 'one at the start, one at the end').toBe(2);

  const unseen = client()
    .documented()
    .filter((name) => !client().seen.has(name) && !name.endsWith(' default'));
  const page = client().seen.has('get / 200') ? ['get / 503'] : ['get / 200', 'get / 304'];
  expect(unseen.sort()).toEqual(
    [
      ...page,
      // Spoken by the WebSocket library in every test above.
      'get /v1/ws 101',
      'get /v1/ws 503',
      'get /v1/state 503',
      'get /v1/events 503',
      'post /v1/join 503',
      'get /readyz 503',
    ].sort(),
  );
  expect(socketChannel.seen).toEqual(socketChannel.fromServer);
  expect(eventChannel.seen).toEqual(eventChannel.fromServer);
});
