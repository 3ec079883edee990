import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { joinAnswer, LinkRig } from './testing/link-rig.ts';
import { CALM, state } from './testing/samples.ts';

let rig: LinkRig;

beforeEach(() => {
  rig = new LinkRig();
  rig.env.answering = ({ path }) => (path === 'v1/join' ? joinAnswer : { status: 304 });
});

afterEach(() => vi.restoreAllMocks());

function forbid(): never {
  throw new Error('SecurityError');
}

test('WebSockets that are refused twice give way to a stream, streams that are refused twice to polling', async () => {
  rig.connect();
  for (let i = 0; i < 2; i += 1) {
    rig.socket.drop(1006);
    await rig.env.advance(2_500);
  }
  expect(rig.env.sockets).toHaveLength(2);
  for (let i = 0; i < 2; i += 1) {
    rig.stream.fail();
    await rig.env.advance(3_500);
  }
  expect(rig.env.streams).toHaveLength(2);
  expect(rig.links().at(-1)).toBe('online poll');
});

test.each([
  ['lacks both', null, null],
  ['forbids both', forbid, forbid],
  ['lacks WebSockets and forbids streams', null, forbid],
])('a browser that %s polls within two seconds', async (_, openSocket, openStream) => {
  vi.spyOn(console, 'warn').mockReturnValue();
  Object.assign(rig.env, { openSocket, openStream });
  rig.connect();
  await rig.env.advance(2_000);
  expect(rig.links().at(-1)).toBe('online poll');
});

test.each(['ws', 'sse', 'poll'] as const)('an arrival goes where the hints say: %s', async (transport) => {
  const hints = { ...CALM, transport };
  rig.hints = hints;
  rig.env.answering = ({ path }) =>
    path === 'v1/join' ? { body: { ...joinAnswer.body, state: state({ hints }) } } : { status: 304 };
  rig.connect();
  await rig.env.advance(0);
  if (transport === 'ws') rig.arrive({ token: 'seat' });
  expect(rig.links()).toEqual([`online ${transport}`]);
  expect(rig.env.sockets).toHaveLength(transport === 'ws' ? 1 : 0);
  expect(rig.env.streams).toHaveLength(transport === 'sse' ? 1 : 0);
});

test('an arrival that learns only then where the hints send it lets its socket go', async () => {
  rig.connect();
  const socket = rig.arrive({ token: 'seat', state: state({ hints: { ...CALM, transport: 'sse' } }) });
  await rig.env.advance(0);
  expect(socket.closedByPage).toBe(true);
  rig.stream.say(state({ rev: 2, hints: { ...CALM, transport: 'sse' } }));
  expect(rig.links().at(-1)).toBe('online sse');
  expect(rig.paths()).toEqual([]);
});

test('a held stream stays when the hints change to polling; its next return follows them', async () => {
  await rig.onStream();
  const hints = { ...CALM, transport: 'poll' as const, level: 3 };
  rig.stream.say(state({ rev: 2, hints }));
  await rig.env.advance(5_000);
  expect(rig.stream.closedByPage).toBe(false);
  rig.stream.fail();
  await rig.env.advance(5_000);
  expect(rig.env.streams).toHaveLength(1);
  expect(rig.links().at(-1)).toBe('online poll');
});

test('a network that cuts every WebSocket after some seconds is served by a stream', async () => {
  rig.connect();
  for (let cut = 1; cut <= 4; cut += 1) {
    expect(rig.env.sockets).toHaveLength(cut);
    rig.arrive({ token: 'seat' });
    await rig.env.advance(6_000);
    rig.socket.drop(1006);
    while (rig.env.sockets.length === cut && rig.env.streams.length === 0) await rig.env.advance(100);
  }
  expect(rig.env.sockets).toHaveLength(4);
  expect(rig.env.streams).toHaveLength(1);
});
