import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CODE, type Rig, startRig, tokens, until } from './edge-harness.test-part.ts';
import { accepted, coreNowMs, stateOf } from './fake-core.test-part.ts';
import { MeasuresInForce } from './measures-in-force.ts';
import { PollCensus } from './poll-census.ts';
import { PublicStates } from './public-states.ts';
import { countParsed, RawClient } from './raw-client.test-part.ts';
import { RepeatPolls } from './repeat-polls.ts';
import { StateAnswers } from './state-answers.ts';

/** Until the page's request is known: one is seen, one shows where requests begin, one is kept. */
const LEARNING = 3;

let rig: Rig;
let rev = 1;
const open: RawClient[] = [];
let parsed: ReturnType<typeof countParsed>;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.end());
beforeEach(() => {
  parsed = countParsed();
});
afterEach(() => {
  parsed.stop();
  for (const client of open.splice(0)) client.socket.destroy();
});

const request = (line: string, headers: string[]) => `${[line, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`;
const poll = (...headers: string[]) => request('GET /v1/state HTTP/1.1', ['User-Agent: phone', ...headers]);
const since = (version: string) => poll(`If-None-Match: "${version}"`);
const newest = () => `1-${rev}`;

async function connected(): Promise<RawClient> {
  const client = await RawClient.connect(rig.port);
  open.push(client);
  return client;
}

/** A connection on which this poll is known. */
async function polling(text: string): Promise<RawClient> {
  const client = await connected();
  for (let i = 0; i < LEARNING; i++) await client.ask(text);
  return client;
}

async function publish(message: string): Promise<void> {
  rev += 1;
  rig.core.publish(stateOf({ rev, message }), true);
  await until(() => rig.core.heartbeat?.stateRev === rev);
}

/** Whether the poll is answered without a request being parsed for it. */
async function isAnsweredBeside(client: RawClient, text: string): Promise<boolean> {
  const before = parsed.count;
  await client.ask(text);
  return parsed.count === before;
}

describe('a poll that repeats itself', () => {
  it.each([
    ['without a version', () => poll()],
    ['with an old version', () => since('1-0')],
    ['with the newest version', () => since(newest())],
  ])('%s gets to the letter what the first one got, and costs no parsing', async (_, text) => {
    const client = await connected();
    const answers: string[] = [];
    for (let i = 0; i < LEARNING + 4; i++) answers.push(await client.ask(text()));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(text() === since(newest()) ? /^HTTP\/1.1 304 / : /^HTTP\/1.1 200 /);
    expect(parsed.count).toBe(LEARNING);
  });

  it('may carry the cookies of a whole domain', async () => {
    const text = poll(`Cookie: ${'c'.repeat(12_000)}`);
    const client = await polling(text);
    expect(await isAnsweredBeside(client, text)).toBe(true);
  });

  it('gets a new state once there is one, and is known under the new version', async () => {
    const client = await polling(since(newest()));
    await publish('news');
    const before = parsed.count;
    expect(await client.ask(since(`1-${rev - 1}`))).toContain('"message":"news"');
    expect(await client.ask(since(newest()))).toMatch(/^HTTP\/1.1 304 /);
    expect(parsed.count).toBe(before);
  });

  it('carries the time at which it was answered', () => {
    let wallMs = Date.UTC(2026, 1, 3, 4, 5, 6, 700);
    const held = new PublicStates().offer(stateOf({}));
    if (held === null) throw new Error('a first state is new');
    const answers = new StateAnswers(() => wallMs);
    const date = () => /^Date: (.*)\r$/m.exec(answers.unchanged(held).toString())?.[1];
    expect(date()).toBe('Tue, 03 Feb 2026 04:05:06 GMT');
    wallMs += 300;
    expect(date()).toBe('Tue, 03 Feb 2026 04:05:07 GMT');
  });

  it('counts like any other', async () => {
    let nowMs = 0;
    const states = new PublicStates();
    const held = states.offer(stateOf({ hints: { ...stateOf({}).hints, cadenceMs: 5_000 } }));
    const census = new PollCensus();
    const answers = new StateAnswers(Date.now);
    const repeats = new RepeatPolls({
      mostBytes: 32_768,
      states,
      measures: new MeasuresInForce({ states, onceOut: () => {} }),
      answers,
      census,
      monotonicMs: () => nowMs,
      onWork: () => {},
      onAnswered: () => {},
    });
    const server = createServer((req, res) => {
      res.writeHead(200, { 'content-length': 0 }).end();
      repeats.answered({ req, res, network: '192.0.2.1' });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = await RawClient.connect((server.address() as AddressInfo).port);
    for (let i = 0; i < LEARNING; i++) await client.ask(poll());
    for (let i = 0; i < 8; i++) expect(await client.ask(poll())).toContain(`etag: "${held?.version}"`);
    nowMs = 10_000;
    // Eight polls in ten seconds at one every five seconds each.
    expect(census.count(nowMs)).toBe(4);
    // What is remembered goes with its connection.
    expect(repeats.rememberedBytes).toBe(poll().length);
    client.socket.destroy();
    await until(() => repeats.rememberedBytes === 0);
    server.close();
  });
});

describe('on a connection with a known poll', () => {
  it('another request is answered as ever, and the poll is known again after it', async () => {
    const client = await polling(poll());
    expect(await client.ask(request('GET /healthz HTTP/1.1', []))).toContain('{"status":"ok"}');
    expect(await client.ask(request('GET /v1/state/ HTTP/1.1', []))).toMatch(/^HTTP\/1.1 404 /);
    for (let i = 0; i < LEARNING; i++) expect(await client.ask(poll())).toMatch(/^HTTP\/1.1 200 /);
    expect(await isAnsweredBeside(client, poll())).toBe(true);
  });

  it('lists of versions are read', async () => {
    const client = await polling(since(newest()));
    const list = (value: string) => client.ask(poll(`If-None-Match: ${value}`));
    for (let i = 0; i <= LEARNING; i++) {
      expect(await list(`"1-0", "${newest()}"`)).toMatch(/^HTTP\/1.1 304 /);
      expect(await list(`W/"${newest()}"`)).toMatch(/^HTTP\/1.1 304 /);
      expect(await list('"1-0", "0-7"')).toMatch(/^HTTP\/1.1 200 /);
      expect(await list('nonsense')).toMatch(/^HTTP\/1.1 200 /);
    }
  });

  it('a version that is none makes it another request', async () => {
    const client = await polling(since(newest()));
    for (const version of ['x', '1-', '1-1", "1-0', `${newest()}"\r\nAuthorization: Bearer "x`]) {
      expect(await isAnsweredBeside(client, since(version))).toBe(false);
      for (let i = 0; i < LEARNING; i++) await client.ask(since(newest()));
      expect(await isAnsweredBeside(client, since(newest()))).toBe(true);
    }
  });

  it('HEAD has no body', async () => {
    const client = await polling(poll());
    for (let i = 0; i <= LEARNING; i++) {
      await client.send(request('HEAD /v1/state HTTP/1.1', ['User-Agent: phone']));
      expect(await client.next(false)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    }
    // A body would stand before this answer.
    expect(await client.ask(poll())).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  it.each([
    ['Connection: close', request('GET /v1/state HTTP/1.1', ['Connection: close'])],
    ['HTTP/1.0', request('GET /v1/state HTTP/1.0', [])],
  ])('%s ends it', async (_, last) => {
    const client = await polling(poll());
    const answer = await client.ask(last);
    expect(answer).toContain('Connection: close');
    expect(answer).toContain('"mode":"live"');
    await until(() => client.isClosed);
  });

  it('a rehearsal is shown to who has its code or its token, and stored nowhere', async () => {
    const client = await polling(poll());
    const { token } = tokens.mint(null, 'rehearsal', coreNowMs());
    for (const text of [request(`GET /v1/state?code=${CODE} HTTP/1.1`, []), poll(`Authorization: Bearer ${token}`)]) {
      for (let i = 0; i <= LEARNING; i++) {
        const answer = await client.ask(text);
        expect(answer).toContain('"mode":"rehearsal"');
        expect(answer).toContain('cache-control: no-store');
      }
      expect(await client.ask(poll())).toContain('"mode":"live"');
    }
  });

  it('a WebSocket may begin', async () => {
    const handshake = request('GET /v1/ws HTTP/1.1', [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ]);
    const after = await polling(poll());
    expect(await after.ask(handshake)).toMatch(/^HTTP\/1.1 101 /);
    // The handshake in the chunk of the first poll, or of one that is known.
    for (const client of [await connected(), await polling(poll())]) {
      await client.send(poll() + handshake);
      expect(await client.next()).toMatch(/^HTTP\/1.1 200 /);
      expect(await client.next()).toMatch(/^HTTP\/1.1 101 /);
      // A masked frame with what is no hello: answered by the gateway, and no parser of HTTP sees it.
      await client.send('\x81\x80\0\0\0\0');
      await until(() => client.edgeEnd.listenerCount('data') === 1);
      expect(client.edgeEnd.destroyed).toBe(false);
    }
  });
});

describe('what only looks like a known poll', () => {
  it('is the body of another request', async () => {
    const client = await polling(poll());
    const head = ['Expect: 100-continue', `Content-Length: ${poll().length}`];
    await client.send(request('POST /v1/join HTTP/1.1', head));
    expect(await client.next()).toMatch(/^HTTP\/1.1 100 /);
    expect(await client.ask(poll())).toMatch(/^HTTP\/1.1 400 /);
    expect(await client.ask(poll())).toMatch(/^HTTP\/1.1 200 /);
  });

  it('is the end of another request', async () => {
    const client = await polling(poll());
    await client.send('GET /healthz HTTP/1.1\r\nX-Old: ');
    expect(await client.ask(poll())).toContain('{"status":"ok"}');
  });

  it('is the end of a request that began behind a poll', async () => {
    const client = await polling(poll());
    await client.send(`${poll()}GET /healthz HTTP/1.1\r\nX-Pad: ${'x'.repeat(3_000)}\r\nX-Old: `);
    expect(await client.next()).toContain('"mode":"live"');
    expect(await client.ask(poll())).toContain('{"status":"ok"}');
  });

  it('ended a poll that began as another request', async () => {
    const client = await polling(poll());
    await client.send('GET /v1/state HTTP/1.1\r\nX-Old: ');
    expect(await client.ask(request('GET /healthz HTTP/1.1', []))).toContain('"mode":"live"');
    for (let i = 0; i <= LEARNING; i++) {
      expect(await client.ask(request('GET /healthz HTTP/1.1', []))).toContain('{"status":"ok"}');
    }
  });

  it('waits behind an answer that is not there yet', async () => {
    const client = await polling(poll());
    rig.core.judge = null;
    const { token } = tokens.mint(null, 'live', coreNowMs());
    const ballot = JSON.stringify({ id: 'b1', pollId: 'none', round: 1, choice: ['a'] });
    const batches = rig.core.batches.length;
    await client.send(
      `${request('POST /v1/ballots HTTP/1.1', [`Authorization: Bearer ${token}`, `Content-Length: ${ballot.length}`])}${ballot}`,
    );
    await until(() => rig.core.batches.length > batches);
    for (let i = 0; i <= LEARNING; i++) await client.send(poll());
    rig.core.judge = accepted;
    for (const batch of rig.core.batches.slice(batches)) rig.core.answerBatch(batch);
    expect(await client.next()).toContain('"receipt"');
    for (let i = 0; i <= LEARNING; i++) expect(await client.next()).toContain('"mode":"live"');
  });
});

describe('known polls', () => {
  it('that come in one chunk are answered each, in order', async () => {
    const client = await polling(poll());
    await client.send(poll() + since(newest()) + request('GET /healthz HTTP/1.1', []) + poll());
    expect(await client.next()).toMatch(/^HTTP\/1.1 200 /);
    expect(await client.next()).toMatch(/^HTTP\/1.1 304 /);
    expect(await client.next()).toContain('{"status":"ok"}');
    expect(await client.next()).toContain('"mode":"live"');
  });

  it('that come in pieces are answered once', async () => {
    const client = await polling(since(newest()));
    for (const at of [1, 30, since(newest()).length - 2]) {
      await client.send(since(newest()).slice(0, at));
      expect(await client.ask(since(newest()).slice(at))).toMatch(/^HTTP\/1.1 304 /);
    }
    for (let i = 0; i < LEARNING; i++) expect(await client.ask(since(newest()))).toMatch(/^HTTP\/1.1 304 /);
    expect(await isAnsweredBeside(client, since(newest()))).toBe(true);
  });

  it('of a client that reads nothing wait at the client, and none is lost', async () => {
    const client = await polling(poll());
    client.socket.pause();
    const count = 40_000;
    let written = 0;
    const more = () => {
      while (written < count && !client.socket.writableNeedDrain) {
        client.socket.write(poll());
        written += 1;
      }
    };
    client.socket.on('drain', more);
    more();
    await until(() => client.edgeEnd.isPaused());
    expect(client.edgeEnd.writableLength).toBeLessThan(1_000_000);
    client.socket.resume();
    for (let i = 0; i < count; i++) expect(await client.next()).toMatch(/^HTTP\/1.1 200 /);
  });

  it('that come one by one from a client that reads nothing stop being read', async () => {
    await publish('x'.repeat(100_000));
    const client = await polling(poll());
    client.socket.pause();
    let asked = 0;
    for (; asked < 1_000 && !client.edgeEnd.isPaused(); asked++) await client.send(poll());
    expect(client.edgeEnd.isPaused()).toBe(true);
    await publish('short again');
    client.socket.resume();
    for (let i = 0; i < asked; i++) expect(await client.next()).toContain('xxx');
    for (let i = 0; i < LEARNING; i++) expect(await client.ask(poll())).toContain('short again');
    expect(await isAnsweredBeside(client, poll())).toBe(true);
  });

  it('of clients that go away before they are answered harm nobody', async () => {
    const staying = await polling(poll());
    const going = await Promise.all(Array.from({ length: 20 }, () => polling(poll())));
    for (const { socket } of going) {
      socket.write(poll());
      socket.resetAndDestroy();
    }
    await until(() => going.every(({ edgeEnd }) => edgeEnd.destroyed));
    expect(await isAnsweredBeside(staying, poll())).toBe(true);
  });
});
