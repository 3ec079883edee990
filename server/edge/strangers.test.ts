import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { networkOf } from '../process/network.ts';
import { type Rig, startRig, until } from './edge-harness.test-part.ts';
import { Strangers } from './strangers.ts';

interface Guest {
  name: string;
}

function strangersOf(most: number, mostPerNetwork: number) {
  const out: string[] = [];
  const showOut = ({ name }: Guest) => out.push(name);
  return { out, all: new Strangers<Guest>({ most, mostPerNetwork, mostPerLoopback: 2 * mostPerNetwork, showOut }) };
}

describe('strangers', () => {
  it('of one network are so many at most, and more of others may come', () => {
    const { all, out } = strangersOf(100, 3);
    const [own, other, loopback] = ['203.0.113.1', '203.0.113.2', '127.0.0.1'].map(networkOf) as [never, never, never];
    for (const network of [own, other, loopback]) {
      for (let i = 0; all.hasRoomFor(network); i += 1) all.enter({ name: `${i}` }, network, 0);
    }
    expect(all.size).toBe(3 + 3 + 6);
    expect(out).toEqual([]);
  });

  it('make room for who comes when there are too many in all: the oldest goes', () => {
    const { all, out } = strangersOf(3, 100);
    const guests = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));
    for (const [i, guest] of guests.entries()) all.enter(guest, networkOf(`203.0.113.${i}`), i);
    expect(out).toEqual(['a', 'b']);
    expect([...all.cameBy(3)].map(({ name }) => name)).toEqual(['c', 'd']);
    expect(all.isCrowded).toBe(true);
    for (const guest of guests) all.left(guest);
    expect([all.size, all.networks, all.isCrowded]).toEqual([0, 0, false]);
  });
});

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
const silentFrom = (rig: Rig, address: string) =>
  new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${rig.port}/v1/ws`, from(address));
    socket.once('open', () => resolve(socket)).on('error', reject);
  });

describe('sockets that never say hello', () => {
  it('of one network keep nobody of another out', async () => {
    const init = { trustedProxies: ['127.0.0.1'] };
    const rig = await startRig({ init, limits: { silentPerNetwork: 5 } });
    for (let i = 0; i < 5; i += 1) await silentFrom(rig, '203.0.113.5');
    await expect(silentFrom(rig, '203.0.113.5')).rejects.toThrow('503');
    const other = await silentFrom(rig, '203.0.113.6');
    other.send('{"t":"hello","token":null}');
    await until(() => rig.core.heartbeat?.ws === 1);
    await rig.end();
  });

  it('of many networks go one by one for those who do, and such an edge says that it is full', async () => {
    const init = { trustedProxies: ['127.0.0.1'] };
    const rig = await startRig({ init, limits: { silentSockets: 20 } });
    let ended = 0;
    for (let i = 0; i < 60; i += 1) {
      const silent = await silentFrom(rig, `203.0.113.${i}`);
      silent.on('close', () => {
        ended += 1;
      });
    }
    await until(() => ended === 40);
    await until(() => rig.core.heartbeat?.full === true && rig.core.heartbeat.ready === false);
    expect((await rig.call('/readyz')).status).toBe(503);
    const { viewer } = await rig.joined();
    viewer.say({ t: 'ping' });
    await viewer.next('pong');
    await rig.end();
  });
});

describe('connections that never send a request', () => {
  it('of one network are so many at most, and are ended in time; behind them a request is answered', async () => {
    const rig = await startRig({ limits: { silentPerLoopback: 10, requestMs: 1_000 } });
    const over: Socket[] = [];
    const knock = (said: string) => {
      const socket = connect({ port: rig.port, host: '127.0.0.1' });
      socket.on('error', () => {}).on('close', () => over.push(socket));
      socket.on('data', () => {});
      if (said !== '') socket.write(said);
      return socket;
    };
    const half = Array.from({ length: 5 }, () => knock('GET /v1/state HTTP/1.1\r\nHost: x\r\n'));
    const silent = Array.from({ length: 20 }, () => knock(''));
    // Those for whom there is no room are ended at once.
    await until(() => over.length >= 15);
    await until(() => over.length === half.length + silent.length);
    while ((await rig.call('/v1/state').catch(() => null))?.status !== 200);
    // Whoever has asked is no stranger any more, so many as they may be.
    const askers: Socket[] = [];
    for (let i = 0; i < 30; i += 1) {
      const asker = connect({ port: rig.port, host: '127.0.0.1' });
      let isAnswered = false;
      asker.on('data', () => {
        isAnswered = true;
      });
      asker.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
      await until(() => isAnswered);
      askers.push(asker);
    }
    for (const asker of askers) asker.destroy();
    await rig.end();
  });

  it('of many networks go for who comes, and their descriptors with them', async () => {
    const rig = await startRig({ limits: { silentSockets: 20 }, init: { trustedProxies: ['127.0.0.1'] } });
    const silent = Array.from({ length: 60 }, () =>
      connect({ port: rig.port, host: '127.0.0.1' }).on('error', () => {}),
    );
    await until(() => silent.filter(({ destroyed }) => destroyed).length >= 40);
    expect((await rig.call('/v1/state')).status).toBe(200);
    for (const socket of silent) socket.destroy();
    await rig.end();
  });
});
