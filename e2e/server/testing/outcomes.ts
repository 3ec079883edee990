/** The answers that a ballot may get, to the last field. */
import { expect } from 'vitest';
import type { Receipt, ReceiptStatus } from '../../../shared/protocol/audience.ts';
import type { Outcome } from './voters.ts';

export interface SentBallot {
  id: string;
  pollId: string;
  round: number;
}

/** A receipt with all of its fields and no other; answers it. */
export function expectReceipt(outcome: Outcome, status: ReceiptStatus, { id, pollId, round }: SentBallot): Receipt {
  const receipt = {
    ballotId: id,
    pollId,
    round,
    status,
    ...(status === 'accepted' ? { ref: expect.stringMatching(/^[A-Za-z0-9_-]{10,}$/) } : {}),
    atMs: expect.any(Number),
  };
  if (outcome.status === null) expect(outcome.raw).toStrictEqual({ t: 'receipt', receipt });
  else {
    expect(outcome.raw).toStrictEqual({ receipt });
    expect(outcome.status).toBe(200);
    expectOpenAndUnstored(outcome);
  }
  if (outcome.receipt === null) throw new Error('no receipt');
  expect(Number.isInteger(outcome.receipt.atMs)).toBe(true);
  return outcome.receipt;
}

export interface ExpectedError {
  status: number;
  code: string;
  /** The ballot's id where the server could read one; null where not. */
  ref: string | null;
  /** Whether it says when to come again. */
  isPassing?: boolean;
}

/** An error with all of its fields and no other. */
export function expectError(outcome: Outcome, { status, code, ref, isPassing = false }: ExpectedError): void {
  const error = {
    code,
    message: expect.stringMatching(/\S/),
    ...(isPassing ? { retryAfterMs: expect.any(Number) } : {}),
  };
  if (outcome.status === null) {
    expect(outcome.raw).toStrictEqual({ t: 'error', ...error, ...(ref === null ? {} : { ref }) });
    return;
  }
  expect(outcome.raw).toStrictEqual({ error });
  expect(outcome.status).toBe(status);
  expectOpenAndUnstored(outcome);
  const retryAfter = outcome.headers?.get('retry-after');
  if (isPassing) expect(retryAfter).toMatch(/^[1-9]\d*$/);
  else expect(retryAfter).toBeNull();
}

/** Any page may ask, and nobody may keep the answer. */
function expectOpenAndUnstored({ headers }: Outcome): void {
  expect(headers?.get('access-control-allow-origin')).toBe('*');
  expect(headers?.get('cache-control')).toContain('no-store');
  expect(headers?.get('content-type')).toContain('application/json');
  expect(headers?.get('set-cookie')).toBeNull();
}
