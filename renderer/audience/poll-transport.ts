import type { AudienceErrorCode, Ballot, JoinResponse, Receipt } from '../../shared/protocol/audience.ts';
import { pollCadenceMs, returnDelayMs } from './backoff.ts';
import type { Cancel, PageAnswer } from './env.ts';
import { isPublicState } from './public-state.ts';
import { clockSample } from './server-clock.ts';
import type { Transport, TransportOptions } from './transport.ts';
import { isDoor } from './ws-transport.ts';

const ANSWER_WITHIN_MS = 8_000;

interface Refusal {
  code: AudienceErrorCode | null;
  retryAfterMs: number | null;
}

/** What an answer other than 200 says; a proxy's own error page has no code. */
function refusalOf(answer: PageAnswer): Refusal {
  const error = (answer.body as { error?: { code?: AudienceErrorCode; retryAfterMs?: number } } | null)?.error;
  return { code: error?.code ?? null, retryAfterMs: error?.retryAfterMs ?? answer.retryAfterMs };
}

/**
 * The last way in, for networks that let only plain requests through: asks for the state every cadence, sends each ballot as a request of its
 * own. Goes on by itself, over failures too, until it is stopped.
 */
export function startPollTransport(options: TransportOptions): Transport {
  const { env, emit } = options;
  let stopped = false;
  let asking = false;
  let failures = 0;
  let etag: string | null = null;
  let joinNotBeforeMs = 0;
  let cancelTimer: Cancel = () => {};

  function next(delayMs: number): void {
    cancelTimer();
    if (!stopped) cancelTimer = env.after(delayMs, () => void step());
  }

  function missed(retryAfterMs: number | null): number {
    emit({ t: 'missed' });
    const delayMs = returnDelayMs({ attempt: failures, hints: options.hints(), retryAfterMs, random: env.random() });
    failures += 1;
    return delayMs;
  }

  function heard(): number {
    failures = 0;
    return pollCadenceMs(options.hints()) * (0.9 + 0.2 * env.random());
  }

  async function step(): Promise<void> {
    if (asking || stopped) return;
    asking = true;
    let delayMs: number | null;
    try {
      const { token, clockKnown } = options.identity();
      // A state carries no time of day, a join does: a page that lost the core's clock joins once more.
      const mustJoin = token === null || (!clockKnown && env.nowMs() >= joinNotBeforeMs);
      delayMs = mustJoin ? await join(token) : await ask();
    } catch {
      // No answer at all. `missed` shows it on the page.
      delayMs = stopped ? null : missed(null);
    }
    asking = false;
    if (delayMs !== null) next(delayMs);
  }

  async function join(token: string | null): Promise<number | null> {
    const sentAtMs = env.nowMs();
    const answer = await env.request({
      method: 'POST',
      path: 'v1/join',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...(token === null ? {} : { token }),
        ...(options.code === null ? {} : { code: options.code }),
      }),
      timeoutMs: ANSWER_WITHIN_MS,
    });
    if (stopped) return null;
    const body = answer.body as JoinResponse | null;
    if (answer.status === 200 && body !== null && isPublicState(body.state)) {
      const sample = clockSample({ sentAtMs, receivedAtMs: env.nowMs(), serverNowMs: body.serverNowMs });
      emit({ t: 'joined', token: body.token, state: body.state, sample });
      return heard();
    }
    const refusal = refusalOf(answer);
    if (token !== null && refusal.code !== 'bad-token' && refusal.code !== 'bad-code') {
      // We have a seat already; only the time of day is missing. Look at the state meanwhile.
      joinNotBeforeMs = env.nowMs() + returnDelayMs({ attempt: 3, hints: options.hints(), ...retry(refusal) });
      return ask();
    }
    if (isDoor(refusal.code)) {
      const delayMs = returnDelayMs({ attempt: 0, hints: options.hints(), ...retry(refusal) });
      emit({ t: 'waiting-room', retryAfterMs: delayMs });
      return delayMs;
    }
    return refused(refusal);
  }

  async function ask(): Promise<number | null> {
    const query = options.code === null ? '' : `?code=${encodeURIComponent(options.code)}`;
    const answer = await env.request({
      method: 'GET',
      path: `v1/state${query}`,
      headers: etag === null ? {} : { 'If-None-Match': etag },
      body: null,
      timeoutMs: ANSWER_WITHIN_MS,
    });
    if (stopped) return null;
    if (answer.status === 304) {
      emit({ t: 'sign' });
      return heard();
    }
    if (answer.status === 200 && isPublicState(answer.body)) {
      etag = answer.etag;
      emit({ t: 'state', state: answer.body });
      return heard();
    }
    return refused(refusalOf(answer));
  }

  function refused(refusal: Refusal): number | null {
    switch (refusal.code) {
      case 'bad-code':
        stopped = true;
        emit({ t: 'bad-code' });
        return null;
      case 'bad-token':
        emit({ t: 'bad-token' });
        return missed(refusal.retryAfterMs);
      default:
        return missed(refusal.retryAfterMs);
    }
  }

  function retry(refusal: Refusal): { retryAfterMs: number | null; random: number } {
    return { retryAfterMs: refusal.retryAfterMs, random: env.random() };
  }

  async function post(ballot: Ballot, token: string): Promise<void> {
    let answer: PageAnswer;
    try {
      answer = await env.request({
        method: 'POST',
        path: 'v1/ballots',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify(ballot),
        timeoutMs: ANSWER_WITHIN_MS,
      });
    } catch {
      // A broken request may still have arrived: not known.
      if (!stopped) emit({ t: 'ballot-unknown', ballotId: ballot.id, retryAfterMs: null });
      return;
    }
    if (stopped) return;
    const receipt = (answer.body as { receipt?: Receipt } | null)?.receipt;
    const refusal = refusalOf(answer);
    if (answer.status === 200 && receipt !== undefined) emit({ t: 'receipt', receipt });
    else if (answer.status === 413 || (answer.status === 400 && refusal.code !== null)) {
      emit({ t: 'ballot-refused', ballotId: ballot.id });
    } else {
      if (answer.status === 401) {
        emit({ t: 'bad-token' });
        next(0);
      }
      emit({ t: 'ballot-unknown', ballotId: ballot.id, retryAfterMs: refusal.retryAfterMs });
    }
  }

  const { token, mark } = options.identity();
  // A page that comes from a socket has a state already; it takes its place somewhere within the cadence.
  next(token === null || mark === null ? 0 : pollCadenceMs(options.hints()) * env.random());
  return {
    kind: 'poll',
    send(ballot) {
      const { token } = options.identity();
      if (stopped || token === null) return false;
      void post(ballot, token);
      return true;
    },
    checkNow() {
      if (failures === 0) next(env.random() * 500);
    },
    stop() {
      stopped = true;
      cancelTimer();
    },
  };
}
