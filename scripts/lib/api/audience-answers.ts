/** Answers of the audience port, as its OpenAPI document describes them. */
import { EDGE_LIMITS } from '../../../server/edge/limits.ts';
import type { AudienceErrorCode } from '../../../shared/protocol/audience.ts';
import { header, NO_STORE } from './audience-headers.ts';
import { bytes } from './audience-words.ts';

export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

export const examples = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

export function json(description: string, schema: string, values: Record<string, unknown>) {
  return {
    description,
    headers: NO_STORE,
    content: { 'application/json': { schema: ref(schema), examples: examples(values) } },
  };
}

/** An answer that is no success; `codes` are the only ones that it has. */
export function refusal(codes: AudienceErrorCode[], { description, again }: { description: string; again: boolean }) {
  const narrowed = {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: { code: { enum: codes } },
        ...(again ? { required: ['retryAfterMs'] } : { not: { required: ['retryAfterMs'] } }),
      },
    },
  };
  const value = (code: AudienceErrorCode) => ({
    error: { code, message: SENTENCES[code], ...(again ? { retryAfterMs: 1_000 } : {}) },
  });
  return {
    description,
    headers: again ? { ...NO_STORE, 'Retry-After': header('RetryAfter') } : NO_STORE,
    content: {
      'application/json': {
        schema: { allOf: [ref('AudienceError'), narrowed] },
        examples: examples(Object.fromEntries(codes.map((code) => [code, value(code)]))),
      },
    },
  };
}

/** As the server says them; for the examples. */
const SENTENCES: Partial<Record<AudienceErrorCode, string>> = {
  malformed: 'This is not a ballot for this poll.',
  'bad-token': 'The voter token is missing, forged, or ended more than a day ago. Join again.',
  'bad-code': 'That rehearsal code is not right.',
  'too-large': 'The message is too large.',
  'rate-limited': 'Too often. Wait a moment, then try again.',
  paused: 'Voting is on hold. Try again in a moment.',
  unavailable: 'Not possible right now. Try again in a moment.',
  'not-found': 'There is nothing at this address.',
  'waiting-room': 'Many are arriving. Your place is kept.',
};

export const BAD_CODE = refusal(['bad-code'], { description: 'The rehearsal code is wrong.', again: false });
export const TOO_LARGE = refusal(['too-large'], {
  description: `The body is larger than ${bytes(EDGE_LIMITS.messageBytes)}. The connection ends. Final.`,
  again: false,
});
export const UNAVAILABLE = refusal(['unavailable'], {
  description: 'The server can’t say now. Try again.',
  again: true,
});
export const NO_WEBSOCKET = refusal(['malformed'], {
  description: 'No WebSocket handshake, or a broken one.',
  again: false,
});
export const TOO_MANY_CODES = refusal(['rate-limited'], {
  description: 'Too many wrong codes from this network. Even the right one waits.',
  again: true,
});
