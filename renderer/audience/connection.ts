import type { AudienceErrorCode, Ballot } from '../../shared/protocol/audience.ts';
import { createBackoff } from './backoff.ts';
import type { Cancel } from './env.ts';
import { createLadder } from './ladder.ts';
import { startPollTransport } from './poll-transport.ts';
import { openSseTransport } from './sse-transport.ts';
import type { Ended, Transport, TransportEvent, TransportKind, TransportOptions } from './transport.ts';
import { createTrials, type Through } from './trials.ts';
import { openWsTransport } from './ws-transport.ts';

/** The page's link to the edges, as it can be shown. */
export type LinkEvent =
  | { t: 'online'; via: TransportKind }
  /** `code`: why, where the server gave a reason. */
  | { t: 'lost'; code: AudienceErrorCode | null }
  | { t: 'waiting-room'; forMs: number }
  | { t: 'bad-code' };

/** What a transport says, less what the connection settles by itself. */
export type ConnectionEvent =
  | Exclude<TransportEvent, { t: 'open' | 'missed' | 'ended' | 'waiting-room' | 'bad-code' }>
  | { t: 'link'; link: LinkEvent };

export interface ConnectionOptions extends Omit<TransportOptions, 'emit' | 'backoff'> {
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

/** A network that blocks is no fault of the edges: the next way down is tried soon. */
const STEP_DOWN_SPREAD_MS = 1_000;
const RETURN_AFTER_NETWORK_MS = 2_000;
/** One WebSocket first, an event stream when none comes through or the hints ask for it, polling after that, and back up. */
export function createConnection(options: ConnectionOptions): Connection {
  const { env, hints, emit } = options;
  const backoff = createBackoff(env, hints);
  const ladder = createLadder(env, hints);
  const trials = createTrials({
    env,
    ladder,
    carrying: () => main?.kind ?? null,
    hasSeat,
    open,
    onThrough: promote,
    onBadToken: emit,
  });
  let stopped = false;
  /** Carries ballots and states; null between two attempts. */
  let main: Transport | null = null;
  /** Whether the transport that carries now has brought us in, and been measured against the hints. */
  let settled = false;
  let online = false;
  let notBeforeMs = 0;
  let cancelReturn: Cancel = () => {};

  /** Null, and struck out, where the browser forbids it. No transport says anything before it is given back. */
  function open(kind: TransportKind): Transport | null {
    let opened: Transport | null = null;
    const wiring: TransportOptions = {
      ...options,
      backoff,
      emit(event) {
        if (opened === main) onMain(event);
        else if (opened === trials.current()) trials.heard(event);
      },
    };
    try {
      if (kind === 'ws' && env.openSocket !== null) opened = openWsTransport(env.openSocket, wiring);
      else if (kind === 'sse' && env.openStream !== null) opened = openSseTransport(env.openStream, wiring);
      else opened = startPollTransport(wiring);
    } catch (error) {
      console.warn(`${kind} is not allowed here`, error);
      ladder.strike(kind, 'blocked');
    }
    return opened;
  }

  function connect(): void {
    cancelReturn();
    if (stopped) return;
    while (main === null) main = open(ladder.best());
    settled = false;
    trials.began(main.kind);
  }

  function arrived(via: TransportKind): void {
    backoff.good();
    if (online) return;
    online = true;
    emit({ t: 'link', link: { t: 'online', via } });
  }

  function lost(code: AudienceErrorCode | null): void {
    online = false;
    emit({ t: 'link', link: { t: 'lost', code } });
  }

  function onMain(event: TransportEvent): void {
    switch (event.t) {
      case 'ended':
        onEnded(event);
        return;
      case 'missed':
        if (online) lost(event.code);
        return;
      case 'waiting-room':
        online = false;
        emit({ t: 'link', link: { t: 'waiting-room', forMs: event.retryAfterMs ?? hints().retryAfterMs } });
        return;
      case 'bad-code':
        finish();
        emit({ t: 'link', link: { t: 'bad-code' } });
        return;
      case 'open':
        if (main !== null && !online) trials.opened(main.kind);
        return;
      case 'joined':
      case 'state':
      case 'sign':
        onSign(event);
        return;
      default:
        emit(event);
    }
  }

  function onSign(event: TransportEvent & { t: 'joined' | 'state' | 'sign' }): void {
    const transport = main;
    trials.endRivals();
    if (!online && settled) trials.climbAnew();
    emit(event);
    if (transport === null || main !== transport) return;
    arrived(transport.kind);
    if (event.t === 'sign' || settled) return;
    settled = true;
    if (!ladder.allowed(transport.kind)) stepAside(transport);
  }

  /**
   * New arrivals go where the hints say. What is already held stays when the hints change: holding it costs the edge
   * nothing, and everybody moving at once would.
   */
  function stepAside(transport: Transport): void {
    transport.stop();
    main = null;
    online = false;
    connect();
    if (main !== null) arrived((main as Transport).kind);
  }

  function onEnded({ reach, door, code, retryAfterMs }: Ended): void {
    const kind = main?.kind ?? 'poll';
    // It never spoke; the rival that is under way goes on alone, and is waited for as any other.
    const heir = !door && code === null ? trials.takeRival() : null;
    if (heir === null) trials.endRivals();
    main = null;
    const stable = backoff.isStable();
    if (stable) {
      ladder.forgive(kind);
      trials.forgetClimbs();
    }
    // What the server itself says no to, the network has let through.
    if (!stable && !door && code === null) ladder.strike(kind, reach);
    if (heir !== null) {
      lost(null);
      main = heir;
      settled = false;
      trials.began(heir.kind);
      return;
    }
    const waitMs = backoff.failed(retryAfterMs);
    const delayMs = reach === 'blocked' ? env.random() * STEP_DOWN_SPREAD_MS : waitMs;
    if (door) {
      online = false;
      emit({ t: 'link', link: { t: 'waiting-room', forMs: delayMs } });
    } else {
      lost(code);
    }
    notBeforeMs = env.nowMs() + (retryAfterMs ?? 0);
    returnIn(delayMs);
  }

  function returnIn(delayMs: number): void {
    cancelReturn();
    cancelReturn = env.after(delayMs, connect);
  }

  /** Whether a stream can be opened without asking for a seat first. */
  function hasSeat(): boolean {
    const { token, clockKnown } = options.identity();
    return token !== null && clockKnown;
  }

  function promote({ transport, word, isRival }: Through): void {
    // Let hang by the network: the next return doesn't begin with it, a climb tries it again.
    if (isRival && main !== null) ladder.strike(main.kind, 'blocked');
    main?.stop();
    main = transport;
    ladder.forgive(transport.kind);
    online = false;
    settled = false;
    backoff.changedWay();
    cancelReturn();
    onMain(word);
    trials.planClimb(0);
  }

  function drop(): void {
    cancelReturn();
    trials.drop();
    main?.stop();
    main = null;
    online = false;
  }

  function finish(): void {
    stopped = true;
    drop();
  }

  return {
    start: connect,
    send: (ballot) => main?.send(ballot) ?? false,
    checkNow: () => main?.checkNow(),
    networkBack() {
      if (stopped) return;
      if (main === null) returnIn(Math.max(0, notBeforeMs - env.nowMs()) + env.random() * RETURN_AFTER_NETWORK_MS);
      else main.checkNow();
    },
    rejoin() {
      if (stopped) return;
      drop();
      returnIn(backoff.failed(null));
    },
    stop: finish,
  };
}
