import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { seededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { openHall, RawDesk, showOf, vitals } from './gateway.test-part.ts';

const WAIT = { timeout: 10_000 };
const small = () => openHall(showOf(3));
const closes = (desk: RawDesk) => vi.waitFor(() => expect(desk.isClosed).toBe(true), WAIT);

test.for([
  ['a number', '42[7]'],
  ['a number that wants an answer', '421[7]'],
  ['nothing', '42[]'],
  ['no list at all', '42'],
  ['nothing that wants an answer', '421'],
  ['an error', '42["error","x"]'],
  ['null', '42[null]'],
  ['an object', '42[{"a":1}]'],
  ['a method of objects', '42["__proto__"]'],
  ['no packet type', '4'],
  ['a command without anything', '422["command"]'],
  ['a command that is null', '422["command",null]'],
  ['a log record that is a number', '422["action",7]'],
  ['an answer to nothing', '437[1]'],
  ['a binary event without its parts', '451-["command",{"_placeholder":true,"num":0}]'],
  ['half a packet', '42["time'],
] as [string, string][])('an event that is %s harms nobody', async ([, packet]) => {
  const hall = await small();
  const other = await new RawDesk(hall).letIn();
  const desk = await new RawDesk(hall).letIn();
  desk.ws.send(packet);
  expect(await other.time()).toBeGreaterThan(0);
});

test('thousands of odd packets harm nobody, and other desks are served meanwhile', async () => {
  const { pick, between } = seededRandom(20_261_128);
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const values: string[] = [
    '7',
    'null',
    '"time"',
    '"command"',
    '"action"',
    '"resync"',
    '"error"',
    '"x"',
    '{}',
    '[]',
    '-1e9',
    '""',
  ];
  const value = () => (between(0, 60) === 0 ? deep(between(1, 20_000)) : pick(values));
  const list = () => `[${Array.from({ length: between(0, 4) }, value).join()}]`;
  const packet = (): string => {
    const head = pick(['42', '42', '42', '43', '40', '41', '44', '45', '46', '4', '2', '3', '5', '6', '1', 'b', '']);
    const id = pick(['', '', '1', '99', '-1', '1e3', '99999999999999999999']);
    const text = `${head}${pick(['', '', '', '1-', '9-', '/x,', '/'])}${id}${pick([list(), list(), value(), ''])}`;
    return between(0, 10) === 0 ? text.slice(0, between(0, text.length)) : text;
  };
  const hall = await small();
  const other = await new RawDesk(hall).letIn();
  for (let round = 0; round < 150; round++) {
    const desk = await (round % 3 === 0 ? new RawDesk(hall).opened() : new RawDesk(hall).letIn());
    for (let n = 0; n < 40; n++) desk.ws.send(packet(), { binary: between(0, 20) === 0 });
    desk.ws.close();
    if (round % 10 === 0) expect(await other.time()).toBeGreaterThan(0);
  }
  expect(await other.time()).toBeGreaterThan(0);
}, 60_000);

test('an event that isn’t there is said to be none', async () => {
  const desk = await new RawDesk(await small()).letIn();
  desk.ws.send('425["nothing"]');
  expect(await desk.hears('435[')).toContain('There is no event “nothing” here.');
  desk.ws.send('426[7]');
  expect(await desk.hears('436[')).toContain('malformed');
});

test('of a hundred resyncs at once each desk gets a few snapshots, and the last one is as good as all', async () => {
  const hall = await small();
  const desk = await new RawDesk(hall).letIn();
  for (let n = 0; n < 100; n++) desk.ws.send(`42${n}["resync"]`);
  await desk.time();
  const answers = () => desk.heard.filter((text) => /^43\d+\[\{"revision"/.test(text)).length;
  expect(answers()).toBeGreaterThanOrEqual(1);
  expect(answers()).toBeLessThanOrEqual(7);
  desk.heard.length = 0;
  // What was asked for beyond that is paid once, with a later beat.
  await vi.waitFor(() => {
    hall.gateway.vitals(() => vitals({}));
    expect(answers()).toBe(1);
  }, WAIT);
});

test.for(['42["resync"]', '42["time"]', '421["time"]', '42["x"]', '421["x"]', '3', '41', '422["command"]'])(
  'one that floods with %s and reads nothing is cut off, and costs the others nothing',
  { timeout: 30_000 },
  async (packet) => {
    const hall = await openHall(showOf(500));
    const other = await new RawDesk(hall).letIn();
    const flood = await new RawDesk(hall).letIn();
    flood.ws.pause();
    const memory = process.memoryUsage().rss;
    for (let n = 0; n < 80_000 && flood.ws.readyState === flood.ws.OPEN; n++) flood.ws.send(packet);
    await other.time();
    await vi.waitFor(() => expect(hall.gateway.desks()).toBe(1), WAIT);
    expect(process.memoryUsage().rss - memory).toBeLessThan(400e6);
  },
);

test('a desk that stops reading for a while is spared the vitals it would not have read, and stays', async () => {
  const hall = await openHall(showOf(3));
  const other = await new RawDesk(hall).letIn();
  const still = await new RawDesk(hall).letIn();
  still.ws.pause();
  const long = 'x'.repeat(20_000);
  const MADE = 3_000;
  for (let n = 0; n < MADE; n++) {
    hall.gateway.vitals(() => vitals({ long }));
    // A turn of the loop, as between two beats.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(hall.gateway.desks()).toBe(2);
  still.ws.resume();
  expect(await still.time()).toBeGreaterThan(0);
  const of = (desk: RawDesk) => desk.heard.filter((text) => text.startsWith('42["vitals"')).length;
  expect(of(still)).toBeLessThan(MADE);
  expect(await other.time()).toBeGreaterThan(0);
  expect(of(other)).toBeGreaterThan(of(still));
}, 60_000);

test('a desk that reads no changes is cut off before it costs more than a snapshot and a megabyte', async () => {
  const show = showOf(500);
  const hall = await openHall(show);
  const other = await new RawDesk(hall).letIn();
  const still = await new RawDesk(hall).letIn();
  still.ws.pause();
  let made = 0;
  const entry = { seq: 2 } as never;
  await vi.waitFor(
    () => {
      for (let n = 0; n < 20; n++) hall.gateway.vitals(() => vitals({ online: made++ }));
      const before = { ...show, cues: [] };
      hall.gateway.applied({ before, after: show, entry });
      expect(hall.gateway.desks()).toBe(1);
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(await other.time()).toBeGreaterThan(0);
}, 30_000);

test('who is not let in may say its token once, and nothing else', async () => {
  const hall = await small();
  const wrong = await new RawDesk(hall).opened();
  wrong.ws.send('40{"token":"wrong"}');
  expect(await wrong.hears('44')).toContain('unauthorised');
  await closes(wrong);
  const chatty = await new RawDesk(hall).opened();
  for (let n = 0; n < 3; n++) chatty.ws.send('40/elsewhere,');
  await closes(chatty);
  const twice = await new RawDesk(hall).opened();
  for (let n = 0; n < 2; n++) twice.ws.send('40{"token":"o"}');
  await closes(twice);
  expect(hall.gateway.desks()).toBe(0);
});

test.for([
  ['/x', ''],
  ['/desk/?EIO=4&transport=websocket', 'evil.example'],
  ['/desk/?EIO=4&transport=polling', ''],
  ['/desk/?EIO=4&transport=websocket', ''],
])('who asks for an upgrade of %s as “%s” and breaks off harms nobody', async ([path, host]) => {
  const hall = await small();
  const other = await new RawDesk(hall).letIn();
  for (let n = 0; n < 20; n++) {
    const socket = connect(hall.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    const head = `host: ${host || `127.0.0.1:${hall.port}`}\r\nconnection: upgrade\r\nupgrade: websocket`;
    const came = new Promise<Duplex>((resolve) => hall.server.once('upgrade', (_, socket) => resolve(socket)));
    socket.write(
      `GET ${path} HTTP/1.1\r\n${head}\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${'A'.repeat(22)}==\r\n\r\n`,
    );
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    (await came).once('close', () => resolve());
    socket.resetAndDestroy();
    await ended;
  }
  expect(await other.time()).toBeGreaterThan(0);
});

test('a desk that leaves and comes back on the same connection has left', async () => {
  const desk = await new RawDesk(await small()).letIn();
  desk.ws.send('41');
  await closes(desk);
});
