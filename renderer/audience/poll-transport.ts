import { pollCadenceMs, returnDelayMs } from './backoff.ts';
import type { Cancel } from './env.ts';
import { createHttpCalls, type Refusal } from './http-calls.ts';
import { createRenewal } from './renewal.ts';
import { isDoor, type Transport, type TransportOptions } from './transport.ts';

/** Of the spreads for a second join by a page that has its seat and lacks only the time of day. */
const NO_HURRY_ATTEMPT = 3;

/**
 * The last way in, for networks that let only plain requests through: asks for the state every cadence, sends each ballot as a request of its
 * own. Goes on by itself, over failures too, until it is stopped.
 */
export function startPollTransport(options: TransportOptions): Transport {
  const { env, emit, backoff } = options;
  const calls = createHttpCalls(options);
  const renewal = createRenewal(options);
  let stopped = false;
  let asking = false;
  let failing = false;
  let joinNotBeforeMs = 0;
  let cancelTimer: Cancel = () => {};

  function next(delayMs: number): void {
    cancelTimer();
    if (!stopped) cancelTimer = env.after(delayMs, () => void step());
  }

  function missed(refusal: Refusal | null): number {
    failing = true;
    emit({ t: 'missed', code: refusal?.code ?? null });
    return backoff.failed(refusal?.retryAfterMs ?? null);
  }

  function heard(): number {
    failing = false;
    backoff.good();
    return pollCadenceMs(options.hints()) * (0.9 + 0.2 * env.random());
  }

  async function step(): Promise<void> {
    if (asking || stopped) return;
    asking = true;
    emit({ t: 'asked' });
    let delayMs: number | null;
    try {
      const { token, clockKnown } = options.identity();
      // A state carries neither a time of day nor a token, a join does: a page that lost the core's clock joins once
      // more, and so does one whose token gets old.
      const mustJoin = token === null || renewal.isDue() || (!clockKnown && env.nowMs() >= joinNotBeforeMs);
      if (mustJoin) renewal.tried();
      delayMs = mustJoin ? await join(token) : await ask();
    } catch {
      // No answer at all. `missed` shows it on the page.
      delayMs = stopped ? null : missed(null);
    }
    asking = false;
    if (delayMs !== null) next(delayMs);
  }

  async function join(token: string | null): Promise<number | null> {
    const answer = await calls.join(token);
    if (stopped) return null;
    if (answer.kind === 'seat') {
      emit({ t: 'joined', token: answer.token, endsAtMs: answer.endsAtMs, state: answer.state, sample: answer.sample });
      return heard();
    }
    if (token !== null && answer.code !== 'bad-token' && answer.code !== 'bad-code') {
      // We have a seat already; only the time of day is missing. Look at the state meanwhile.
      joinNotBeforeMs = env.nowMs() + spread(NO_HURRY_ATTEMPT, answer);
      return ask();
    }
    if (isDoor(answer.code)) {
      const delayMs = spread(0, answer);
      emit({ t: 'waiting-room', retryAfterMs: delayMs });
      return delayMs;
    }
    return refused(answer);
  }

  async function ask(): Promise<number | null> {
    const answer = await calls.state();
    if (stopped) return null;
    switch (answer.kind) {
      case 'same':
        emit({ t: 'sign' });
        return heard();
      case 'state':
        emit({ t: 'state', state: answer.state });
        return heard();
      case 'refused':
        return refused(answer);
    }
  }

  function refused(refusal: Refusal): number | null {
    if (refusal.code === 'bad-code') {
      stopped = true;
      emit({ t: 'bad-code' });
      return null;
    }
    if (refusal.code === 'bad-token') emit({ t: 'bad-token' });
    return missed(refusal);
  }

  function spread(attempt: number, { retryAfterMs }: Refusal): number {
    return returnDelayMs({ attempt, hints: options.hints(), retryAfterMs, random: env.random() });
  }

  const { token, mark } = options.identity();
  // A page that comes from a socket has a state already; it takes its place somewhere within the cadence.
  next(token === null || mark === null ? 0 : pollCadenceMs(options.hints()) * env.random());
  return {
    kind: 'poll',
    send(ballot) {
      const { token } = options.identity();
      if (stopped || token === null) return false;
      void calls.cast(ballot, token).then(({ event, badToken, renewed }) => {
        if (stopped) return;
        if (badToken) {
          emit({ t: 'bad-token' });
          next(0);
        }
        if (renewed !== null) emit(renewed);
        emit(event);
      });
      return true;
    },
    checkNow() {
      if (!failing) next(env.random() * 500);
    },
    stop() {
      stopped = true;
      cancelTimer();
    },
  };
}
