import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ServerFrame } from '../../shared/protocol/audience.ts';
import type { BallotAnswer } from '../../shared/protocol/backplane.ts';
import { isCoreTime, mostBallots, type Rig, startRig, tokens, until, type Viewer } from './edge-harness.test-part.ts';
import { accepted, coreNowMs, ruleOf } from './fake-core.test-part.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  rig.core.setRules([ruleOf('q1', {})]);
  await until(() => rig.core.heartbeat?.rulesRev === 1);
});
afterAll(() => rig.end());
afterEach(() => {
  rig.core.judge = accepted;
});

const good = { t: 'ballot', id: 'b1', pollId: 'q1', round: 1, choice: ['a'] };
const errorTo = async (viewer: Viewer, frame: object | string) => {
  viewer.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  return viewer.next('error');
};

describe('hello on a WebSocket', () => {
  it('with a null token is a whole arrival: token, voter, time and state in one frame', async () => {
    const { viewer, welcome } = await rig.joined();
    expect(ServerFrame.parse(welcome)).toEqual(welcome);
    const check = tokens.check(welcome.token ?? '', coreNowMs());
    expect(check).toMatchObject({ ok: true, voter: { voterId: welcome.voterId, mode: 'live' } });
    expect(welcome.expiresAtMs).toBeGreaterThan(coreNowMs());
    expect(isCoreTime(welcome.serverNowMs)).toBe(true);
    expect(welcome.state.mode).toBe('live');
    expect(viewer.socket.extensions).toBe('');
  });

  it('with a valid token keeps the voter and gives no new token, and the state even if it is known', async () => {
    const { token, voter } = tokens.mint(null, 'live', coreNowMs());
    const { welcome } = await rig.joined({ token, epoch: 1, rev: 1 });
    expect(welcome.voterId).toBe(voter.voterId);
    expect('token' in welcome).toBe(false);
    expect(welcome.state).toMatchObject({ epoch: 1, rev: 1 });
  });

  it.each([
    ['forged', 'v1.k1.l.AAAAAAAAAAAAAAAAAAAAAA.zzzzzz.AAAA'],
    ['empty', ''],
    ['expired', tokens.mint(null, 'live', coreNowMs() - 9 * 86_400_000).token],
  ])('with a %s token is answered by bye and 4401', async (_, token) => {
    const viewer = await rig.viewer();
    viewer.say({ t: 'hello', token });
    expect(await viewer.next('bye')).toEqual({ t: 'bye', reason: 'bad-token', retryAfterMs: 700 });
    expect(await viewer.end()).toEqual({ code: 4401, reason: 'bad-token' });
  });

  it('has to come first, may come once, and has to have its form', async () => {
    const viewer = await rig.viewer();
    expect(await errorTo(viewer, good)).toMatchObject({ code: 'hello-first', ref: 'b1' });
    expect(await errorTo(viewer, { t: 'ping' })).toMatchObject({ code: 'hello-first' });
    expect(await errorTo(viewer, { t: 'hello' })).toMatchObject({ code: 'malformed' });
    expect(await errorTo(viewer, { t: 'hello', token: 5 })).toMatchObject({ code: 'malformed' });
    viewer.say({ t: 'hello', token: null });
    await viewer.next('welcome');
    expect(await errorTo(viewer, { t: 'hello', token: null })).toMatchObject({ code: 'malformed' });
  });
});

describe('a ballot on a WebSocket', () => {
  it('gets its receipt, for the voter of the hello', async () => {
    const { viewer, welcome } = await rig.joined();
    viewer.say({ ...good, id: 'ws1', castAtMs: 1 });
    const { receipt } = await viewer.next('receipt');
    expect(receipt).toMatchObject({ ballotId: 'ws1', pollId: 'q1', round: 1, status: 'accepted', ref: 'ref-ws1' });
    expect(rig.core.rows.find((row) => row[2] === 'ws1')?.[0]).toBe(welcome.voterId);
  });

  it.each([
    ['an unknown option', { ...good, choice: ['z'] }, 'b1'],
    ['an option twice', { ...good, choice: ['a', 'a'] }, 'b1'],
    ['too few options', { ...good, choice: [] }, 'b1'],
    ['a wrong type', { ...good, choice: 'a' }, 'b1'],
    ['a bad id', { ...good, id: '' }, undefined],
    ['bad JSON', '{"t":"ballot"', undefined],
    ['no object', '"ballot"', undefined],
  ])('that is none (%s) is error malformed, and the socket lives', async (_, frame, ref) => {
    const { viewer } = await rig.joined();
    const error = await errorTo(viewer, frame);
    expect(error.code).toBe('malformed');
    expect(error.ref).toBe(ref);
    viewer.say({ t: 'ping' });
    await viewer.next('pong');
  });

  it.each<[string, BallotAnswer, object]>([
    ['malformed', { error: 'malformed' }, { code: 'malformed', ref: 'b1' }],
    ['paused', { error: 'paused', retryAfterMs: 900 }, { code: 'paused', ref: 'b1', retryAfterMs: 900 }],
    ['not committable', { error: 'unavailable' }, { code: 'unavailable', ref: 'b1', retryAfterMs: 700 }],
  ])('that the box calls %s gets that as an error', async (_, answer, expected) => {
    rig.core.judge = () => answer;
    const { viewer } = await rig.joined();
    expect(await errorTo(viewer, good)).toMatchObject(expected);
  });

  it('after its token has been over for a day is answered by bye and 4401', async () => {
    const ageing = await startRig();
    const { viewer, welcome } = await ageing.joined();
    const laterMs = welcome.serverNowMs + 9 * 86_400_000;
    ageing.core.clockMs = () => laterMs;
    await until(() => {
      viewer.say({ t: 'ping' });
      return viewer.frames.some((f) => f.t === 'pong' && f.serverNowMs >= laterMs);
    });
    viewer.say(good);
    expect((await viewer.end()).code).toBe(4401);
    expect(viewer.frames.at(-1)).toMatchObject({ t: 'bye', reason: 'bad-token' });
    await ageing.end();
  });

  it('10,000 times from one token leaves the process well: 40 at once, then ten a second, the rest told so', async () => {
    const { viewer, welcome } = await rig.joined();
    const startedAtMs = performance.now();
    for (let i = 0; i < 10_000; i += 1) viewer.say({ ...good, id: `flood-${i}` });
    await until(() => viewer.frames.length === 10_001);
    const receipts = viewer.frames.filter((f) => f.t === 'receipt').length;
    const limited = viewer.frames.filter(
      (f) => f.t === 'error' && f.code === 'rate-limited' && (f.retryAfterMs ?? 0) > 0,
    );
    expect(receipts).toBeGreaterThanOrEqual(40);
    expect(receipts).toBeLessThanOrEqual(mostBallots(startedAtMs));
    expect(receipts + limited.length).toBe(10_000);
    expect(rig.core.rows.filter((row) => row[0] === welcome.voterId).length).toBe(receipts);
    await until(() => rig.core.heartbeat?.queueDepth === 0);
    expect(viewer.closed).toBeNull();
  });
});

describe('other frames', () => {
  it('ping is answered with the time of the core', async () => {
    const { viewer } = await rig.joined();
    viewer.say({ t: 'ping' });
    expect(isCoreTime((await viewer.next('pong')).serverNowMs)).toBe(true);
  });

  it('an unknown type is error unknown-type, a frame over 4 KB too-large; the socket lives through both', async () => {
    const { viewer } = await rig.joined();
    expect(await errorTo(viewer, { t: 'dance' })).toMatchObject({ code: 'unknown-type' });
    expect(await errorTo(viewer, {})).toMatchObject({ code: 'unknown-type' });
    expect(await errorTo(viewer, { ...good, pad: 'x'.repeat(20_000) })).toMatchObject({ code: 'too-large' });
    viewer.say({ t: 'ping' });
    await viewer.next('pong');
  });

  it('a frame beyond all measure ends the socket', async () => {
    const { viewer } = await rig.joined();
    viewer.socket.send('x'.repeat(100_000));
    expect((await viewer.end()).code).toBe(1009);
  });

  it('binary frames are no messages', async () => {
    const { viewer } = await rig.joined();
    viewer.socket.send(Buffer.from(JSON.stringify(good)), { binary: true });
    expect((await viewer.next('error')).code).toBe('malformed');
  });
});

describe('sockets that cost without voting', () => {
  it('are closed when they do not say hello in time, and with them those that only chatter', async () => {
    const quick = await startRig({ limits: { helloMs: 1_000, pingEveryMs: 200 } });
    const silent = await quick.viewer();
    const { viewer: polite } = await quick.joined();
    expect(await silent.next('bye')).toMatchObject({ reason: 'no-hello' });
    expect((await silent.end()).code).toBe(1008);
    polite.say({ t: 'ping' });
    await polite.next('pong');
    await quick.end();

    const chatty = await rig.viewer();
    for (let i = 0; i < 30; i += 1) chatty.say({ t: 'ping' });
    expect((await chatty.end()).code).toBe(1008);
  });

  it('are pinged, and ended after long enough without any frame', async () => {
    const quick = await startRig({ limits: { pingEveryMs: 100, deadAfterMs: 400 } });
    const { viewer: alive } = await quick.joined();
    const { viewer: dead } = await quick.joined();
    let pings = 0;
    alive.socket.on('ping', () => {
      pings += 1;
    });
    // A phone that falls off the network: its last word is the answer to a ping, and nothing says that it has gone.
    dead.socket.once('ping', () => dead.socket.pause());
    await until(() => quick.core.heartbeat?.ws === 1);
    expect(pings).toBeGreaterThan(2);
    expect(alive.closed).toBeNull();
    await quick.end();
  });
});
