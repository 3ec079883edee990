import type { Ballot } from '../../shared/protocol/audience.ts';
import { returnDelayMs, STABLE_AFTER_MS } from './backoff.ts';
import type { Cancel } from './env.ts';
import { startPollTransport } from './poll-transport.ts';
import type { Transport, TransportEvent, TransportKind, TransportOptions } from './transport.ts';
import { openWsTransport } from './ws-transport.ts';

/** The page's link to the edges, as it can be shown. */
export type LinkEvent =
  | { t: 'online'; via: TransportKind }
  | { t: 'lost' }
  | { t: 'waiting-room'; forMs: number }
  | { t: 'bad-code' };

/** What a transport says, less what the connection settles by itself. */
export type ConnectionEvent =
  | Exclude<TransportEvent, { t: 'missed' | 'ended' | 'waiting-room' | 'bad-code' }>
  | { t: 'link'; link: LinkEvent };

export interface ConnectionOptions extends Omit<TransportOptions, 'emit'> {
  emit(event: ConnectionEvent): void;
}

export interface Connection {
  start(): void;
  /** False when no transport can carry it now; then nothing was sent. */
  send(ballot: Ballot): boolean;
  checkNow(): void;
  /** The device says that it has a network again: don't sit out the rest of a long wait. */
  networkBack(): void;
  /** Arrive once more, with the token that `identity` gives then. */
  rejoin(): void;
  stop(): void;
}

/** WebSockets that ended without a word before we stop trying them first; some networks let none through. */
const SILENT_FAILURES = 2;
const FIRST_RETURN_TO_WS_MS = 15_000;
const LONGEST_RETURN_TO_WS_MS = 240_000;
const RETURN_AFTER_NETWORK_MS = 2_000;

/** One WebSocket first, polling when none comes through or the hints ask for it, and back. */
export function createConnection(options: ConnectionOptions): Connection {
  const { env, hints, emit } = options;
  let stopped = false;
  /** Carries ballots and states; null between two attempts. */
  let main: Transport | null = null;
  /** A WebSocket on trial while polling goes on. */
  let trial: Transport | null = null;
  let online = false;
  /** Returns in a row without a stable time between. */
  let attempt = 0;
  let silentFailures = 0;
  let trials = 0;
  let notBeforeMs = 0;
  let cancelReturn: Cancel = () => {};
  let cancelTrial: Cancel = () => {};
  let cancelStable: Cancel = () => {};

  function arrived(via: TransportKind): void {
    if (online) return;
    online = true;
    emit({ t: 'link', link: { t: 'online', via } });
    cancelStable();
    cancelStable = env.after(STABLE_AFTER_MS, () => {
      attempt = 0;
    });
  }

  function lost(): void {
    online = false;
    cancelStable();
    emit({ t: 'link', link: { t: 'lost' } });
  }

  function pollingWanted(): boolean {
    // `sse` asks for less than a WebSocket; polling is what this page has of that kind.
    return hints().transport !== 'ws' || env.openSocket === null || silentFailures >= SILENT_FAILURES;
  }

  function connect(): void {
    cancelReturn();
    if (stopped || main !== null) return;
    if (pollingWanted()) poll();
    else main = webSocket((event) => onMain(event));
    if (main === null) connect();
  }

  /** Null, and counted, where the constructor throws. */
  function webSocket(onEvent: (event: TransportEvent) => void): Transport | null {
    if (env.openSocket === null) return null;
    try {
      return openWsTransport(env.openSocket, { ...options, emit: onEvent });
    } catch (error) {
      console.warn('WebSocket is not allowed here, polling instead', error);
      silentFailures = SILENT_FAILURES;
      return null;
    }
  }

  function poll(): void {
    trials = 0;
    main = startPollTransport({ ...options, emit: onMain });
    planTrial();
  }

  function onMain(event: TransportEvent): void {
    switch (event.t) {
      case 'ended':
        main = null;
        silentFailures = event.heard ? 0 : silentFailures + 1;
        comeBack(event.retryAfterMs, event.door);
        return;
      case 'missed':
        if (online) lost();
        return;
      case 'waiting-room':
        online = false;
        emit({ t: 'link', link: { t: 'waiting-room', forMs: event.retryAfterMs ?? hints().retryAfterMs } });
        return;
      case 'bad-code':
        finish();
        emit({ t: 'link', link: { t: 'bad-code' } });
        return;
      case 'joined':
        silentFailures = main?.kind === 'ws' ? 0 : silentFailures;
        break;
    }
    const transport = main;
    if (event.t === 'joined' || event.t === 'state' || event.t === 'sign') {
      // A poll that succeeds after a miss: the server is back, and with it perhaps the way for a WebSocket.
      if (!online && transport?.kind === 'poll' && trials > 0) {
        trials = 0;
        planTrial();
      }
      emit(event);
      if (main === transport && transport !== null) arrived(transport.kind);
      if (event.t === 'joined') obeyOnArrival();
      return;
    }
    emit(event);
  }

  /**
   * New arrivals go where the hints say. A socket that is already held stays when the hints change: holding it costs
   * the edge nothing, and everybody moving at once would.
   */
  function obeyOnArrival(): void {
    if (main?.kind !== 'ws' || hints().transport === 'ws') return;
    main.stop();
    poll();
    online = false;
    arrived('poll');
  }

  function comeBack(retryAfterMs: number | null, door: boolean): void {
    if (stopped) return;
    const delayMs = returnDelayMs({ attempt, hints: hints(), retryAfterMs, random: env.random() });
    if (door) emit({ t: 'link', link: { t: 'waiting-room', forMs: delayMs } });
    else lost();
    attempt += 1;
    notBeforeMs = env.nowMs() + (retryAfterMs ?? 0);
    cancelReturn();
    cancelReturn = env.after(delayMs, connect);
  }

  function planTrial(): void {
    cancelTrial();
    if (env.openSocket === null) return;
    const spreadMs = Math.min(LONGEST_RETURN_TO_WS_MS, FIRST_RETURN_TO_WS_MS * 2 ** Math.min(trials, 8));
    cancelTrial = env.after(1_000 + env.random() * spreadMs, tryWebSocket);
  }

  function tryWebSocket(): void {
    if (stopped || main?.kind !== 'poll' || trial !== null) return;
    trials += 1;
    if (hints().transport === 'ws') trial = webSocket(onTrial);
    if (trial === null) planTrial();
  }

  function onTrial(event: TransportEvent): void {
    if (event.t === 'joined' && trial !== null) {
      main?.stop();
      main = trial;
      trial = null;
      cancelTrial();
      online = false;
      onMain(event);
    } else if (trial === null) {
      onMain(event);
    } else if (event.t === 'ended') {
      trial = null;
      planTrial();
    } else if (event.t === 'bad-token') {
      emit(event);
    }
    // Anything else that a socket on trial says, polling says too.
  }

  function finish(): void {
    stopped = true;
    cancelReturn();
    cancelTrial();
    cancelStable();
    main?.stop();
    trial?.stop();
    main = null;
    trial = null;
  }

  return {
    start: connect,
    send: (ballot) => main?.send(ballot) ?? false,
    checkNow: () => main?.checkNow(),
    networkBack() {
      if (stopped) return;
      if (main !== null) {
        main.checkNow();
        return;
      }
      const delayMs = Math.max(0, notBeforeMs - env.nowMs()) + env.random() * RETURN_AFTER_NETWORK_MS;
      cancelReturn();
      cancelReturn = env.after(delayMs, connect);
    },
    rejoin() {
      if (stopped) return;
      main?.stop();
      trial?.stop();
      main = null;
      trial = null;
      cancelTrial();
      online = false;
      const delayMs = returnDelayMs({ attempt, hints: hints(), retryAfterMs: null, random: env.random() });
      attempt += 1;
      cancelReturn();
      cancelReturn = env.after(delayMs, connect);
    },
    stop: finish,
  };
}
