import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rig, startRig, until, type Viewer } from './edge-harness.test-part.ts';
import { EventStream } from './event-stream.test-part.ts';
import { stateOf } from './fake-core.test-part.ts';
import { isNewer } from './public-states.ts';

const hints = (cadenceMs: number) => ({
  level: 0,
  cadenceMs,
  jitterMs: 0,
  retryAfterMs: 100,
  transport: 'ws' as const,
});
const revs = (viewer: Viewer) => viewer.states.map((s) => s.rev);

describe('states on their way to viewers', () => {
  let rig: Rig;
  let stream: EventStream;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    stream?.request.destroy();
    await rig.end();
  });

  it('reach WebSocket and event stream at once when a phase changes', async () => {
    const { viewer } = await rig.joined();
    stream = await EventStream.open(`${rig.url}/v1/events`, {});
    rig.core.publish(stateOf({ rev: 2, hints: hints(60_000) }), false);
    await until(() => rig.core.heartbeat?.stateRev === 2);
    rig.core.publish(stateOf({ rev: 3, hints: hints(60_000) }), false);
    rig.core.publish(stateOf({ rev: 4, hints: hints(60_000), message: 'phase' }), true);
    await until(() => revs(viewer).includes(4) && stream.revs.includes(4));
    // 3 waited for its turn when 4 overtook it; it never goes out.
    expect(revs(viewer)).not.toContain(3);
    expect(stream.revs).not.toContain(3);
  });

  it('are paced: of many within a cadence only the latest goes out, and the last one always does', async () => {
    const { viewer } = await rig.joined();
    const startedAtMs = performance.now();
    for (let rev = 2; rev <= 300; rev += 1) rig.core.publish(stateOf({ rev, hints: hints(60) }), false);
    await until(() => revs(viewer).includes(300));
    expect(revs(viewer).length).toBeLessThanOrEqual(2 + (performance.now() - startedAtMs) / 60);
    expect(revs(viewer)).toEqual([...revs(viewer)].sort((a, b) => a - b));
  });

  it('never go back: the epoch is compared first, then the revision', async () => {
    const { viewer } = await rig.joined();
    rig.core.publish(stateOf({ epoch: 1, rev: 50 }), true);
    rig.core.publish(stateOf({ epoch: 1, rev: 49, message: 'old' }), true);
    rig.core.publish(stateOf({ epoch: 1, rev: 50, message: 'same' }), true);
    rig.core.publish(stateOf({ epoch: 2, rev: 1 }), true);
    rig.core.publish(stateOf({ epoch: 1, rev: 99, message: 'last life' }), true);
    rig.core.publish(stateOf({ epoch: 2, rev: 2 }), true);
    await until(() => viewer.states.some((s) => s.epoch === 2 && s.rev === 2));
    expect(viewer.states.map((s) => `${s.epoch}-${s.rev}`)).toEqual(['1-50', '2-1', '2-2']);
    expect((await rig.call('/v1/state')).headers.get('etag')).toBe('"2-2"');
  });

  it('survive the core: who comes while it is dead gets the last one', async () => {
    rig.core.publish(stateOf({ rev: 7, message: 'last words' }), true);
    await until(() => rig.core.heartbeat?.stateRev === 7);
    await rig.core.die();
    expect((await rig.joined()).welcome.state.message).toBe('last words');
    expect((await rig.call('/v1/join', { method: 'POST', body: '{}' })).status).toBe(200);
  });
});

describe('an event stream', () => {
  let rig: Rig;
  let stream: EventStream;
  beforeEach(async () => {
    rig = await startRig({ limits: { heartbeatEveryMs: 100 } });
  });
  afterEach(async () => {
    stream.request.destroy();
    await rig.end();
  });

  it('says when to come back, then the state with its version as id, and beats', async () => {
    stream = await EventStream.open(`${rig.url}/v1/events`, {});
    await until(() => stream.revs.length === 1);
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers['cache-control']).toBe('no-cache');
    expect(stream.headers['access-control-allow-origin']).toBe('*');
    const retryMs = Number(/^retry: (\d+)\n/.exec(stream.text)?.[1]);
    expect(retryMs).toBeGreaterThanOrEqual(700);
    expect(retryMs).toBeLessThanOrEqual(900);
    expect(stream.events[0]?.id).toBe('1-1');
    await until(() => stream.text.includes('\n:\n\n'));
    await until(() => rig.core.heartbeat?.sse === 1);
    stream.request.destroy();
    await until(() => rig.core.heartbeat?.sse === 0);
  });

  it('does not repeat the state that the viewer names, and sends a newer one at once', async () => {
    stream = await EventStream.open(`${rig.url}/v1/events`, { 'last-event-id': '1-1' });
    await until(() => stream.text.includes(':\n\n'));
    expect(stream.revs).toEqual([]);
    rig.core.publish(stateOf({ rev: 2 }), true);
    await until(() => stream.revs.length === 1);
    const late = await EventStream.open(`${rig.url}/v1/events`, { 'last-event-id': '1-1' });
    await until(() => late.revs.length === 1);
    expect(late.revs).toEqual([2]);
    late.request.destroy();
  });
});

describe('an event stream over HTTP/1.0, as some proxies ask for it', () => {
  it('is not chunked, and gets states as they come', async () => {
    const rig = await startRig();
    const socket = connect(rig.port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.write('GET /v1/events HTTP/1.0\r\nHost: x\r\n\r\n');
    await until(() => text.includes('id: 1-1'));
    rig.core.publish(stateOf({ rev: 2 }), true);
    await until(() => text.includes('id: 1-2'));
    expect(text).not.toMatch(/transfer-encoding/i);
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toMatch(
      /^retry: \d+\n\nevent: state\nid: 1-1\ndata: {.*}\n\nevent: state\nid: 1-2\ndata: {.*}\n\n$/,
    );
    socket.destroy();
    await rig.end();
  });
});

describe('a viewer who does not read', () => {
  const bulk = 'x'.repeat(50_000);
  /** A WebSocket by hand: `ws` would read on behind the test's back. */
  const slowViewer = async (port: number): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'GET /v1/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    const hello = Buffer.from('{"t":"hello","token":null}');
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | hello.length, 0, 0, 0, 0]), hello]));
    await new Promise((resolve) => {
      socket.on('data', (data) => {
        if (data.includes('welcome')) resolve(undefined);
      });
    });
    socket.removeAllListeners('data');
    socket.pause();
    socket.on('error', () => {});
    return socket;
  };

  it('gets no more states until they have caught up, then the latest', async () => {
    const rig = await startRig();
    const slow = await slowViewer(rig.port);
    await until(() => rig.core.heartbeat?.ws === 1);
    // Far more than the kernel keeps for a reader that does not read.
    const last = 600;
    for (let rev = 2; rev <= last; rev += 1) rig.core.publish(stateOf({ rev, message: bulk, hints: hints(0) }), true);
    await until(() => rig.core.heartbeat?.stateRev === last);
    let text = '';
    slow.on('data', (data) => {
      text += data.toString('latin1');
    });
    slow.resume();
    await until(() => text.includes(`"rev":${last},`));
    const seen = [...text.matchAll(/"rev":(\d+),/g)].map((match) => Number(match[1]));
    expect(seen.length).toBeLessThan(last - 1);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    slow.destroy();
    await rig.end();
  });

  it('is closed with 4008 when far too much is unsent', async () => {
    const rig = await startRig();
    const slow = await slowViewer(rig.port);
    await until(() => rig.core.heartbeat?.ws === 1);
    // States this large jump over the first bound; what remains is the second.
    for (let rev = 2; rev <= 32; rev += 1) {
      rig.core.publish(stateOf({ rev, message: bulk.repeat(10), hints: hints(0) }), true);
    }
    await until(() => rig.core.heartbeat?.stateRev === 32);
    let tail = Buffer.alloc(0);
    slow.on('data', (data) => {
      tail = Buffer.concat([tail, data]).subarray(-200);
    });
    slow.resume();
    await until(() => slow.destroyed);
    const text = tail.toString('latin1');
    expect(text).toContain('{"t":"bye","reason":"slow-reader","retryAfterMs":');
    expect(tail.includes(Buffer.from([0x0f, 0xa8]))).toBe(true);
    await until(() => rig.core.heartbeat?.ws === 0);
    await rig.end();
  });
});

describe('an event stream whose viewer takes in nothing', () => {
  it('is ended when what waits for it has not moved for long enough, and one that only reads late is not', async () => {
    const rig = await startRig({ limits: { heartbeatEveryMs: 100, deadAfterMs: 600 } });
    const open = async () => {
      const socket = connect(rig.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write('GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'data');
      return socket.pause();
    };
    const [gone, late] = [await open(), await open()];
    await until(() => rig.core.heartbeat?.sse === 2);
    // Far more than the kernel keeps for a reader that does not read.
    for (let rev = 2; rev <= 600; rev += 1) {
      rig.core.publish(stateOf({ rev, message: 'x'.repeat(50_000), hints: hints(0) }), true);
    }
    let text = '';
    late.on('data', (data) => {
      text = (text + data.toString('latin1')).slice(-200_000);
    });
    late.resume();
    await until(() => rig.core.heartbeat?.sse === 1);
    await until(() => text.includes('"rev":600,'));
    const beats = () => text.match(/\n:\n\n/g)?.length ?? 0;
    const before = beats();
    await until(() => beats() > before + 10);
    expect(late.closed).toBe(false);
    expect(rig.core.heartbeat?.sse).toBe(1);
    for (const socket of [gone, late]) socket.destroy();
    await rig.end();
  });
});

describe('whether a state is newer', () => {
  it('is told by the epoch first, then by the revision', () => {
    expect(isNewer({ epoch: 2, rev: 0 }, { epoch: 1, rev: 99 })).toBe(true);
    expect(isNewer({ epoch: 1, rev: 99 }, { epoch: 2, rev: 0 })).toBe(false);
    expect(isNewer({ epoch: 1, rev: 2 }, { epoch: 1, rev: 2 })).toBe(false);
  });
});
