import { returnDelayMs } from './backoff.ts';
import type { Cancel, Env, Stream } from './env.ts';
import { createHttpCalls, type Refusal, withCode } from './http-calls.ts';
import { isNewer, isPublicState, type StateMark } from './public-state.ts';
import { createRenewal } from './renewal.ts';
import { type Ended, isDoor, THROUGH_WITHIN_MS, type Transport, type TransportOptions } from './transport.ts';

/** Beyond two cadences: an answer is always the newest, a stream has its turn in the round. */
const MAY_LAG_MS = 2_000;
/** Of the spreads for a second join by a page that has its seat and lacks only the time of day. */
const NO_HURRY_ATTEMPT = 3;

/**
 * States by server-sent events, everything else by request. Takes a seat first where the page has none: that is where
 * arrivals wait, and a stream held open would cost as much as one that is let in.
 *
 * A page sees neither the stream's heartbeats nor its `retry`. So silence is judged by asking for the state once, which
 * also finds a stream that some proxy holds back; and an end is taken for a goodbye, whose time to come back is made
 * from the same hints as the server's own.
 */
export function openSseTransport(
  openStream: NonNullable<Env['openStream']>,
  { emit: tell, ...options }: TransportOptions,
): Transport {
  const { env } = options;
  const calls = createHttpCalls(options);
  const renewal = createRenewal(options);
  let ended = false;
  let stream: Stream | null = null;
  /** The newest state that came by the stream itself. */
  let streamed: StateMark | null = null;
  let joining = false;
  let asking = false;
  let joinNotBeforeMs = 0;
  let heardAtMs = env.nowMs();
  let cancelTimer: Cancel = () => {};
  let cancelLag: Cancel = () => {};

  function emit(event: Parameters<typeof tell>[0]): void {
    if (!ended) tell(event);
  }

  function timer(delayMs: number, run: () => void): void {
    cancelTimer();
    cancelTimer = env.after(delayMs, run);
  }

  function end(): void {
    ended = true;
    cancelTimer();
    cancelLag();
    stream?.close();
  }

  function fail(word: Pick<Ended, 'reach'> & Partial<Ended>): void {
    if (ended) return;
    end();
    tell({ t: 'ended', door: false, code: null, retryAfterMs: null, ...word });
  }

  async function begin(): Promise<void> {
    const { token, clockKnown } = options.identity();
    if (token === null || !clockKnown) {
      const refusal = await join(token);
      if (ended) return;
      if (refusal !== null && token === null) {
        turnedAway(refusal);
        return;
      }
    }
    try {
      stream = openStream(withCode('v1/events', options.code), { state: onState, failed: onFailed });
    } catch (error) {
      console.warn('event streams are not allowed here', error);
      fail({ reach: 'blocked' });
      return;
    }
    timer(THROUGH_WITHIN_MS, () => fail({ reach: 'blocked' }));
  }

  /** Gives the refusal, or null when this page has its seat. */
  async function join(token: string | null): Promise<Refusal | null> {
    joining = true;
    emit({ t: 'asked' });
    // No answer at all: what follows from that is the caller's to say.
    const answer = await calls.join(token).catch((): Refusal => ({ kind: 'refused', code: null, retryAfterMs: null }));
    joining = false;
    heardAtMs = env.nowMs();
    if (answer.kind === 'refused') {
      joinNotBeforeMs = env.nowMs() + spread(answer.retryAfterMs);
      return answer;
    }
    emit({ t: 'joined', token: answer.token, endsAtMs: answer.endsAtMs, state: answer.state, sample: answer.sample });
    return null;
  }

  async function newSeat(): Promise<void> {
    const refusal = await join(null);
    if (refusal !== null && !ended) turnedAway(refusal);
  }

  function spread(retryAfterMs: number | null): number {
    return returnDelayMs({ attempt: NO_HURRY_ATTEMPT, hints: options.hints(), retryAfterMs, random: env.random() });
  }

  function turnedAway({ code, retryAfterMs }: Refusal): void {
    if (code === 'bad-code') {
      emit({ t: 'bad-code' });
      end();
      return;
    }
    if (code === 'bad-token') emit({ t: 'bad-token' });
    fail({ reach: code === null ? 'silent' : 'spoke', door: isDoor(code), code, retryAfterMs });
  }

  function onState(data: string): void {
    if (ended) return;
    let state: unknown;
    try {
      state = JSON.parse(data);
    } catch {
      console.warn('an event that is not JSON was left out');
      return;
    }
    if (!isPublicState(state)) return;
    heardAtMs = env.nowMs();
    streamed = state;
    emit({ t: 'state', state });
    if (ended) return;
    watchSilence();
    if (renewal.isDue()) void ask();
  }

  function onFailed(): void {
    if (streamed === null) fail({ reach: 'silent' });
    else fail({ reach: 'spoke', retryAfterMs: options.hints().retryAfterMs });
  }

  function watchSilence(): void {
    const quietMs = options.quietMs();
    const dueInMs = heardAtMs + quietMs - env.nowMs();
    if (dueInMs <= 0) void ask();
    else timer(dueInMs + env.random() * 0.1 * quietMs, watchSilence);
  }

  async function ask(): Promise<void> {
    if (asking || ended) return;
    asking = true;
    cancelTimer();
    const { token, clockKnown } = options.identity();
    if (renewal.isDue() || (!clockKnown && env.nowMs() >= joinNotBeforeMs)) {
      renewal.tried();
      await join(token);
    } else {
      await compare();
    }
    asking = false;
    if (!ended) watchSilence();
  }

  /** Whether the edges know more than the stream has brought. */
  async function compare(): Promise<void> {
    emit({ t: 'asked' });
    const answer = await calls.state().catch(() => null);
    if (ended) return;
    if (answer === null) {
      fail({ reach: 'spoke' });
      return;
    }
    heardAtMs = env.nowMs();
    switch (answer.kind) {
      case 'refused':
        turnedAway(answer);
        return;
      case 'same':
        emit({ t: 'sign' });
        return;
      case 'state': {
        const { state } = answer;
        emit({ t: 'state', state });
        cancelLag();
        // Held back on its way: as good as no stream.
        cancelLag = env.after(2 * options.hints().cadenceMs + MAY_LAG_MS, () => {
          if (isNewer(state, streamed)) fail({ reach: 'silent' });
        });
      }
    }
  }

  cancelTimer = env.after(0, () => void begin());
  return {
    kind: 'sse',
    send(ballot) {
      const { token } = options.identity();
      if (ended || token === null) return false;
      emit({ t: 'asked' });
      void calls.cast(ballot, token).then(({ event, badToken, renewed }) => {
        if (ended) return;
        if (badToken) {
          emit({ t: 'bad-token' });
          if (!joining) void newSeat();
        }
        if (renewed !== null) emit(renewed);
        emit(event);
      });
      return true;
    },
    checkNow() {
      if (streamed !== null) void ask();
    },
    stop: end,
  };
}
