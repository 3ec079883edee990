import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JoinResponse, PublicState } from '../../shared/protocol/audience.ts';
import { CODE, type Rig, startRig, tokens, until } from './edge-harness.test-part.ts';
import { EventStream } from './event-stream.test-part.ts';
import { coreNowMs, stateOf } from './fake-core.test-part.ts';

const SECRET = 'the rehearsed question';
let rig: Rig;
beforeAll(async () => {
  const wrongCodesPerNetwork = { burst: 20, perS: 0.01, refusedCount: false, maxKeys: 100 };
  rig = await startRig({ init: { trustedProxies: ['127.0.0.1'] }, limits: { wrongCodesPerNetwork } });
  rig.core.publish(stateOf({ mode: 'rehearsal', rev: 2, message: SECRET }), true);
  await until(() => rig.core.heartbeat?.stateRev === 2);
});
afterAll(() => rig.end());

const live = () => tokens.mint(null, 'live', coreNowMs());
const rehearsal = () => tokens.mint(null, 'rehearsal', coreNowMs());
const join = async (body: object) => {
  const response = await rig.call('/v1/join', { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as JoinResponse };
};
const modeOf = (token: string) => token.split('.')[2];

describe('without its code a rehearsal looks like a show with nothing on air', () => {
  it('to join and hello, which answer with a live token', async () => {
    const { body } = await join({});
    expect([modeOf(body.token), body.state.mode]).toEqual(['l', 'live']);
    const { welcome } = await rig.joined();
    expect([modeOf(welcome.token ?? ''), welcome.state.mode]).toEqual(['l', 'live']);
    expect(JSON.stringify([body, welcome])).not.toContain(SECRET);
  });

  it('to everyone on every transport, also when the rehearsal goes on', async () => {
    const { viewer } = await rig.joined({ token: live().token });
    const stream = await EventStream.open(`${rig.url}/v1/events`, {});
    const { viewer: crew } = await rig.joined({ code: CODE });
    rig.core.publish(stateOf({ mode: 'rehearsal', rev: 3, message: SECRET }), true);
    rig.core.publish(stateOf({ mode: 'live', rev: 3 }), true);
    await until(() => crew.states.length === 1 && viewer.states.length === 1 && stream.revs.includes(3));
    expect(crew.states[0]?.message).toBe(SECRET);
    expect(JSON.stringify(viewer.frames) + stream.text).not.toContain(SECRET);
    expect(crew.states.every((s) => s.mode === 'rehearsal')).toBe(true);
    for (const authorization of [undefined, `Bearer ${live().token}`, 'Bearer nonsense']) {
      const response = await rig.call('/v1/state', { headers: authorization === undefined ? {} : { authorization } });
      expect(await response.text()).not.toContain(SECRET);
    }
    stream.request.destroy();
  });
});

describe('with the right code', () => {
  it('join mints a rehearsal token and shows the rehearsal; a live voter stays the same person', async () => {
    const old = live();
    const { body } = await join({ code: CODE, token: old.token });
    expect([modeOf(body.token), body.state.message, body.voterId]).toEqual(['r', SECRET, old.voter.voterId]);
  });

  it('hello does the same, and gives the new token', async () => {
    const old = live();
    const { welcome } = await rig.joined({ code: CODE, token: old.token });
    expect([modeOf(welcome.token ?? ''), welcome.state.message, welcome.voterId]).toEqual([
      'r',
      SECRET,
      old.voter.voterId,
    ]);
  });

  it('state and events show the rehearsal, and no cache keeps it', async () => {
    const response = await rig.call(`/v1/state?code=${CODE}`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(((await response.json()) as PublicState).message).toBe(SECRET);
    const stream = await EventStream.open(`${rig.url}/v1/events?code=${CODE}`, {});
    await until(() => stream.events[0]?.state.message === SECRET);
    expect(stream.headers['cache-control']).toBe('no-store');
    stream.request.destroy();
  });
});

describe('a rehearsal token', () => {
  it('needs no code again, and stays one', async () => {
    const { token, voter } = rehearsal();
    const { body } = await join({ token });
    expect([modeOf(body.token), body.state.message, body.voterId]).toEqual(['r', SECRET, voter.voterId]);
    const { welcome } = await rig.joined({ token });
    expect([welcome.state.message, 'token' in welcome]).toEqual([SECRET, false]);
    const response = await rig.call('/v1/state', { headers: { authorization: `Bearer ${token}` } });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(((await response.json()) as PublicState).message).toBe(SECRET);
  });
});

describe('a new code', () => {
  it('sends away who is in there with the old one, on sockets and streams, and nobody else', async () => {
    const own = await startRig();
    own.core.publish(stateOf({ mode: 'rehearsal', rev: 2, message: SECRET }), true);
    await until(() => own.core.heartbeat?.stateRev === 2);
    const { viewer: crew, welcome } = await own.joined({ code: CODE });
    const { viewer } = await own.joined();
    const inside = await EventStream.open(`${own.url}/v1/events?code=${CODE}`, {});
    const outside = await EventStream.open(`${own.url}/v1/events`, {});
    await until(() => inside.events.length === 1 && outside.events.length === 1);
    const ended = new Promise((resolve) => inside.request.once('close', resolve));
    own.edge.recode({ rehearsalCode: 'ANOTHER2', formerCodes: [CODE] });
    expect((await crew.next('bye')).reason).toBe('bad-token');
    expect((await crew.end()).code).toBe(4401);
    await ended;
    own.core.publish(stateOf({ mode: 'live', rev: 5 }), true);
    await until(() => viewer.states.length === 1 && outside.revs.includes(5));
    const again = await own.viewer();
    again.say({ t: 'hello', token: welcome.token });
    expect((await again.next('bye')).reason).toBe('bad-token');
    const { welcome: admitted } = await own.joined({ code: 'ANOTHER2', token: null });
    expect(admitted.state.message).toBe(SECRET);
    outside.request.destroy();
    await own.end();
  });
});

describe('with a wrong code', () => {
  const wrong = [`${CODE}X`, CODE.slice(1), CODE.toLowerCase(), 'x'];

  it('every call is 403 bad-code, whatever token comes with it', async () => {
    for (const code of wrong) {
      for (const token of [undefined, live().token, rehearsal().token]) {
        expect((await join({ code, token })).status).toBe(403);
        const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
        for (const path of ['/v1/state', '/v1/events']) {
          const response = await rig.call(`${path}?code=${code}`, { headers });
          expect(response.status).toBe(403);
          expect(await response.text()).toContain('"bad-code"');
        }
      }
    }
  });

  it('hello is error bad-code, bye and the end', async () => {
    const viewer = await rig.viewer();
    viewer.say({ t: 'hello', token: rehearsal().token, code: 'wrong' });
    expect((await viewer.next('error')).code).toBe('bad-code');
    expect((await viewer.next('bye')).reason).toBe('bad-code');
    expect((await viewer.end()).code).toBe(1008);
  });

  it('a network that tries codes out has to wait, even with the right one; others do not', async () => {
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const statuses: number[] = [];
    for (let i = 0; i < 30; i += 1) statuses.push((await rig.call(`/v1/state?code=w${i}`, from('203.0.113.5'))).status);
    expect(statuses.filter((s) => s === 403).length).toBe(20);
    expect(statuses.at(-1)).toBe(429);
    expect((await rig.call(`/v1/state?code=${CODE}`, from('203.0.113.5'))).status).toBe(429);
    expect((await rig.call(`/v1/state?code=${CODE}`, from('203.0.113.6'))).status).toBe(200);
    expect((await rig.call('/v1/state', from('203.0.113.5'))).status).toBe(200);
  });

  it('what a network tried at another edge counts here, and the core is told what it tries here', async () => {
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    rig.core.send({ t: 'spent', spent: { 'wrong-codes': [['203.0.113.61', 20]] } });
    const rightCode = async () => (await rig.call(`/v1/state?code=${CODE}`, from('203.0.113.61'))).status;
    await expect.poll(rightCode, { timeout: 10_000 }).toBe(429);
    expect((await rig.call(`/v1/state?code=${CODE}`, from('203.0.113.62'))).status).toBe(200);
    for (let i = 0; i < 20; i += 1) await rig.call(`/v1/state?code=w${i}`, from('203.0.113.63'));
    const told = () =>
      rig.core.spent
        .flatMap(({ spent }) => spent['wrong-codes'] ?? [])
        .reduce((sum, [key, amount]) => sum + (key === '203.0.113.63' ? amount : 0), 0);
    // Told in parts where the machine is slow; fewer than five stay untold.
    await until(() => told() > 20 - 5);
    expect(told()).toBeLessThanOrEqual(20);
  });

  it('thirty phones with the code of before shut nobody out who types the new one behind their address', async () => {
    const own = await startRig({ init: { trustedProxies: ['127.0.0.1'], formerCodes: ['BEFORE22'] } });
    const status = async (code: string, address: string) =>
      (await own.call(`/v1/state?code=${code}`, { headers: { 'x-forwarded-for': address } })).status;
    own.edge.recode({ rehearsalCode: 'ANOTHER2', formerCodes: [CODE, 'BEFORE22'] });
    for (const former of [CODE, 'BEFORE22']) {
      const statuses: number[] = [];
      for (let i = 0; i < 60; i += 1) statuses.push(await status(former, '203.0.113.7'));
      expect(new Set(statuses)).toEqual(new Set([403]));
    }
    expect(await status('ANOTHER2', '203.0.113.7')).toBe(200);
    // Any other code is a guess as ever.
    const guesses: number[] = [];
    for (let i = 0; i < 30; i += 1) guesses.push(await status(`w${i}`, '203.0.113.8'));
    expect(guesses.at(-1)).toBe(429);
    expect(await status('ANOTHER2', '203.0.113.8')).toBe(429);
    await own.end();
  });

  it('who changes from network to network of an IPv6 customer has to wait too; a crew that has known the code has not', async () => {
    const own = await startRig({ init: { trustedProxies: ['127.0.0.1'] } });
    const status = async (code: string, address: string) =>
      (await own.call(`/v1/state?code=${code}`, { headers: { 'x-forwarded-for': address } })).status;
    expect(await status(CODE, '2001:db8:1:ffff::1')).toBe(200);
    const statuses: number[] = [];
    for (let i = 0; i < 200; i += 1) statuses.push(await status(`w${i}`, `2001:db8:1:${i.toString(16)}::1`));
    expect(statuses.filter((s) => s === 403).length).toBeLessThan(100);
    expect(statuses.at(-1)).toBe(429);
    expect(await status(CODE, '2001:db8:1:aaaa::1')).toBe(429);
    expect(await status(CODE, '2001:db8:1:ffff::1')).toBe(200);
    expect(await status(CODE, '2001:db8:2::1')).toBe(200);
    await own.end();
  });

  it('who changes between networks of the whole world has to wait as well', async () => {
    const wrongCodesInAll = { burst: 50, perS: 0.01, refusedCount: false, maxKeys: 1 };
    const own = await startRig({ init: { trustedProxies: ['127.0.0.1'] }, limits: { wrongCodesInAll } });
    const status = async (code: string, address: string) =>
      (await own.call(`/v1/state?code=${code}`, { headers: { 'x-forwarded-for': address } })).status;
    expect(await status(CODE, '203.0.113.200')).toBe(200);
    const statuses: number[] = [];
    for (let i = 0; i < 80; i += 1) statuses.push(await status(`w${i}`, `203.0.113.${i}`));
    expect(statuses.filter((s) => s === 403).length).toBe(50);
    expect(await status(CODE, '203.0.113.200')).toBe(200);
    await own.end();
  });
});
