import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EDGE_LEAVE_MS } from '../../shared/protocol/process.ts';
import { startRig, tokens, until } from './edge-harness.test-part.ts';
import { EventStream } from './event-stream.test-part.ts';
import { accepted, coreNowMs, ruleOf, stateOf } from './fake-core.test-part.ts';
import { LAST_WORDS_MS } from './goodbye.ts';
import { EDGE_LIMITS } from './limits.ts';
import { spread } from './spread.ts';
import { STOP_LISTENING_MS } from './stop-listening.ts';

const ballot = { pollId: 'q1', round: 1, choice: ['a'] };

describe('an edge that leaves', () => {
  it('says bye with a time to come back to every socket, ends streams, and takes nobody new', async () => {
    const rig = await startRig();
    const viewers = await Promise.all(Array.from({ length: 30 }, async () => (await rig.joined()).viewer));
    const silent = await rig.viewer();
    const stream = await EventStream.open(`${rig.url}/v1/events`, {});
    await until(() => stream.revs.length === 1);
    rig.core.publish(
      stateOf({ rev: 2, hints: { level: 0, cadenceMs: 60_000, jitterMs: 200, retryAfterMs: 700, transport: 'ws' } }),
      false,
    );
    await until(() => rig.core.heartbeat?.stateRev === 2);
    rig.core.publish(
      stateOf({
        rev: 3,
        message: 'last',
        hints: { level: 0, cadenceMs: 60_000, jitterMs: 200, retryAfterMs: 700, transport: 'ws' },
      }),
      false,
    );
    await until(() => rig.core.heartbeat?.stateRev === 3);
    const left = rig.edge.leave();
    for (const viewer of [...viewers, silent]) {
      expect((await viewer.end()).code).toBe(1012);
      const bye = viewer.frames.at(-1);
      expect(bye).toMatchObject({ t: 'bye', reason: 'restart' });
      if (bye?.t === 'bye') {
        expect(bye.retryAfterMs).toBeGreaterThanOrEqual(700);
        expect(bye.retryAfterMs).toBeLessThanOrEqual(900);
      }
    }
    const times = viewers.map((v) => v.frames.at(-1)).map((f) => (f?.t === 'bye' ? f.retryAfterMs : 0));
    expect(new Set(times).size).toBeGreaterThan(5);
    // What was waiting for its turn is the last thing they saw.
    expect(viewers[0]?.states.at(-1)?.message).toBe('last');
    await until(() => stream.ended);
    expect(stream.text).toMatch(/retry: \d+\n\n$/);
    await expect(rig.call('/v1/state')).rejects.toThrow();
    await left;
    await rig.end();
  });

  it('tells nobody to come back while they would be led here again, however many come', async () => {
    const rig = await startRig();
    const { viewer } = await rig.joined();
    const { port, hostname } = new URL(rig.url);
    let isOpen = true;
    const crowd = async () => {
      while (isOpen) {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => {
          isOpen = false;
        });
        await turn();
        socket.destroy();
      }
    };
    const coming = crowd();
    const left = rig.edge.leave();
    expect((await viewer.end()).code).toBe(1012);
    await expect(rig.call('/v1/state')).rejects.toThrow();
    await coming;
    await left;
    await rig.end();
  });

  it('waits for the answers to the ballots it holds', async () => {
    const rig = await startRig({ limits: { leaveMs: 10_000 } });
    rig.core.setRules([ruleOf('q1', {})]);
    rig.core.judge = null;
    const pending = rig.cast(tokens.mint(null, 'live', coreNowMs()).token, { ...ballot, id: 'last-minute' });
    await until(() => rig.core.rows.length === 1);
    const left = rig.edge.leave();
    // It stays for longer than its goodbyes take.
    const beats = rig.core.heartbeats;
    await until(() => rig.core.heartbeats > beats + 4);
    expect(rig.core.heartbeat?.ready).toBe(false);
    rig.core.judge = accepted;
    for (const batch of rig.core.batches) rig.core.answerBatch(batch);
    const response = await pending;
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"accepted"')]);
    await left;
    await rig.end();
  });

  it('says bye to nobody who waits for a receipt, and takes what they cast meanwhile', async () => {
    const rig = await startRig({ limits: { leaveMs: 10_000 } });
    rig.core.setRules([ruleOf('q1', { maxBallots: 5 })]);
    rig.core.judge = null;
    const [voting, idle] = await Promise.all([rig.joined(), rig.joined()]);
    voting.viewer.say({ t: 'ballot', ...ballot, id: 'under-way' });
    await until(() => rig.core.rows.length === 1);
    const left = rig.edge.leave();
    // Who waits for nothing gets theirs at once.
    expect((await idle.viewer.end()).code).toBe(1012);
    voting.viewer.say({ t: 'ballot', ...ballot, id: 'meanwhile' });
    const beats = rig.core.heartbeats;
    await until(() => rig.core.heartbeats > beats + 2);
    expect(voting.viewer.frames.map(({ t }) => t)).toEqual(['welcome']);
    rig.core.judge = accepted;
    for (const batch of rig.core.batches) rig.core.answerBatch(batch);
    expect((await voting.viewer.end()).code).toBe(1012);
    expect(voting.viewer.frames.map((f) => (f.t === 'receipt' ? f.receipt.ballotId : f.t))).toEqual([
      'welcome',
      'under-way',
      'meanwhile',
      'bye',
    ]);
    await left;
    await rig.end();
  });

  it('tells the core last of all, when everything has been handed over and answered', async () => {
    const rig = await startRig({ limits: { leaveMs: 10_000 } });
    rig.core.setRules([ruleOf('q1', {})]);
    await until(() => rig.core.heartbeat?.rulesRev === 1);
    const { viewer } = await rig.joined();
    viewer.say({ t: 'ballot', ...ballot, id: 'b1' });
    await viewer.next('receipt');
    // What it has counted goes over, too.
    viewer.say({ t: 'ballot', ...ballot, id: 'b2', choice: ['no option'] });
    await viewer.next('error');
    await rig.edge.leave();
    expect(rig.core.heard.at(-1)).toEqual({ t: 'left' });
    const counted = rig.core.batches.flatMap(({ classes }) => Object.values(classes));
    expect(counted).toEqual([{ malformed: 1 }]);
    await rig.end();
  });

  it('says nothing of the kind when the core owes it an answer, and whoever waits gets their bye all the same', async () => {
    const rig = await startRig({ limits: { leaveMs: 300 } });
    rig.core.judge = null;
    const { viewer } = await rig.joined();
    viewer.say({ t: 'ballot', ...ballot, id: 'never' });
    await until(() => rig.core.rows.length === 1);
    await rig.edge.leave();
    expect((await viewer.end()).code).toBe(1012);
    expect(viewer.frames.map(({ t }) => t)).toEqual(['welcome', 'bye']);
    expect(rig.core.heard.map(({ t }) => t)).not.toContain('left');
    await rig.end();
  });

  it('has time for all of it before the supervisor kills it', () => {
    const { goodbyeMs, leaveMs } = EDGE_LIMITS;
    expect(STOP_LISTENING_MS + goodbyeMs).toBeLessThan(leaveMs);
    expect(leaveMs + LAST_WORDS_MS).toBeLessThan(EDGE_LEAVE_MS - 500);
  });

  it('does not wait forever', async () => {
    const rig = await startRig({ limits: { leaveMs: 100 } });
    rig.core.judge = null;
    const pending = rig
      .cast(tokens.mint(null, 'live', coreNowMs()).token, { ...ballot, id: 'never' })
      .catch(() => 'cut');
    await until(() => rig.core.rows.length === 1);
    await rig.edge.leave();
    expect(await pending).toBe('cut');
    await rig.end();
  });
});

describe('spreading', () => {
  it('does it for each once, in order, evenly over the time', async () => {
    const at: number[] = [];
    const items = Array.from({ length: 200 }, (_, i) => i);
    const seen: number[] = [];
    const startedAtMs = performance.now();
    await spread(items, 300, (i) => {
      seen.push(i);
      at.push(performance.now() - startedAtMs);
    });
    expect(seen).toEqual(items);
    expect(at.filter((ms) => ms < 150).length).toBeLessThan(150);
    expect(at.at(-1)).toBeGreaterThan(200);
  });

  it('keeps few from waiting, and nobody is no work', async () => {
    const startedAtMs = performance.now();
    await spread(['one', 'two'], 60_000, () => {});
    await spread([], 60_000, () => {});
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});
