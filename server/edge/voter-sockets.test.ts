import { expect, it } from 'vitest';
import type { VoterId } from '../../shared/protocol/ids.ts';
import { startRig, until } from './edge-harness.test-part.ts';
import { VoterSockets } from './voter-sockets.ts';

interface Socket {
  name: string;
  voter: VoterId;
}
const ANNA = 'annaannaannaannaannaan' as VoterId;
const BEN = 'benbenbenbenbenbenbenb' as VoterId;

/** A house, and what happens to whoever comes. */
function house(most: number) {
  const here = new Set<Socket>();
  const all = new VoterSockets<Socket>({ most, all: () => here, voterOf: ({ voter }) => voter });
  const leaves = (socket: Socket) => {
    here.delete(socket);
    all.delete(socket, socket.voter);
  };
  const comes = (name: string, voter: VoterId) => {
    const socket = { name, voter };
    here.add(socket);
    const oldest = all.add(socket, voter);
    if (oldest !== null) leaves(oldest);
    return { socket, oldest: oldest?.name ?? null };
  };
  return { all, here, comes, leaves };
}

it('the oldest of a voter goes where there are too many, and nobody else’s', () => {
  const { comes } = house(3);
  expect(['a', 'b', 'c', 'd', 'e'].map((name) => comes(name, ANNA).oldest)).toEqual([null, null, null, 'a', 'b']);
  expect(comes('f', BEN).oldest).toBeNull();
});

it('whoever has left counts no more, wherever they stood', () => {
  const { comes, leaves } = house(3);
  const [a, b] = ['a', 'b', 'c'].map((name) => comes(name, ANNA).socket) as [Socket, Socket];
  leaves(b);
  expect(comes('d', ANNA).oldest).toBeNull();
  leaves(a);
  const { socket: e } = comes('e', ANNA);
  expect(comes('f', ANNA).oldest).toBe('c');
  leaves(e);
  expect(comes('g', ANNA).oldest).toBeNull();
  expect(comes('h', ANNA).oldest).toBe('d');
});

it('however many come and go, each voter has as many as are here, up to the most', () => {
  const { all, here, comes, leaves } = house(4);
  const voters = Array.from({ length: 50 }, (_, i) => `${i}voter-with-a-long-name` as VoterId);
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let step = 0; step < 5_000; step += 1) {
    const voter = voters[next(voters.length)] ?? ANNA;
    if (next(3) > 0) {
      const before = [...here].filter((socket) => socket.voter === voter);
      const { oldest } = comes(`${step}`, voter);
      expect(oldest).toBe(before.length < 4 ? null : before[0]?.name);
    } else {
      const [one] = [...here].filter((socket) => socket.voter === voter);
      if (one !== undefined) leaves(one);
    }
  }
  for (const socket of [...here]) leaves(socket);
  expect(all.known).toBe(0);
});

it('one token has a few sockets: the oldest is told to come back later, and the others live and vote', async () => {
  const rig = await startRig({ limits: { socketsPerVoter: 3 } });
  const first = await rig.joined();
  const token = first.welcome.token ?? '';
  const others = [];
  for (let i = 0; i < 3; i += 1) others.push((await rig.joined({ token })).viewer);
  await first.viewer.end();
  expect(first.viewer.frames.at(-1)).toMatchObject({ t: 'bye', reason: 'too-many-sockets' });
  await until(() => rig.core.heartbeat?.ws === 3);
  for (const viewer of others) {
    viewer.say({ t: 'ping' });
    await viewer.next('pong');
  }
  // Somebody else's hello costs them nothing.
  await rig.joined();
  await until(() => rig.core.heartbeat?.ws === 4);
  await rig.end();
});
