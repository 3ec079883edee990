import { expect, it } from 'vitest';
import type { VoterId } from '../../shared/protocol/ids.ts';
import { startRig, until } from './edge-harness.test-part.ts';
import { type VoterSocket, VoterSockets } from './voter-sockets.ts';

interface Socket extends VoterSocket<Socket> {
  name: string;
}
const ANNA = 'anna' as VoterId;
const BEN = 'ben' as VoterId;
const socket = (name: string): Socket => ({ name, older: null });

it('the oldest of a voter goes where there are too many, and nobody else’s', () => {
  const all = new VoterSockets<Socket>(3);
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => all.add(socket(name), ANNA)?.name ?? null);
  expect(names).toEqual([null, null, null, 'a', 'b']);
  expect(all.add(socket('f'), BEN)).toBeNull();
});

it('whoever has left counts no more, wherever they stood', () => {
  const all = new VoterSockets<Socket>(3);
  const [a, b, c] = ['a', 'b', 'c'].map(socket) as [Socket, Socket, Socket];
  for (const one of [a, b, c]) all.add(one, ANNA);
  all.delete(b, ANNA);
  expect(all.add(socket('d'), ANNA)).toBeNull();
  all.delete(a, ANNA);
  const e = socket('e');
  expect(all.add(e, ANNA)).toBeNull();
  all.delete(e, ANNA);
  expect(all.add(socket('f'), ANNA)).toBeNull();
  expect(all.add(socket('g'), ANNA)).toBe(c);
  all.delete(c, ANNA);
  expect(all.size).toBe(1);
});

it('nothing is kept of voters who have all left', () => {
  const all = new VoterSockets<Socket>(2);
  const sockets = ['a', 'b', 'c'].map(socket);
  for (const one of sockets) all.add(one, ANNA);
  for (const one of sockets) all.delete(one, ANNA);
  expect(all.size).toBe(0);
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
