/**
 * Thousands of requests and frames that are nearly right, at every entry of the audience port: nothing breaks, nothing of the server's inside
 * gets out, and whoever is there meanwhile is served. `TALLYROOM_FUZZ=n` plays n times as many.
 */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { fileServer } from './testing/file-server.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { inPieces, mutated, oddFrame } from './testing/mutations.ts';
import { chosenSeed, type SeededRandom, seededRandom } from './testing/seeded-random.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const here = fileServer({ mode: 'live', edges: 1 });
const TIMES = Number(process.env.TALLYROOM_FUZZ ?? '1');
const REQUESTS = 16_000 * TIMES;
const FRAME_GROUPS = 8_000 * TIMES;
const AT_ONCE = 24;
/** How much bigger an edge may be afterwards, MiB: what a heap that was busy keeps for a while, however much was sent (measured: 50 to 100). */
const GROWTH_MB = 128;
/** How long somebody may wait for a pong meanwhile: machines that run tests are busy. */
const PATIENCE_MS = 5_000;

const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`;
const upgrade = (target: string) =>
  lines(
    `GET ${target} HTTP/1.1`,
    'Host: vote.example.com',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  );

/** Well-formed requests, one for every way in. */
function requests(token: string, pollId: string): string[] {
  const post = (path: string, body: string, ...headers: string[]) =>
    lines(`POST ${path} HTTP/1.1`, 'Host: x', `Content-Length: ${body.length}`, ...headers) + body;
  const get = (path: string, ...headers: string[]) => lines(`GET ${path} HTTP/1.1`, 'Host: x', ...headers);
  const ballot = { id: 'fuzz', pollId, round: 1, choice: ['a'] };
  return [
    get('/', 'Accept: text/html', 'Accept-Encoding: gzip, br;q=0.5'),
    get('/nothing/at/all', 'Accept: text/html'),
    get('http://vote.example.com/v1/state?code=ABCDEFGH', 'If-None-Match: W/"1-1", "2-2"'),
    get('/v1/state', 'X-Forwarded-For: "[2001:db8::7]:443", 10.0.0.1', `Cookie: ${'c=1; '.repeat(300)}`),
    get('/v1/state', `Authorization: Bearer ${token}`),
    get('/v1/state') + get('/v1/state'),
    get('/v1/events', 'Last-Event-ID: 1-1'),
    get('/healthz') + get('/v1/events'),
    upgrade('/v1/ws'),
    upgrade('/v1/ws?x'),
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

/** Sends it, says that no more comes, at once or after a first answer, and gives all that came back. */
function exchange(port: number, pieces: Buffer[], waits: boolean): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk) => {
      if (heard.length < 65_536) heard += chunk.toString('latin1');
    });
    // The other end may close while something is still being sent.
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
    const next = (i: number) => {
      const piece = pieces[i];
      if (piece === undefined) {
        if (!waits || heard !== '') socket.end();
        else {
          socket.once('data', () => socket.end());
          // What is no whole request gets no answer for now.
          setTimeout(() => socket.end(), 100);
        }
      } else socket.write(piece, () => setImmediate(next, i + 1));
    };
    next(0);
  });
}

/** Does it so many times, some of them at the same time. */
async function times(count: number, what: () => Promise<void>): Promise<void> {
  let left = count;
  const worker = async () => {
    for (; left > 0; ) {
      left -= 1;
      await what();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Throws where an answer says what no answer may say. */
function judge(heard: string, sent: Buffer, secrets: readonly string[]): void {
  const context = () =>
    `\nsent: ${JSON.stringify(sent.toString('latin1').slice(0, 2_000))}\nheard: ${heard.slice(0, 2_000)}`;
  for (const [, status] of heard.matchAll(/HTTP\/1\.[01] (5\d\d)/g)) {
    if (status !== '503') throw new Error(`an answer of ${status}${context()}`);
  }
  if (/\bat .+:\d+:\d+\)?|node:internal|\b[A-Z]\w*Error:/.test(heard))
    throw new Error(`a stack in an answer${context()}`);
  const given = sent.toString('latin1');
  for (const secret of secrets) {
    if (heard.includes(secret) && !given.includes(secret)) throw new Error(`${secret} in an answer${context()}`);
  }
}

test('what is nearly a request or a frame breaks nothing and learns nothing', {
  timeout: 120_000 * TIMES,
}, async () => {
  const random: SeededRandom = seededRandom(chosenSeed());
  const { audienceUrl, pids, ready } = here.server;
  const port = Number(new URL(audienceUrl).port);
  const desk = here.server.desk();
  const { id } = await here.stage.air(newPoll());
  const voter = await HttpViewer.arrive({ audienceUrl });
  const honest = await WsViewer.arrive({ audienceUrl });
  const other = await HttpViewer.arrive({ audienceUrl });
  const secrets = [
    other.token,
    ready.deskTokens.owner,
    ready.rehearsalCode,
    here.place.root,
    process.cwd(),
    '/node_modules/',
  ];
  const edgePid = pids.edges[0] ?? 0;
  const descriptors = () => (process.platform === 'linux' ? readdirSync(`/proc/${edgePid}/fd`).length : 0);
  const edgeOf = async () => {
    const [edge] = (await desk.vitals()).edges;
    if (edge === undefined) throw new Error('no edge');
    return edge;
  };
  const bases = requests(voter.token, id).map((text) => Buffer.from(text, 'latin1'));
  const said = messages(voter.token, id).map((text) => Buffer.from(text));
  const round = async (count: number, make: () => Buffer) => {
    await times(count, async () => {
      const sent = make();
      judge(await exchange(port, inPieces(sent, random), random.between(0, 3) === 0), sent, secrets);
    });
  };
  const oddRequest = () => mutated(random.pick(bases), random);
  const oddFrames = () => {
    const shake = Buffer.from(upgrade('/v1/ws'));
    const hello = plainFrame(said[0] ?? Buffer.alloc(0));
    const frames = Array.from({ length: random.between(1, 12) }, () => {
      const payload = random.pick(said);
      const frame = oddFrame(random.between(0, 1) === 0 ? payload : mutated(payload, random), random);
      return random.between(0, 3) === 0 ? mutated(frame, random) : frame;
    });
    return Buffer.concat([shake, ...(random.between(0, 1) === 0 ? [hello] : []), ...frames]);
  };

  // Once before anything is measured: what is loaded and compiled at first stays.
  await round(1_000, oddRequest);
  await round(500, oddFrames);
  const before = await edgeOf();
  const descriptorsBefore = descriptors();

  let isOver = false;
  let slowestMs = 0;
  const watch = (async () => {
    while (!isOver) {
      const pongs = honest.framesOf('pong').length;
      const sinceMs = performance.now();
      honest.send({ t: 'ping' });
      await until(() => honest.framesOf('pong').length > pongs, { what: 'a pong for who behaves' });
      slowestMs = Math.max(slowestMs, performance.now() - sinceMs);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  const startMs = performance.now();
  await round(REQUESTS, oddRequest);
  await round(FRAME_GROUPS, oddFrames);
  isOver = true;
  await watch;
  const tookS = (performance.now() - startMs) / 1_000;

  expect(here.server.pids).toEqual(pids);
  expect(here.server.events.map(({ event }) => event)).toEqual(['ready']);
  expect(here.server.stderr).not.toMatch(/uncaught|"level":60/i);
  expect(honest.closes).toEqual([]);
  await until(() => descriptors() <= descriptorsBefore + 2, { what: 'the descriptors are given back' });
  await until(async () => (await edgeOf()).ws === 1, { what: 'everybody else has gone' });
  const after = await edgeOf();
  console.log(
    `${REQUESTS} requests and ${FRAME_GROUPS} groups of frames in ${tookS.toFixed(1)} s; slowest pong ${Math.round(slowestMs)} ms; ${before.rssMb} → ${after.rssMb} MB, ${descriptorsBefore} → ${descriptors()} descriptors`,
  );
  expect(slowestMs).toBeLessThan(PATIENCE_MS);
  expect(after.rssMb - before.rssMb).toBeLessThan(GROWTH_MB);
  const last = await voterOn('http', { audienceUrl });
  const cast = await last.cast({ id: newBallotId(), pollId: id, round: 1, choice: ['a'] });
  expect(cast.receipt?.status).toBe('accepted');
  expect(await desk.recount(id)).toMatchObject({ matches: true, chain: 'ok' });
});

/** The same in a frame as a client makes it. */
function plainFrame(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
