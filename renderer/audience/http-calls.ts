import type {
  AudienceErrorCode,
  Ballot,
  BallotResponse,
  JoinResponse,
  PublicState,
} from '../../shared/protocol/audience.ts';
import type { PageAnswer } from './env.ts';
import { isPublicState } from './public-state.ts';
import { type ClockSample, clockSample } from './server-clock.ts';
import type { Renewed, TransportEvent, TransportOptions } from './transport.ts';

const ANSWER_WITHIN_MS = 8_000;

export interface Refusal {
  kind: 'refused';
  /** Null for an answer that is not the edges' (a proxy's own error page). */
  code: AudienceErrorCode | null;
  retryAfterMs: number | null;
}

export type JoinAnswer =
  | { kind: 'seat'; token: string; endsAtMs: number | null; state: PublicState; sample: ClockSample }
  | Refusal;
export type StateAnswer = { kind: 'same' } | { kind: 'state'; state: PublicState } | Refusal;

/** The plain requests that every way but the WebSocket is made of. All reject when no answer comes. */
export interface HttpCalls {
  /** `token`: the one we have, which keeps its seat; null for a new one. */
  join(token: string | null): Promise<JoinAnswer>;
  /** The state, or that it is the one this was told last time. */
  state(): Promise<StateAnswer>;
  /** Sends the ballot and says what became of it; no answer at all means not known, so this never rejects. */
  cast(ballot: Ballot, token: string): Promise<CastAnswer>;
}

export interface CastAnswer {
  event: Extract<TransportEvent, { t: 'receipt' | 'ballot-refused' | 'ballot-unknown' }>;
  /** The token holds no more. */
  badToken: boolean;
  /** The next token that came with the answer. */
  renewed: Renewed | null;
}

/** The path with this page's rehearsal code, if it has one. */
export function withCode(path: string, code: string | null): string {
  return code === null ? path : `${path}?code=${encodeURIComponent(code)}`;
}

export function createHttpCalls({ env, code }: Pick<TransportOptions, 'env' | 'code'>): HttpCalls {
  let etag: string | null = null;

  return {
    async join(token) {
      const sentAtMs = env.nowMs();
      const answer = await env.request({
        method: 'POST',
        path: 'v1/join',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...(token === null ? {} : { token }), ...(code === null ? {} : { code }) }),
        timeoutMs: ANSWER_WITHIN_MS,
      });
      const body = answer.body as JoinResponse | null;
      if (answer.status !== 200 || body === null || !isPublicState(body.state)) return refusalOf(answer);
      const sample = clockSample({ sentAtMs, receivedAtMs: env.nowMs(), serverNowMs: body.serverNowMs });
      return { kind: 'seat', token: body.token, endsAtMs: body.expiresAtMs ?? null, state: body.state, sample };
    },

    async state() {
      const answer = await env.request({
        method: 'GET',
        path: withCode('v1/state', code),
        headers: etag === null ? {} : { 'If-None-Match': etag },
        body: null,
        timeoutMs: ANSWER_WITHIN_MS,
      });
      if (answer.status === 304) return { kind: 'same' };
      if (answer.status !== 200 || !isPublicState(answer.body)) return refusalOf(answer);
      etag = answer.etag;
      return { kind: 'state', state: answer.body };
    },

    async cast(ballot, token) {
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
        return {
          event: { t: 'ballot-unknown', ballotId: ballot.id, code: null, retryAfterMs: null },
          badToken: false,
          renewed: null,
        };
      }
      const { receipt, ...renewal } = (answer.body ?? {}) as Partial<BallotResponse>;
      if (answer.status === 200 && receipt !== undefined) {
        return { event: { t: 'receipt', receipt }, badToken: false, renewed: renewedBy(token, renewal) };
      }
      const { code: word, retryAfterMs } = refusalOf(answer);
      // A 400 without our code is some proxy's, and says nothing about the ballot.
      if (answer.status === 413 || (answer.status === 400 && word !== null)) {
        return { event: { t: 'ballot-refused', ballotId: ballot.id }, badToken: false, renewed: null };
      }
      return {
        event: { t: 'ballot-unknown', ballotId: ballot.id, code: word, retryAfterMs },
        badToken: answer.status === 401,
        renewed: null,
      };
    },
  };
}

/** The next token, if one came beside an answer. */
export function renewedBy(was: string | null, { token, expiresAtMs }: Partial<BallotResponse>): Renewed | null {
  return was === null || token === undefined ? null : { t: 'renewed', was, token, endsAtMs: expiresAtMs ?? null };
}

function refusalOf(answer: PageAnswer): Refusal {
  const error = (answer.body as { error?: { code?: AudienceErrorCode; retryAfterMs?: number } } | null)?.error;
  return { kind: 'refused', code: error?.code ?? null, retryAfterMs: error?.retryAfterMs ?? answer.retryAfterMs };
}
