import type { AudienceErrorCode } from '../../shared/protocol/audience.ts';

/** An answer of the audience port that is no success: a stable code, a sentence, and when to try again where that helps. */
export interface AudienceRefusal {
  code: AudienceErrorCode;
  message: string;
  retryAfterMs: number | null;
}

const STATUS: Record<AudienceErrorCode, number> = {
  malformed: 400,
  'unknown-type': 400,
  'hello-first': 400,
  'bad-token': 401,
  'bad-code': 403,
  'not-found': 404,
  'too-large': 413,
  'rate-limited': 429,
  paused: 503,
  unavailable: 503,
  'waiting-room': 503,
};

export function httpStatusOf(code: AudienceErrorCode): number {
  return STATUS[code];
}

function final(code: AudienceErrorCode, message: string): AudienceRefusal {
  return { code, message, retryAfterMs: null };
}

export const MALFORMED_BALLOT = final('malformed', 'This is not a ballot for this poll.');
export const MALFORMED_JSON = final('malformed', 'This is not valid JSON of the expected form.');
export const BAD_TOKEN = final(
  'bad-token',
  'The voter token is missing, forged, or ended more than a day ago. Join again.',
);
export const BAD_CODE = final('bad-code', 'That rehearsal code is not right.');
export const TOO_LARGE = final('too-large', 'The message is too large.');
export const UNKNOWN_TYPE = final('unknown-type', 'Messages of this type are not known here.');
export const HELLO_FIRST = final('hello-first', 'Say hello first.');
export const HELLO_TWICE = final('malformed', 'Hello has been said on this connection.');
export const NO_HANDSHAKE = final('malformed', 'This is no WebSocket handshake.');
export const NOT_FOUND = final('not-found', 'There is nothing at this address.');

export function tooOften(retryAfterMs: number): AudienceRefusal {
  return { code: 'rate-limited', message: 'Too often. Wait a moment, then try again.', retryAfterMs };
}
export function paused(retryAfterMs: number): AudienceRefusal {
  return { code: 'paused', message: 'Voting is on hold. Try again in a moment.', retryAfterMs };
}
export function unavailable(retryAfterMs: number): AudienceRefusal {
  return { code: 'unavailable', message: 'Not possible right now. Try again in a moment.', retryAfterMs };
}
