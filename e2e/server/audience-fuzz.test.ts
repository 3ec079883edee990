/**
 * Thousands of requests and frames that are nearly right, at every entry of the audience port: nothing breaks, nothing of the
 * server's inside and no number before its reveal gets out, and whoever is there meanwhile is served. `TALLYROOM_FUZZ=n` plays n
 * times as many.
 */
import { expect, test } from 'vitest';
import { fileServer } from './testing/file-server.ts';
import { Attack, TIMES } from './testing/fuzz/attack.ts';
import { EMBARGOED_CUES, embargo, isWhole, vote } from './testing/fuzz/embargo.ts';
import { secret } from './testing/fuzz/forbidden.ts';
import { Patience } from './testing/fuzz/patience.ts';
import { probed } from './testing/fuzz/probes.ts';
import { documentedRequests, lines, upgrade } from './testing/fuzz/requests.ts';
import { Sampler } from './testing/fuzz/sampler.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { mutated, oddFrame, plainFrame } from './testing/mutations.ts';
import { chosenSeed, seededRandom } from './testing/seeded-random.ts';
import { PROJECT } from './testing/server.ts';
import { newPoll } from './testing/stage.ts';
import { ApiDocument } from './testing/stranger/api-document.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

/** Behind a proxy, so that what proxies write is read as well. */
const here = fileServer({
  ...{ mode: 'live', edges: 1, cues: EMBARGOED_CUES, env: probed },
  args: ['--trusted-proxy', '127.0.0.0/8'],
});
const REQUESTS = 9_000;
const FRAME_GROUPS = 5_000;
/** How long somebody may wait for a pong meanwhile: machines that run tests are busy. */
const PATIENCE_MS = 10_000;
const HOST = 'vote.example.com';

/** Well-formed requests with what no document names: other headers, several at once, other ways to say the same. */
function byHand(token: string, pollId: string): string[] {
  const post = (path: string, body: string, ...headers: string[]) =>
    lines(`POST ${path} HTTP/1.1`, 'Host: x', `Content-Length: ${body.length}`, ...headers) + body;
  const get = (path: string, ...headers: string[]) => lines(`GET ${path} HTTP/1.1`, 'Host: x', ...headers);
  const ballot = { id: 'fuzz', pollId, round: 1, choice: ['a'] };
  return [
    get('/', 'Accept: text/html', 'Accept-Encoding: gzip, br;q=0.5'),
    get('/nothing/at/all', 'Accept: text/html'),
    get(`http://${HOST}/v1/state?code=ABCDEFGH`, 'If-None-Match: W/"1-1", "2-2"'),
    get('/v1/state', 'X-Forwarded-For: "[2001:db8::7]:443", 10.0.0.1', `Cookie: ${'c=1; '.repeat(300)}`),
    get('/v1/events?code=WRONG', 'X-Forwarded-For: 203.0.113.7:51234, unknown, _hidden, ::ffff:10.1.2.3'),
    get('/v1/state', `Authorization: Bearer ${token}`),
    get('/v1/state') + get('/v1/state'),
    get('/v1/events', 'Last-Event-ID: 1-1'),
    get('/healthz') + get('/v1/events'),
    upgrade('/v1/ws', HOST),
    upgrade('/v1/ws?x', HOST),
    post('/v1/join', JSON.stringify({ token, code: 'ABCDEFGH', identity: 'a.b.c' })),
    post('/v1/ballots', JSON.stringify(ballot), `Authorization: Bearer ${token}`, 'Content-Type: application/json'),
    post('/v1/ballots', JSON.stringify({ ...ballot, token }), 'Content-Type: text/plain'),
    lines('POST /v1/join HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked') + '2\r\n{}\r\n0\r\n\r\n',
    lines('OPTIONS /v1/ballots HTTP/1.1', 'Host: x', 'Origin: https://elsewhere.example'),
    lines('HEAD /readyz HTTP/1.1', 'Host: x'),
    get('/healthz'),
  ];
}

/** What may stand in a frame. */
function messages(token: string, pollId: string): string[] {
  return [
    JSON.stringify({ t: 'hello', token: null, epoch: 1, rev: 1 }),
    JSON.stringify({ t: 'hello', token, code: 'ABCDEFGH' }),
    JSON.stringify({ t: 'ballot', id: 'fuzz', pollId, round: 1, choice: ['a'], castAtMs: 1 }),
    JSON.stringify({ t: 'ping' }),
    JSON.stringify({ t: 'dance', steps: [1, [2, [3]]] }),
    '',
  ];
}

test('what is nearly a request or a frame breaks nothing and learns nothing', {
  timeout: 180_000 * TIMES,
}, async () => {
  const random = seededRandom(chosenSeed());
  const { audienceUrl, pids, ready } = here.server;
  const port = Number(new URL(audienceUrl).port);
  const desk = here.server.desk();
  await vote(here.stage, audienceUrl);
  const { id } = await here.stage.air(newPoll());
  const voter = await HttpViewer.arrive({ audienceUrl });
  const honest = await WsViewer.arrive({ audienceUrl });
  const other = await HttpViewer.arrive({ audienceUrl });
  const forbidden = [
    ...embargo({ mayCount: [], mayAnswer: [] }),
    { what: 'a result', pattern: /"(?:total|count|share)":\d|"(?:leads|answer)":\[|"results":\{/, knownTo: [] },
    ...[other.token, ...Object.values(ready.deskTokens), ready.rehearsalCode].map(secret),
    ...[here.place.root, PROJECT, '/node_modules/'].map(secret),
  ];
  const edgeOf = async () => {
    const [edge] = (await desk.vitals()).edges;
    if (edge === undefined) throw new Error('no edge');
    return edge;
  };

  const document = new ApiDocument('docs/audience.openapi.json');
  const words = { token: [voter.token, 'wrong'], code: ['ABCDEFGH'], pollId: [id, 'sealed'], choice: ['a', 'b', 'z'] };
  const documented = documentedRequests({
    ...{ document, random, sampler: new Sampler({ document, random, words }), host: HOST },
    authorizations: [`Bearer ${voter.token}`, `Bearer ${voter.token}`, null, 'Bearer wrong'],
    isTaken: () => true,
  });
  const bases = byHand(voter.token, id).map((text) => Buffer.from(text, 'latin1'));
  const said = messages(voter.token, id).map((text) => Buffer.from(text));
  const attack = new Attack({
    place: here.place,
    pid: pids.edges[0] ?? 0,
    port,
    random,
    forbidden,
    residentMoreMb: 64,
  });
  const oddRequest = () => {
    const bytes = random.between(0, 1) === 0 ? random.pick(bases) : Buffer.from(documented(), 'latin1');
    return attack.once(random.between(0, 4) === 0 ? bytes : mutated(bytes, random));
  };
  const oddFrames = () => {
    const shake = Buffer.from(upgrade('/v1/ws', HOST));
    const hello = plainFrame(said[0] ?? Buffer.alloc(0), false);
    const frames = Array.from({ length: random.between(1, 12) }, () => {
      const payload = random.pick(said);
      const frame = oddFrame(random.between(0, 1) === 0 ? payload : mutated(payload, random), random);
      return random.between(0, 3) === 0 ? mutated(frame, random) : frame;
    });
    return attack.once(Buffer.concat([shake, ...(random.between(0, 1) === 0 ? [hello] : []), ...frames]));
  };

  const patience = new Patience(async () => {
    const pongs = honest.framesOf('pong').length;
    honest.send({ t: 'ping' });
    await until(() => honest.framesOf('pong').length > pongs, { what: 'a pong for who behaves', isQuiet: true });
  });

  await attack.prepare(async () => {
    await attack.round(2_000, oddRequest);
    await attack.round(1_000, oddFrames);
  });
  for (let part = 1; part <= TIMES; part++) {
    await attack.part(`${REQUESTS} requests`, () => attack.round(REQUESTS, oddRequest));
    await attack.part(`${FRAME_GROUPS} groups of frames`, () => attack.round(FRAME_GROUPS, oddFrames));
  }
  const slowestMs = await patience.end();
  console.log(`slowest pong: ${Math.round(slowestMs)} ms`);
  expect(slowestMs).toBeLessThan(PATIENCE_MS);

  expect(here.server.pids).toEqual(pids);
  expect(here.server.events.map(({ event }) => event)).toEqual(['ready']);
  expect(here.server.stderr).not.toMatch(/uncaught|"level":60/i);
  expect(honest.closes).toEqual([]);
  await until(async () => (await edgeOf()).ws === 1, { what: 'everybody else has gone' });
  await attack.expectAllBack();
  const last = await voterOn('http', { audienceUrl });
  const cast = await last.cast({ id: newBallotId(), pollId: id, round: 1, choice: ['a'] });
  expect(cast.receipt?.status).toBe('accepted');
  expect(await desk.recount(id)).toMatchObject({ matches: true, chain: 'ok' });
  expect(await isWhole(here.server.desk('verifier'))).toBe(true);
});
