import type { Ballot, CLOSE, ClientFrame, ServerFrame } from '../../shared/protocol/audience.ts';
import type { Cancel, Socket } from './env.ts';
import { renewedBy } from './http-calls.ts';
import { isPublicState } from './public-state.ts';
import { clockSample } from './server-clock.ts';
import { type Ended, isDoor, THROUGH_WITHIN_MS, type Transport, type TransportOptions } from './transport.ts';

// Typed by the contract but not imported from it: its schemas would be most of the page's weight.
const BAD_TOKEN_CLOSE: (typeof CLOSE)['badToken'] = 4401;

/** A ping unanswered for so long (and 2 cadences + 1 s) means a dead socket that nobody has closed. */
const DEAD_AFTER_MS = 8_000;
const WELCOME_WITHIN_MS = 10_000;
/** Receipts may still follow a `bye`; a server that forgets to close doesn't hold us. */
const CLOSE_AFTER_BYE_MS = 2_000;

/**
 * One WebSocket from `hello` to its end. Throws what the constructor throws where WebSockets are forbidden. A page can't see the
 * server's own pings, so on a quiet socket only an answer to ours tells quiet from dead.
 */
export function openWsTransport(
  openSocket: NonNullable<TransportOptions['env']['openSocket']>,
  options: TransportOptions,
): Transport {
  const { env, emit } = options;
  let socket: Socket | null = null;
  let ended = false;
  let heard = false;
  let welcomed = false;
  let bye: { retryAfterMs: number } | null = null;
  let badToken = false;
  let door = false;
  let code: Ended['code'] = null;
  let helloAtMs = 0;
  let seat: string | null = null;
  let pingAtMs: number | null = null;
  let lastFrameAtMs = env.nowMs();
  let cancelTimer: Cancel = () => {};

  function end(): void {
    if (ended) return;
    ended = true;
    cancelTimer();
    socket?.close();
  }

  function fail(unheard: 'silent' | 'blocked'): void {
    if (ended) return;
    end();
    if (badToken) emit({ t: 'bad-token' });
    emit({ t: 'ended', reach: heard ? 'spoke' : unheard, door, code, retryAfterMs: bye?.retryAfterMs ?? null });
  }

  function timer(delayMs: number, run: () => void): void {
    cancelTimer();
    cancelTimer = env.after(delayMs, run);
  }

  function say(frame: ClientFrame): void {
    socket?.send(JSON.stringify(frame));
  }

  function ping(): void {
    pingAtMs = env.nowMs();
    say({ t: 'ping' });
    emit({ t: 'asked' });
    timer(Math.max(DEAD_AFTER_MS, 2 * options.hints().cadenceMs + 1_000), () => {
      if (pingAtMs !== null && lastFrameAtMs <= pingAtMs) fail('silent');
      else watchSilence();
    });
  }

  function watchSilence(): void {
    const quietMs = options.quietMs();
    const dueInMs = lastFrameAtMs + quietMs - env.nowMs();
    if (dueInMs <= 0) ping();
    else timer(dueInMs + env.random() * 0.1 * quietMs, watchSilence);
  }

  function sampleOf(sentAtMs: number, serverNowMs: number) {
    return clockSample({ sentAtMs, receivedAtMs: env.nowMs(), serverNowMs });
  }

  function onFrame(frame: ServerFrame): void {
    switch (frame.t) {
      case 'welcome':
        if (!isPublicState(frame.state)) return;
        welcomed = true;
        seat = frame.token ?? seat;
        emit({
          t: 'joined',
          token: frame.token ?? null,
          endsAtMs: frame.expiresAtMs ?? null,
          state: frame.state,
          sample: sampleOf(helloAtMs, frame.serverNowMs),
        });
        return;
      case 'state':
        emit(isPublicState(frame.state) ? { t: 'state', state: frame.state } : { t: 'sign' });
        return;
      case 'receipt':
        onRenewal(frame);
        emit({ t: 'receipt', receipt: frame.receipt });
        return;
      case 'pong':
        onRenewal(frame);
        if (pingAtMs !== null) emit({ t: 'sample', sample: sampleOf(pingAtMs, frame.serverNowMs) });
        pingAtMs = null;
        emit({ t: 'sign' });
        return;
      case 'bye':
        bye = { retryAfterMs: frame.retryAfterMs };
        door = door || (!welcomed && isDoor(frame.reason));
        timer(CLOSE_AFTER_BYE_MS, () => fail('silent'));
        return;
      case 'error':
        onError(frame);
        return;
    }
  }

  function onRenewal(frame: Extract<ServerFrame, { t: 'receipt' | 'pong' }>): void {
    const renewed = renewedBy(seat, frame);
    if (renewed === null) return;
    seat = renewed.token;
    emit(renewed);
  }

  function onError(frame: Extract<ServerFrame, { t: 'error' }>): void {
    const retryAfterMs = frame.retryAfterMs ?? null;
    if (frame.code === 'bad-token') {
      badToken = true;
      fail('silent');
    } else if (frame.code === 'bad-code') {
      end();
      emit({ t: 'bad-code' });
    } else if (!welcomed && isDoor(frame.code)) {
      door = true;
      bye = { retryAfterMs: retryAfterMs ?? options.hints().retryAfterMs };
      timer(CLOSE_AFTER_BYE_MS, () => fail('silent'));
    } else if (frame.ref !== undefined) {
      const ballotId = frame.ref as Ballot['id'];
      if (frame.code === 'malformed' || frame.code === 'too-large') emit({ t: 'ballot-refused', ballotId });
      else emit({ t: 'ballot-unknown', ballotId, code: frame.code, retryAfterMs });
    } else {
      if (!welcomed) code = frame.code;
      // Nothing of ours is named: a sign of life, and a line for whoever looks into the console.
      console.warn(`the server answered: ${frame.code}: ${frame.message}`);
      if (welcomed) emit({ t: 'sign' });
    }
  }

  socket = openSocket('v1/ws', {
    open() {
      if (ended) return;
      timer(WELCOME_WITHIN_MS, () => fail('blocked'));
      helloAtMs = env.nowMs();
      const { token, mark } = options.identity();
      seat = token;
      say({
        t: 'hello',
        token,
        ...(mark === null ? {} : { epoch: mark.epoch, rev: mark.rev }),
        ...(options.code === null ? {} : { code: options.code }),
      });
      emit({ t: 'open' });
    },
    message(data) {
      if (ended) return;
      lastFrameAtMs = env.nowMs();
      let frame: ServerFrame;
      try {
        frame = JSON.parse(data);
      } catch {
        console.warn('a frame that is not JSON was left out');
        return;
      }
      heard = true;
      onFrame(frame);
      if (welcomed && !ended && bye === null && pingAtMs === null) watchSilence();
    },
    closed(code) {
      if (code === BAD_TOKEN_CLOSE) {
        heard = true;
        badToken = true;
      }
      fail('silent');
    },
  });
  timer(THROUGH_WITHIN_MS, () => fail('blocked'));

  return {
    kind: 'ws',
    send(ballot) {
      if (!welcomed || ended || bye !== null) return false;
      say({ t: 'ballot', ...ballot });
      emit({ t: 'asked' });
      return true;
    },
    checkNow() {
      if (welcomed && !ended && bye === null && pingAtMs === null) ping();
    },
    stop: end,
  };
}
