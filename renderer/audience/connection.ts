import type { AudienceErrorCode, Ballot } from '../../shared/protocol/audience.ts';
import { createBackoff } from './backoff.ts';
import type { Cancel } from './env.ts';
import { startPollTransport } from './poll-transport.ts';
import { openSseTransport } from './sse-transport.ts';
import {
  type Ended,
  type Reach,
  THROUGH_WITHIN_MS,
  type Transport,
  type TransportEvent,
  type TransportKind,
  type TransportOptions,
} from './transport.ts';
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

/** The ways down, the best first. */
const LADDER: readonly TransportKind[] = ['ws', 'sse', 'poll'];
/** Two ends without a word, and a way is left alone; some networks let nothing through on it. */
const STRIKES_OUT = 2;
/** What spoke and broke before it was stable counts half: some networks cut long connections, and edges restart, too. */
const STRIKE_OF: Record<Reach, number> = { spoke: STRIKES_OUT / 4, silent: STRIKES_OUT / 2, blocked: STRIKES_OUT };
/** A network that blocks is no fault of the edges: the next way down is tried soon. */
const STEP_DOWN_SPREAD_MS = 1_000;
const FIRST_CLIMB_MS = 15_000;
const LONGEST_CLIMB_MS = 240_000;
/** While the hints ask for less than the best there is nothing to try, only to look at them again. */
const LOOK_AGAIN_MS = 60_000;
const RETURN_AFTER_NETWORK_MS = 2_000;
/** Some networks answer 101 and then pass nothing. Without a frame for so long, the next way down is tried beside it. */
const RIVAL_AFTER_MS = 3_000;
/**
 * And somewhat later, each page at its own moment: it may as well be the edges that are slow to welcome a crowd, and all of it asking
 * once more in the same second would be twice the crowd. How long a socket took to open tells how slow they are, and twice that is
 * the most to wait longer; one that has not opened is given up after `THROUGH_WITHIN_MS` anyway.
 */
const RIVAL_SPREAD_MS = THROUGH_WITHIN_MS - RIVAL_AFTER_MS;
const MOST_RIVAL_SPREAD_MS = 6_000;

/** One WebSocket first, an event stream when none comes through or the hints ask for it, polling after that, and back up. */
export function createConnection(options: ConnectionOptions): Connection {
  const { env, hints, emit } = options;
  const backoff = createBackoff(env, hints);
  let stopped = false;
  /** Carries ballots and states; null between two attempts. */
  let main: Transport | null = null;
  /** Whether the transport that carries now has brought us in, and been measured against the hints. */
  let settled = false;
  /** A better transport on trial while `main` goes on, and what is to be tried after it. */
  let trial: Transport | null = null;
  let tryNext: TransportKind[] = [];
  let online = false;
  const strikes: Record<TransportKind, number> = { ws: 0, sse: 0, poll: 0 };
  let climbs = 0;
  let notBeforeMs = 0;
  let cancelReturn: Cancel = () => {};
  let cancelClimb: Cancel = () => {};
  /** Whether the trial is of a way below `main`, which has said nothing yet: the first of the two to answer carries. */
  let rivals = false;
  let cancelRivals: Cancel = () => {};
  /** When `main` began. */
  let begunAtMs = 0;

  function exists(kind: TransportKind): boolean {
    if (kind === 'ws') return env.openSocket !== null;
    return kind === 'poll' || env.openStream !== null;
  }

  /** Whether the hints let this page use it: `sse` asks for no more than a stream, `poll` for no more than requests. */
  function allowed(kind: TransportKind): boolean {
    return exists(kind) && LADDER.indexOf(kind) >= LADDER.indexOf(hints().transport);
  }

  function best(): TransportKind {
    return LADDER.find((kind) => allowed(kind) && strikes[kind] < STRIKES_OUT) ?? 'poll';
  }

  /** Null, and struck out, where the browser forbids it. No transport says anything before it is given back. */
  function open(kind: TransportKind): Transport | null {
    let opened: Transport | null = null;
    const wiring: TransportOptions = {
      ...options,
      backoff,
      emit(event) {
        if (opened === main) onMain(event);
        else if (opened === trial) onTrial(event);
      },
    };
    try {
      if (kind === 'ws' && env.openSocket !== null) opened = openWsTransport(env.openSocket, wiring);
      else if (kind === 'sse' && env.openStream !== null) opened = openSseTransport(env.openStream, wiring);
      else opened = startPollTransport(wiring);
    } catch (error) {
      console.warn(`${kind} is not allowed here`, error);
      strikes[kind] = STRIKES_OUT;
    }
    return opened;
  }

  function connect(): void {
    cancelReturn();
    if (stopped) return;
    while (main === null) main = open(best());
    settled = false;
    planClimb(0);
    begun(main.kind);
  }

  function begun(kind: TransportKind): void {
    begunAtMs = env.nowMs();
    planRivals(kind, { afterMs: RIVAL_AFTER_MS, spreadMs: RIVAL_SPREAD_MS });
  }

  /** It has opened, and whoever is at its other end has not said a word yet. */
  function onOpen(kind: TransportKind): void {
    if (rivals || online) return;
    const tookMs = env.nowMs() - begunAtMs;
    planRivals(kind, {
      afterMs: Math.max(0, RIVAL_AFTER_MS - tookMs),
      spreadMs: Math.min(MOST_RIVAL_SPREAD_MS, 2 * tookMs),
    });
  }

  function planRivals(kind: TransportKind, { afterMs, spreadMs }: { afterMs: number; spreadMs: number }): void {
    cancelRivals();
    cancelRivals = env.after(afterMs + env.random() * spreadMs, () => {
      // A page on its way to a stream asks for its seat as one that polls does: both at once would be two voters' seats.
      if (kind === 'sse' && !hasSeat()) return;
      const below = LADDER.slice(LADDER.indexOf(kind) + 1);
      if (trial !== null || main?.kind !== kind) return;
      tryNext = below.filter((next) => allowed(next) && strikes[next] < STRIKES_OUT);
      rivals = tryNext.length > 0;
      if (rivals) tryOne();
    });
  }

  /** `main` has spoken, or is over for a reason that the others would be told, too. */
  function endRivals(): void {
    cancelRivals();
    if (!rivals) return;
    rivals = false;
    tryNext = [];
    trial?.stop();
    trial = null;
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
        if (main !== null) onOpen(main.kind);
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
    endRivals();
    // Requests get through again after a miss: perhaps more does.
    if (!online && settled && climbs > 0) {
      climbs = 0;
      planClimb(0);
    }
    emit(event);
    if (transport === null || main !== transport) return;
    arrived(transport.kind);
    if (event.t === 'sign' || settled) return;
    settled = true;
    if (!allowed(transport.kind)) stepAside(transport);
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
    const heir = rivals && !door && code === null ? trial : null;
    if (heir === null) endRivals();
    main = null;
    const stable = backoff.isStable();
    if (stable) {
      strikes[kind] = 0;
      climbs = 0;
    }
    // What the server itself says no to, the network has let through.
    if (!stable && !door && code === null) strikes[kind] += STRIKE_OF[reach];
    if (heir !== null) {
      lost(null);
      cancelRivals();
      [main, trial, tryNext, rivals] = [heir, null, [], false];
      settled = false;
      planClimb(0);
      begun(heir.kind);
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

  /** What is better than what carries now, and worth a try. A stream on trial can't take a seat of its own. */
  function better(): TransportKind[] {
    if (main === null) return [];
    const above = LADDER.slice(0, LADDER.indexOf(main.kind));
    return above.filter((kind) => allowed(kind) && (kind !== 'sse' || hasSeat()));
  }

  /** Whether a stream can be opened without asking for a seat first. */
  function hasSeat(): boolean {
    const { token, clockKnown } = options.identity();
    return token !== null && clockKnown;
  }

  function planClimb(notBeforeMs: number): void {
    cancelClimb();
    const best = LADDER.find(exists);
    if (stopped || main === null || main.kind === best) return;
    const grownMs = Math.min(LONGEST_CLIMB_MS, FIRST_CLIMB_MS * 2 ** Math.min(climbs, 8));
    const spreadMs = better().length === 0 ? Math.max(grownMs, LOOK_AGAIN_MS) : grownMs;
    cancelClimb = env.after(notBeforeMs + 1_000 + env.random() * spreadMs, () => {
      if (trial !== null) return;
      tryNext = better();
      if (tryNext.length > 0) climbs += 1;
      tryOne();
    });
  }

  function tryOne(): void {
    const kind = tryNext.shift();
    if (kind === undefined) {
      rivals = false;
      planClimb(0);
      return;
    }
    trial = open(kind);
    if (trial === null) tryOne();
  }

  function onTrial(event: TransportEvent): void {
    switch (event.t) {
      case 'joined':
      case 'state':
        promote(event);
        return;
      case 'ended':
        trial = null;
        if (event.retryAfterMs === null) tryOne();
        else {
          rivals = false;
          planClimb(event.retryAfterMs);
        }
        return;
      case 'bad-token':
        emit(event);
        return;
      default:
      // Anything else that a transport on trial says, `main` says too.
    }
  }

  function promote(event: TransportEvent): void {
    cancelRivals();
    // Let hang by the network: the next return doesn't begin with it, a climb tries it again.
    if (rivals && main !== null) strikes[main.kind] += STRIKE_OF.blocked;
    rivals = false;
    tryNext = [];
    main?.stop();
    main = trial;
    trial = null;
    if (main !== null) strikes[main.kind] = 0;
    online = false;
    settled = false;
    backoff.changedWay();
    cancelReturn();
    onMain(event);
    planClimb(0);
  }

  function drop(): void {
    cancelReturn();
    cancelClimb();
    cancelRivals();
    rivals = false;
    main?.stop();
    trial?.stop();
    main = null;
    trial = null;
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
