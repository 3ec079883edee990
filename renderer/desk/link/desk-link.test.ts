import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeskClientEvents, DeskServerEvents } from '../../../shared/protocol/desk-events.ts';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import type { Session } from '../host/desk-http.ts';
import { newCommandId } from '../host/new-id.ts';
import { createDeskStore, type DeskStore } from '../store/desk-store.ts';
import { cueId, SHOW, VITALS } from '../testing/show-fixture.ts';
import { NO_ESTIMATE } from '../time/clock-estimate.ts';
import { pageClock } from '../time/local-clock.ts';
import { createDeskLink, type DeskLink } from './desk-link.ts';

type Core = Server<DeskClientEvents, DeskServerEvents>;

/** A core that speaks the desk protocol and says only what a test makes it say. */
let http: HttpServer;
let io: Core;
let state: DeskState;
let known: Set<string>;
let resyncs: number;
let commands: unknown[];
let vitals: ReturnType<typeof setInterval> | undefined;
/** A core from before the desk could ask for its time. */
let isOld: boolean;
let timesAsked: number;
/** What the core says of a command. */
let lookup: { status: number; body: unknown };

let store: DeskStore;
let link: DeskLink;
let opened: boolean[];

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 15_000 });
const linkKind = () => store.getState().link.kind;
const snapshot = () => ({ revision: state.revision, serverNowMs: Date.now() + 3_600_000, state });

async function startCore(port: number): Promise<void> {
  http = createServer((request, response) => {
    const ok = known.has((request.headers.authorization ?? '').replace('Bearer ', ''));
    if (ok && request.url?.startsWith('/api/v1/commands/')) {
      response.writeHead(lookup.status, { 'content-type': 'application/json' }).end(JSON.stringify(lookup.body));
      return;
    }
    response.writeHead(ok ? 200 : 401, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        ok ? { ...VITALS, serverNowMs: Date.now() + 3_600_000 } : { error: { code: 'unauthorised', message: 'no' } },
      ),
    );
  });
  io = new Server(http, { path: '/desk', transports: ['websocket'] });
  io.use((socket, next) =>
    next(known.has((socket.handshake.auth as { token: string }).token) ? undefined : new Error('unauthorised')),
  );
  io.on('connection', (socket: Socket<DeskClientEvents, DeskServerEvents>) => {
    socket.emit('snapshot', snapshot());
    socket.on('resync', (ack) => {
      resyncs += 1;
      ack?.(snapshot());
    });
    socket.on('command', (command) => void commands.push(command));
    socket.onAny((event) => {
      if (event === 'time') timesAsked += 1;
    });
    if (!isOld) socket.on('time', (ack) => ack(Date.now() + 3_600_000));
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
}
const speak = () => {
  vitals = setInterval(
    () => io.emit('vitals', { ...VITALS, revision: state.revision, serverNowMs: Date.now() + 3_600_000 }),
    250,
  );
};
async function stopCore(): Promise<void> {
  clearInterval(vitals);
  await io.close();
}

beforeEach(async () => {
  state = SHOW;
  known = new Set(['first']);
  [resyncs, commands, opened] = [0, [], []];
  [isOld, timesAsked] = [false, 0];
  await startCore(0);
  speak();
  store = createDeskStore();
  const deskUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const session = (token: string): Session => ({ deskUrl, token, me: { actor: 'Mara L.', roles: ['owner'] } });
  link = createDeskLink({
    store,
    clock: pageClock,
    sessions: {
      open: async (renew) => {
        opened.push(renew);
        return { kind: 'session', session: session(renew ? 'second' : 'first') };
      },
    },
  });
  link.start();
  await eventually(() => expect(linkKind()).toBe('up'));
});
afterEach(async () => {
  link.stop();
  await stopCore();
});

test('the desk joins with the whole state and finds the core’s clock', async () => {
  expect(store.getState().show?.state.cues).toHaveLength(12);
  await eventually(() => expect(store.getState().clock.rttMs).not.toBeNull());
  expect(Math.abs(store.getState().clock.offsetMs - 3_600_000)).toBeLessThan(500);
});

test('a core that knows no question for its time is still a link, only without a latency', async () => {
  const { port } = http.address() as AddressInfo;
  await stopCore();
  await eventually(() => expect(linkKind()).toBe('down'));
  [isOld, timesAsked] = [true, 0];
  store.setState({ clock: NO_ESTIMATE });
  await startCore(port);
  speak();
  await eventually(() => expect(linkKind()).toBe('up'));
  // By the third question the time for an answer to the first is over.
  await eventually(() => expect(timesAsked).toBe(3));
  expect(store.getState().clock.rttMs).toBeNull();
  expect(linkKind()).toBe('up');
  expect(Math.abs(store.getState().clock.offsetMs - 3_600_000)).toBeLessThan(500);
});

test('a lost change is noticed by the next one, and the whole state is fetched without losing the page', async () => {
  const lost = { ...SHOW, revision: 44, show: { ...SHOW.show, title: 'Second half' } };
  state = lost;
  io.emit('changes', { revision: 44, changes: [] });
  await eventually(() => expect(store.getState().show?.state.show.title).toBe('Second half'));
  expect(resyncs).toBe(1);
});

test('a lost last change is noticed by the vitals', async () => {
  state = { ...SHOW, revision: 43, show: { ...SHOW.show, title: 'Second half' } };
  await eventually(() => expect(store.getState().show?.state.show.title).toBe('Second half'));
});

test('a core that falls silent is no link, although its socket stands', async () => {
  clearInterval(vitals);
  await eventually(() => expect(linkKind()).toBe('silent'));
  speak();
  await eventually(() => expect(linkKind()).toBe('up'));
});

test('a dead core is no link at once, nothing can be emitted, and the desk comes back by itself', async () => {
  const { port } = http.address() as AddressInfo;
  await stopCore();
  await eventually(() => expect(linkKind()).toBe('down'));
  const command = { id: newCommandId(), type: 'cue.go', target: cueId(8), clientTimeMs: 1 } as const;
  await expect(link.emit(command, 500)).rejects.toThrow('no link');
  await startCore(port);
  speak();
  await eventually(() => expect(linkKind()).toBe('up'));
  // What was refused then must not arrive now.
  expect(commands).toEqual([]);
  expect(opened).toEqual([false]);
});

test('an unanswered command rejects when its time is over or its socket goes away', async () => {
  const command = { id: newCommandId(), type: 'cue.go', target: cueId(8), clientTimeMs: 1 } as const;
  await expect(link.emit(command, 300)).rejects.toThrow();
  expect(commands).toHaveLength(1);
  const pending = link.emit(command, 60_000);
  await eventually(() => expect(commands).toHaveLength(2));
  io.disconnectSockets(true);
  await expect(pending).rejects.toThrow();
});

test('what the core can’t decide, or nobody answers, is no answer to a question for a command', async () => {
  const unavailable = { error: { code: 'unavailable', message: 'The journal can’t be written.' } };
  lookup = { status: 503, body: unavailable };
  expect(await link.lookup(newCommandId())).toBeNull();
  lookup = { status: 200, body: { status: 'accepted', revision: 42, atMs: 1, journaled: false } };
  expect(await link.lookup(newCommandId())).toEqual(lookup.body);
  await stopCore();
  expect(await link.lookup(newCommandId())).toBeNull();
});

test('a server started anew no longer knows the session, and a new one is opened', async () => {
  const { port } = http.address() as AddressInfo;
  await stopCore();
  known = new Set(['second']);
  await startCore(port);
  speak();
  await eventually(() => expect(opened).toContain(true));
  await eventually(() => expect(linkKind()).toBe('up'));
});
