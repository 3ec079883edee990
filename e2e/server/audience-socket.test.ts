/** The viewers’ WebSocket, as a program of somebody else would use it. */
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { PublicState } from '../../shared/protocol/audience.ts';
import { fileServer } from './testing/file-server.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { nextAnswer } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const here = fileServer({ mode: 'live', edges: 2 });
const url = (path: string) => here.server.audienceUrl + path;
const ws = () => url('/v1/ws').replace(/^http/, 'ws');

describe('ws', () => {
  test('welcomes a new voter with a token and a known one without', async () => {
    const viewer = await WsViewer.arrive({ audienceUrl: here.server.audienceUrl });
    expect(viewer.frames[0]).toStrictEqual({
      t: 'welcome',
      token: expect.stringMatching(/^\S{20,512}$/),
      voterId: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
      expiresAtMs: expect.any(Number),
      serverNowMs: expect.any(Number),
      state: expect.any(Object),
    });
    const again = await WsViewer.arrive({ audienceUrl: here.server.audienceUrl, token: viewer.token });
    expect(again.voterId).toBe(viewer.voterId);
    expect(again.framesOf('welcome')[0]?.token).toBeUndefined();
    const http = await HttpViewer.join(here.server.audienceUrl, { token: viewer.token });
    expect(http.body.voterId, 'the same voter over HTTP').toBe(viewer.voterId);
  });

  test('answers a ping, pushes states, and answers the unknown with an error on a socket that lives', async () => {
    const { id } = await here.stage.air(newPoll());
    const viewer = await WsViewer.arrive({ audienceUrl: here.server.audienceUrl });
    for (const strange of [{ t: 'dance' }, { t: 7 }, {}, { t: 'hello', token: null }]) {
      const seen = viewer.frames.length;
      viewer.send(strange);
      const answer = await nextAnswer(viewer, seen);
      expect(answer).toMatchObject({ t: 'error', code: expect.stringMatching(/^(unknown-type|malformed)$/) });
    }
    viewer.send({ t: 'ping', extra: 1 });
    const pong = await until(() => viewer.framesOf('pong')[0], { what: 'a pong' });
    expect(pong).toStrictEqual({ t: 'pong', serverNowMs: expect.any(Number) });
    await here.server.desk().command('poll.pause', id, { reason: 'a goal' });
    await until(() => viewer.state?.poll?.intake === 'paused', { what: 'the new state' });
    expect(viewer.framesOf('state').at(-1)).toStrictEqual({ t: 'state', state: expect.any(Object) });
    for (const state of viewer.states()) expect(PublicState.parse(state)).toEqual(state);
    expect(viewer.closes).toEqual([]);
  });

  test('wants a hello first, within five seconds', async () => {
    const frames: { t: string; code?: string; retryAfterMs?: number }[] = [];
    const socket = new WebSocket(ws());
    const openedAtMs = await new Promise<number>((resolve) => socket.on('open', () => resolve(Date.now())));
    socket.on('message', (data) => frames.push(JSON.parse(String(data))));
    const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));
    socket.send(JSON.stringify({ t: 'ballot', id: 'x', pollId: 'p1', round: 1, choice: ['a'] }));
    socket.send(JSON.stringify({ t: 'ping' }));
    await until(() => frames.length >= 2, { what: 'errors for what came before the hello' });
    expect(frames.every(({ t, code }) => t === 'error' && code === 'hello-first')).toBe(true);
    expect(await closed).toBeGreaterThan(1000);
    expect(Date.now() - openedAtMs).toBeGreaterThan(4_500);
    expect(frames.at(-1)).toStrictEqual({ t: 'bye', reason: expect.any(String), retryAfterMs: expect.any(Number) });
  });

  test('ends the socket of who sends frames beyond all measure, and only that one', async () => {
    const [rude, polite] = [
      await WsViewer.arrive({ audienceUrl: here.server.audienceUrl }),
      await WsViewer.arrive({ audienceUrl: here.server.audienceUrl }),
    ];
    rude.socket?.send('x'.repeat(200_000));
    await until(() => rude.closes.length > 0, { what: 'the socket of a huge frame has ended' });
    polite.send({ t: 'ping' });
    await until(() => polite.framesOf('pong').length === 1, { what: 'a pong for the other' });
  });

  test('needs no subprotocol, and looks at none', async () => {
    const socket = new WebSocket(ws(), { origin: 'http://elsewhere.example' });
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    expect(socket.protocol).toBe('');
    socket.terminate();
  });

  test('pings within 20 s, as events send a comment within 25 s', { timeout: 60_000 }, async () => {
    const viewer = await WsViewer.arrive({ audienceUrl: here.server.audienceUrl });
    let pings = 0;
    viewer.socket?.on('ping', () => {
      pings += 1;
    });
    const events = await SseViewer.open(here.server.audienceUrl);
    await until(() => events.events.length > 0, { what: 'the first event' });
    const before = events.comments.length;
    await until(() => pings > 0 && events.comments.length > before, { withinMs: 40_000, what: 'a ping and a comment' });
    expect(viewer.closes).toEqual([]);
    expect(events.hasEnded).toBe(false);
  });
});
