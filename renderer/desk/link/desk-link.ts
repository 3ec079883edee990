/** The line to the core: a session, a socket, the state kept up to date, and the link's health measured. */
import { io, type Socket } from 'socket.io-client';
import type { ActionAck, DeskClientEvents, DeskServerEvents } from '../../../shared/protocol/desk-events.ts';
import type { ActionRecord } from '../../../shared/protocol/logbook.ts';
import { getCommand, getVitals, type Session } from '../host/desk-http.ts';
import type { SessionSource } from '../host/session-source.ts';
import {
  changesCame,
  type DeskStore,
  noticeCame,
  roundTripMeasured,
  type SessionState,
  snapshotCame,
  socketChanged,
  ticked,
  vitalsCame,
} from '../store/desk-store.ts';
import type { LocalClock } from '../time/local-clock.ts';
import type { CommandLine } from './command-line.ts';

/** Everything that ages on screen moves at this pace; a dead link is seen one step later at most. */
const TICK_MS = 100;
const MEASURE_EVERY_MS = 2_000;
/** A later answer says more about the jam that it stood in than about the core's clock. */
const MEASURE_WITHIN_MS = 2_000;
const SESSION_AGAIN_MS = 1_000;
/** A lost resync is asked for again after this long. */
const RESYNC_AGAIN_MS = 1_000;

type DeskSocket = Socket<DeskServerEvents, DeskClientEvents>;

export interface DeskLink extends CommandLine {
  /** Gives the core a record of this desk's log. Rejects as `emit` does, and keeps nothing to send later. */
  record(record: ActionRecord, waitMs: number): Promise<ActionAck>;
  start(): void;
  stop(): void;
  /** The session in use, or null. */
  session(): Session | null;
  /** Tries at once instead of at the next turn. */
  tryNow(): void;
  /** The server is another one: this session is worth nothing any more. */
  renew(): void;
}

export function createDeskLink(parts: { store: DeskStore; clock: LocalClock; sessions: SessionSource }): DeskLink {
  const { store, clock, sessions } = parts;
  let session: Session | null = null;
  let socket: DeskSocket | null = null;
  let attempt = 0;
  let resyncAskedAtMs = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let wake: (() => void) | null = null;
  const timers: ReturnType<typeof setInterval>[] = [];

  const setSession = (next: SessionState) => store.setState({ session: next });
  const socketIs = (joined: boolean) =>
    store.setState((data) => socketChanged(data, { joined, attempt, nowMs: clock.nowMs() }));

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function connect(renew: boolean): Promise<void> {
    let again = renew;
    while (!stopped) {
      const result = await sessions.open(again);
      if (stopped) return;
      if (result.kind === 'session') {
        session = result.session;
        setSession({ kind: 'open', me: result.session.me, deskUrl: result.session.deskUrl });
        openSocket(result.session);
        return;
      }
      session = null;
      setSession(result);
      if (result.kind === 'over') return;
      again = false;
      attempt += 1;
      socketIs(false);
      await pause(SESSION_AGAIN_MS);
    }
  }

  function openSocket({ deskUrl, token }: Session): void {
    const next: DeskSocket = io(deskUrl, {
      path: '/desk',
      transports: ['websocket'],
      auth: { token },
      // Nothing is kept to be sent again: a command that finds no link is refused where it stands.
      retries: 0,
      forceNew: true,
      reconnectionDelay: 250,
      reconnectionDelayMax: 1_000,
      randomizationFactor: 0.2,
      timeout: 2_000,
    });
    socket = next;
    next.on('snapshot', (snapshot) => {
      attempt = 0;
      resyncAskedAtMs = Number.NEGATIVE_INFINITY;
      const nowMs = clock.nowMs();
      store.setState((data) => snapshotCame(data, snapshot, nowMs));
      socketIs(true);
    });
    next.on('changes', (changes) => heard(changesCame(store.getState(), changes, clock.nowMs())));
    next.on('vitals', (vitals) => heard(vitalsCame(store.getState(), vitals, clock.nowMs())));
    next.on('notice', (notice) => store.setState((data) => noticeCame(data, notice, clock.nowMs())));
    next.on('disconnect', (reason) => {
      socketIs(false);
      // The core ended it on purpose; the client library doesn't come back from that by itself.
      if (reason === 'io server disconnect') void judgeSession(next);
    });
    next.on('connect_error', () => {
      attempt += 1;
      socketIs(false);
      if (!next.active) void judgeSession(next);
    });
  }

  function heard({ data, gap }: { data: ReturnType<DeskStore['getState']>; gap: boolean }): void {
    store.setState(data);
    if (gap) resync();
  }

  function resync(): void {
    if (socket === null || !socket.connected || clock.nowMs() - resyncAskedAtMs < RESYNC_AGAIN_MS) return;
    resyncAskedAtMs = clock.nowMs();
    socket.emit('resync', (snapshot) => {
      resyncAskedAtMs = Number.NEGATIVE_INFINITY;
      store.setState((data) => snapshotCame(data, snapshot, clock.nowMs()));
    });
  }

  /** The core has turned the socket away: either it no longer knows the session, or it is on its way down. */
  async function judgeSession(refused: DeskSocket): Promise<void> {
    if (stopped || refused !== socket || session === null) return;
    const known = await getVitals(session);
    if (stopped || refused !== socket) return;
    if (known.kind === 'refused' && known.status === 401) {
      refused.close();
      socket = null;
      setSession({ kind: 'opening' });
      await connect(true);
      return;
    }
    await pause(SESSION_AGAIN_MS);
    if (!stopped && refused === socket) refused.connect();
  }

  /**
   * Asks the core for its time, over the socket that commands take. An older core knows no such question and never answers:
   * then there is no latency to show, and the clock goes by what is heard.
   */
  async function measure(): Promise<void> {
    const asked = socket;
    if (asked === null || !asked.connected) return;
    const sentAtMs = clock.nowMs();
    let serverNowMs: number;
    try {
      serverNowMs = await asked.timeout(MEASURE_WITHIN_MS).emitWithAck('time');
    } catch {
      // Too late to measure anything by, or the socket has gone away, which shows by itself.
      return;
    }
    if (asked !== socket) return;
    const receivedAtMs = clock.nowMs();
    store.setState((data) => roundTripMeasured(data, { sentAtMs, receivedAtMs, serverNowMs }));
  }

  return {
    start() {
      socketIs(false);
      timers.push(setInterval(() => store.setState((data) => ticked(data, clock.nowMs())), TICK_MS));
      timers.push(setInterval(() => void measure(), MEASURE_EVERY_MS));
      store.subscribe((data, before) => {
        if (data.contact.joined && !before.contact.joined) void measure();
      });
      void connect(false);
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      wake?.();
      socket?.close();
      socket = null;
    },
    session: () => session,
    tryNow() {
      wake?.();
      if (socket !== null && !socket.connected) socket.disconnect().connect();
    },
    renew() {
      if (session === null) return;
      socket?.close();
      socket = null;
      session = null;
      socketIs(false);
      setSession({ kind: 'opening' });
      void connect(true);
    },
    async emit(command, waitMs) {
      if (socket === null || !socket.connected) throw new Error('The desk has no link to the core.');
      return socket.timeout(waitMs).emitWithAck('command', command);
    },
    async record(record, waitMs) {
      if (socket === null || !socket.connected) throw new Error('The desk has no link to the core.');
      return socket.timeout(waitMs).emitWithAck('action', record);
    },
    async lookup(id) {
      if (session === null) return null;
      const result = await getCommand(session, id);
      return result.kind === 'ok' ? result.value : null;
    },
  };
}
