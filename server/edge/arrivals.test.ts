import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Rig, startRig, tokens, until, Viewer } from './edge-harness.test-part.ts';
import { coreNowMs, ruleOf, stateOf } from './fake-core.test-part.ts';

const rule = { burst: 5, perS: 0.01, refusedCount: false, maxKeys: 100 };
let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ init: { trustedProxies: ['127.0.0.1'] }, limits: { arrivalsPerNetwork: rule } });
});
afterAll(() => rig.end());

const join = async (address: string | null) => {
  const headers: Record<string, string> = address === null ? {} : { 'x-forwarded-for': address };
  return rig.call('/v1/join', { method: 'POST', headers, body: '{}' });
};
const hello = async (address: string, token: string | null) => {
  const viewer = new Viewer(
    new WebSocket(`ws://127.0.0.1:${rig.port}/v1/ws`, { headers: { 'x-forwarded-for': address } }),
  );
  await new Promise((resolve) => viewer.socket.once('open', resolve));
  viewer.say({ t: 'hello', token });
  return viewer;
};

describe('arrivals from one network', () => {
  it('are limited over join and hello together, and told when to come back', async () => {
    for (let i = 0; i < 3; i += 1) expect((await join('203.0.113.1')).status).toBe(200);
    for (let i = 0; i < 2; i += 1) await (await hello('203.0.113.1', null)).next('welcome');
    const refused = await join('203.0.113.1');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(10);
    expect(await refused.text()).toContain('"rate-limited"');
    const viewer = await hello('203.0.113.1', null);
    expect(await viewer.next('error')).toMatchObject({ code: 'rate-limited', retryAfterMs: expect.any(Number) });
    await viewer.next('bye');
    expect((await viewer.end()).code).toBe(1013);
  });

  it('do not count who comes back with a token, nor other networks', async () => {
    while ((await join('203.0.113.2')).status === 200);
    const back = await hello('203.0.113.2', tokens.mint(null, 'live', coreNowMs()).token);
    await back.next('welcome');
    back.socket.terminate();
    expect((await join('203.0.113.3')).status).toBe(200);
  });

  it('over IPv6 count per /64', async () => {
    let through = 0;
    for (let i = 1; i <= 20; i += 1) if ((await join(`2001:db8:0:1::${i}`)).status === 200) through += 1;
    expect(through).toBe(5);
    expect((await join('2001:db8:0:2::1')).status).toBe(200);
  });

  it('are told to the core with those that were turned away, and what other edges let in counts here too', async () => {
    while ((await join('203.0.113.4')).status === 200);
    const told = () => rig.core.spent.flatMap(({ spent }) => spent.arrivals ?? []);
    const turnedAway = () => rig.core.spent.flatMap(({ refused }) => refused);
    const given = () => told().reduce((sum, [key, amount]) => sum + (key === '203.0.113.4' ? amount : 0), 0);
    await until(() => given() >= 4);
    await until(() => turnedAway().some(([key]) => key === '203.0.113.4'));
    rig.core.send({ t: 'spent', spent: { arrivals: [['203.0.113.5', 4]] } });
    rig.core.send({ t: 'house', edges: 2, low: { arrivals: [['203.0.113.6', -1]] } });
    // What is sent over one connection comes in its order.
    rig.core.publish(stateOf({ rev: 50 }), true);
    await until(() => rig.core.heartbeat?.stateRev === 50);
    expect([(await join('203.0.113.5')).status, (await join('203.0.113.5')).status]).toEqual([200, 429]);
    expect((await join('203.0.113.6')).status).toBe(429);
  });

  it('bring ballots that say which network they came from, and when the voter’s token was made', async () => {
    rig.core.setRules([ruleOf('q1', {})]);
    const madeAtMs = Math.floor(coreNowMs() / 1_000) * 1_000;
    const { token } = tokens.mint(null, 'rehearsal', madeAtMs);
    const headers = { 'x-forwarded-for': '2001:db8:0:9::1', authorization: `Bearer ${token}` };
    const body = JSON.stringify({ id: 'http', pollId: 'q1', round: 1, choice: ['a'] });
    expect((await rig.call('/v1/ballots', { method: 'POST', headers, body })).status).toBe(200);
    const viewer = await hello('203.0.113.77', token);
    await viewer.next('welcome');
    viewer.say({ t: 'ballot', id: 'ws', pollId: 'q1', round: 1, choice: ['a'] });
    await viewer.next('receipt');
    expect(rig.core.rows.map((row) => [row[2], row[8], row[9]])).toEqual([
      ['http', '2001:db8:0:9::/64', madeAtMs],
      ['ws', '203.0.113.77', madeAtMs],
    ]);
  });

  it('from the machine itself have no limit', async () => {
    for (let i = 0; i < 20; i += 1) expect((await join(null)).status).toBe(200);
  });
});

it('of an edge that has not heard of the show yet and lets nobody in cost their network nothing, here or anywhere', async () => {
  const own = await startRig({
    init: { trustedProxies: ['127.0.0.1'] },
    limits: { arrivalsPerNetwork: rule },
    core: false,
  });
  const knock = async () =>
    (await own.call('/v1/join', { method: 'POST', headers: { 'x-forwarded-for': '203.0.113.8' }, body: '{}' })).status;
  for (let i = 0; i < 20; i += 1) expect(await knock()).toBe(503);
  await own.core.start();
  await own.edge.firstState;
  const statuses = [];
  for (let i = 0; i < 6; i += 1) statuses.push(await knock());
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  await own.end();
});
