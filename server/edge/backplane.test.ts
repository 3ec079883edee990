import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rawMs } from '../../shared/domain/time.ts';
import { monotonicNow } from '../process/clocks.ts';
import { type Rig, startRig, tokens, until } from './edge-harness.test-part.ts';
import { accepted, CORE_AHEAD_MS, coreNowMs, ruleOf, stateOf } from './fake-core.test-part.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig({ limits: { queuedBallots: 1_000 } });
  rig.core.setRules([ruleOf('q1', {})]);
  await until(() => rig.core.heartbeat?.rulesRev === 1);
});
afterEach(() => rig.end());

const newToken = () => tokens.mint(null, 'live', coreNowMs()).token;
const ballot = (id: string) => ({ id, pollId: 'q1', round: 1, choice: ['a'] });

describe('the link to the core', () => {
  it('begins with hello, and the heartbeat says what the edge holds', async () => {
    const [hello] = rig.core.heard;
    expect(hello).toMatchObject({ t: 'hello', edgeId: 'edge-1', pid: process.pid });
    await rig.joined();
    await until(() => rig.core.heartbeat?.ws === 1);
    expect(rig.core.heartbeat).toMatchObject({
      ready: true,
      rulesRev: 1,
      stateEpoch: 1,
      stateRev: 1,
      sse: 0,
      arrivals: 1,
      queueDepth: 0,
      unflushed: {},
    });
    expect(rig.core.heartbeat?.rssMb).toBeGreaterThan(1);
    expect(rig.core.heartbeat?.descriptorLimit).toBeGreaterThan(100);
  });

  it('is told how the edge bears its load', async () => {
    const idle = rig.core.heartbeat?.descriptors ?? 0;
    for (let i = 0; i < 5; i += 1) await rig.joined();
    rig.core.publish(stateOf({ rev: 2 }), true);
    await until(() => (rig.core.heartbeat?.descriptors ?? 0) >= idle + 5);
    await until(() => (rig.core.heartbeat?.roundMs ?? 0) > 0);
    expect(rig.core.heartbeat?.loopP99Ms).toBeGreaterThanOrEqual(0);
  });

  it('hears measures confirmed once the states before them are out, and nothing of a core that has gone', async () => {
    const { viewer } = await rig.joined();
    expect(rig.core.heartbeat?.measuresRev).toBe(0);
    rig.core.publish(stateOf({ rev: 2, hints: { ...stateOf({}).hints, cadenceMs: 60_000 } }), true);
    // What waits for its turn goes out before the measures are called in force.
    rig.core.publish(stateOf({ rev: 3, hints: { ...stateOf({}).hints, cadenceMs: 60_000 } }), false);
    rig.core.send({ t: 'measures', rev: 4, on: ['results-cadence'] });
    await until(() => rig.core.heartbeat?.measuresRev === 4);
    await until(() => viewer.states.at(-1)?.rev === 3);
    await rig.core.die();
    rig.core.heartbeat = null;
    await rig.core.start();
    await until(() => rig.core.heartbeat !== null);
    expect(rig.core.heartbeat).toMatchObject({ measuresRev: 0 });
  });

  it('lets the edge call itself ready only when the core has heard so', async () => {
    const late = await startRig({ core: false });
    await late.core.start();
    await late.edge.ready;
    expect(late.core.heartbeat?.ready).toBe(true);
    await late.end();
  });

  it('is not needed to know the time: where the last core stood, a new edge goes on', async () => {
    const anchor = { bootId: null, coreMs: coreNowMs(), monotonicMs: rawMs(monotonicNow()), uptimeMs: 0 };
    const late = await startRig({ core: false, init: { anchor } });
    const sentMs = coreNowMs();
    const cast = late.cast(newToken(), ballot('h1'));
    // It is in the edge's hands before there is a core: whatever else is asked is answered after it was read.
    expect((await late.call('/healthz')).status).toBe(200);
    await late.core.start();
    expect((await cast).status).toBe(200);
    const receivedAtMs = late.core.rows[0]?.[7] ?? 0;
    expect(receivedAtMs).toBeGreaterThanOrEqual(sentMs - 5);
    expect(receivedAtMs, 'by the core’s time, an hour off the machine’s').toBeLessThan(sentMs + 60_000);
    await late.end();
  });

  it('tells that core time was set before anything that counts by it', async () => {
    const { viewer } = await rig.joined();
    const HOUR_MS = 3_600_000;
    rig.core.answersPings = false;
    rig.core.send({ t: 'clock', byMs: -HOUR_MS });
    rig.core.setRules([ruleOf('q2', {})]);
    rig.core.publish(stateOf({ rev: 2 }), true);
    expect((await viewer.next('state')).state.rev).toBe(2);
    viewer.say({ t: 'ballot', ...ballot('now'), pollId: 'q2' });
    expect((await viewer.next('receipt')).receipt.status).toBe('accepted');
    const receivedAtMs = rig.core.rows.at(-1)?.[7] ?? 0;
    expect(Math.abs(receivedAtMs - (coreNowMs() - HOUR_MS))).toBeLessThan(30_000);
  });

  it('that breaks loses no ballot: unanswered batches come again under their numbers, first and in order', async () => {
    rig.core.judge = null;
    const { viewer } = await rig.joined();
    for (const [barrierId, id] of ['a1', 'a2', 'a3'].entries()) {
      viewer.say({ t: 'ballot', ...ballot(id) });
      viewer.say({ t: 'ping' });
      await viewer.next('pong');
      // What comes while a batch is without its answer waits for it, but for a barrier.
      rig.core.send({ t: 'barrier', barrierId });
      await until(() => rig.core.rows.some((row) => row[2] === id));
    }
    const epoch = rig.core.heard.flatMap((m) => (m.t === 'hello' ? [m.edgeEpoch] : []));
    await rig.core.die();
    const sent = structuredClone(rig.core.batches);
    const overHttp = rig.cast(newToken(), ballot('h1'));
    viewer.say({ t: 'ballot', ...ballot('a4') });
    viewer.say({ t: 'ping' });
    await viewer.next('pong');
    expect(viewer.closed).toBeNull();

    rig.core.heard.length = 0;
    rig.core.judge = accepted;
    await rig.core.start();
    await until(() => viewer.frames.filter((f) => f.t === 'receipt').length === 4);
    expect((await overHttp).status).toBe(200);
    const [hello, ...rest] = rig.core.heard;
    expect(hello).toMatchObject({ t: 'hello', edgeEpoch: epoch[0] });
    expect(sent.length).toBe(3);
    expect(rest.slice(0, sent.length)).toEqual(sent);
    const numbers = rig.core.batches.map((b) => b.batchNo);
    expect(numbers).toEqual(numbers.map((_, i) => i + (numbers[0] ?? 0)));
    const ids = rig.core.rows.map((row) => row[2]);
    expect([...ids].sort()).toEqual(['a1', 'a2', 'a3', 'a4', 'h1']);
  });

  it('comes back through many deaths of the core, and every ballot is answered once', async () => {
    const { viewer } = await rig.joined();
    for (let round = 0; round < 5; round += 1) {
      for (let i = 0; i < 5; i += 1) viewer.say({ t: 'ballot', ...ballot(`r${round}-${i}`) });
      await rig.core.die();
      await rig.core.start();
    }
    await until(() => viewer.frames.filter((f) => f.t === 'receipt').length === 25);
    const answered = viewer.frames.flatMap((f) => (f.t === 'receipt' ? [f.receipt.ballotId] : []));
    expect(new Set(answered).size).toBe(25);
    expect(new Set(rig.core.rows.map((row) => row[2])).size).toBe(25);
  });

  it('answers a barrier only after everything received before it has been sent', async () => {
    rig.core.judge = null;
    const { viewer } = await rig.joined();
    for (let i = 0; i < 20; i += 1) viewer.say({ t: 'ballot', ...ballot(`f${i}`) });
    viewer.say({ t: 'ping' });
    await until(() => viewer.frames.some((f) => f.t === 'pong'));
    rig.core.send({ t: 'barrier', barrierId: 7 });
    await until(() => rig.core.heard.some((m) => m.t === 'drained'));
    const drainedAt = rig.core.heard.findIndex((m) => m.t === 'drained');
    expect(rig.core.heard[drainedAt]).toEqual({ t: 'drained', barrierId: 7 });
    const before = rig.core.heard.slice(0, drainedAt).flatMap((m) => (m.t === 'batch' ? m.ballots : []));
    expect(before.length).toBe(20);
  });

  it('on a new connection answers a barrier only after hello, the batches that come again, and all that waited', async () => {
    rig.core.judge = null;
    const { viewer } = await rig.joined();
    viewer.say({ t: 'ballot', ...ballot('early') });
    await until(() => rig.core.rows.length === 1);
    await rig.core.die();
    // More than one batch, so that the end of the queue would come later by itself.
    const crowd = await Promise.all(Array.from({ length: 20 }, async () => (await rig.joined()).viewer));
    for (const one of crowd) {
      for (let i = 0; i < 40; i += 1) one.say({ t: 'ballot', ...ballot(`m${i}`) });
      one.say({ t: 'ping' });
    }
    await until(() => crowd.every((one) => one.frames.some((f) => f.t === 'pong')));
    rig.core.heard.length = 0;
    rig.core.onConnection = (say) => say({ t: 'barrier', barrierId: 1 });
    await rig.core.start();
    await until(() => rig.core.heard.some((m) => m.t === 'drained'));
    const kinds = rig.core.heard.map((m) => (m.t === 'batch' ? `${m.batchNo}: ${m.ballots.length}` : m.t));
    expect(kinds.slice(0, kinds.indexOf('drained') + 1)).toEqual(['hello', '1: 1', '2: 500', '3: 300', 'drained']);
  });

  it('gives the edge the time of the core, also of a core that counts differently after a restart', async () => {
    const near = (ms: number) => Math.abs(ms - rig.core.clockMs()) < 30_000;
    const { viewer } = await rig.joined();
    viewer.say({ t: 'ping' });
    expect(near((await viewer.next('pong')).serverNowMs)).toBe(true);
    await rig.core.die();
    rig.core.clockMs = () => Date.now() + CORE_AHEAD_MS + 600_000;
    await rig.core.start();
    await until(() => rig.core.connections === 1);
    await until(() => {
      viewer.say({ t: 'ping' });
      const last = viewer.frames.at(-1);
      return last?.t === 'pong' && near(last.serverNowMs);
    });
  });
});

describe('the queue', () => {
  it('is bounded: a full one says "not known" and takes ballots again once there is room', async () => {
    rig.core.judge = null;
    const crowd = Array.from({ length: 1_000 / 40 }, () => tokens.mint(null, 'live', coreNowMs()).token);
    const viewers = await Promise.all(crowd.map(async (token) => (await rig.joined({ token })).viewer));
    for (const viewer of viewers) for (let i = 0; i < 40; i += 1) viewer.say({ t: 'ballot', ...ballot(`b${i}`) });
    await until(() => rig.core.heartbeat?.queueDepth === 1_000);
    expect(rig.core.heartbeat?.ready).toBe(false);
    expect(rig.core.heartbeat?.queueHeadAgeMs).toBeGreaterThan(0);
    expect((await rig.call('/readyz')).status).toBe(503);
    const refused = await rig.cast(newToken(), ballot('no-room'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.text()).toContain('"unavailable"');

    rig.core.judge = accepted;
    for (const batch of rig.core.batches) rig.core.answerBatch(batch);
    await until(() => viewers.every((v) => v.frames.filter((f) => f.t === 'receipt').length === 40));
    expect((await rig.cast(newToken(), ballot('room'))).status).toBe(200);
    expect(rig.core.rows.some((row) => row[2] === 'no-room')).toBe(false);
    await until(() => (rig.core.heartbeat?.ackP99Ms ?? 0) > 0);
  });
});

describe('attempts that the edge refuses by itself', () => {
  const classes = () => {
    const sum: Record<string, number> = {};
    for (const batch of rig.core.batches) {
      for (const [runId, counts] of Object.entries(batch.classes)) {
        for (const [name, n] of Object.entries(counts)) sum[`${runId} ${name}`] = (sum[`${runId} ${name}`] ?? 0) + n;
      }
    }
    return sum;
  };

  it('are counted for the run they name, else for the open poll of their mode, within a second', async () => {
    rig.core.setRules([
      ruleOf('q1', {}),
      ruleOf('q0', { intake: 'closed' }),
      ruleOf('act', { kind: 'cta', options: [] }),
      ruleOf('dry', { mode: 'rehearsal' }),
    ]);
    await until(() => rig.core.heartbeat?.rulesRev === 2);
    const token = newToken();
    const statuses = [
      await rig.cast(token, { ...ballot('x'), pollId: 'q0', choice: ['z'] }),
      await rig.cast(token, { ...ballot('x'), pollId: 'elsewhere', choice: 'no list' }),
      await rig.cast(token, { nothing: true }),
      await rig.cast(tokens.mint(null, 'rehearsal', coreNowMs()).token, { nothing: true }),
    ].map((r) => r.status);
    const { viewer } = await rig.joined();
    viewer.say({ t: 'ballot', id: 'x', pollId: 'q1', round: 1, choice: [] });
    viewer.socket.send('no json');
    expect(statuses).toEqual([400, 400, 400, 400]);
    const expected = { 'q0:live:1 malformed': 1, 'q1:live:1 malformed': 4, 'dry:rehearsal:1 malformed': 1 };
    await until(
      () => JSON.stringify(Object.entries(classes()).sort()) === JSON.stringify(Object.entries(expected).sort()),
    );
    expect(rig.core.batches.every((b) => b.ballots.length === 0)).toBe(true);
  });

  it('are counted nowhere while nothing is open, and never without a good token', async () => {
    await rig.call('/v1/ballots', {
      method: 'POST',
      body: JSON.stringify({ token: 'forged', pollId: 'q1', round: 1 }),
    });
    rig.core.setRules([ruleOf('q1', { intake: 'closed' })]);
    await until(() => rig.core.heartbeat?.rulesRev === 2);
    await rig.cast(newToken(), { nothing: true });
    // A batch after both: what had been counted would be in it or before it.
    await rig.cast(newToken(), ballot('after'));
    expect(classes()).toEqual({});
    expect(rig.core.rows.length).toBe(1);
  });
});
