import { setTimeout as sleep } from 'node:timers/promises';
import type { JoinResponse } from '../../../shared/protocol/audience.ts';
import { type CastBallot, newBallot, type VoteOptions, wireBallot } from './ballots.ts';
import type { HttpAnswer } from './desk-client.ts';

const CALL_MS = 10_000;
const FALLBACK_RETRY_MS = 300;

/** One call to the audience port, as it is answered. @throws when no answer comes */
export async function audienceCall(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<HttpAnswer & { headers: Headers }> {
  const response = await fetch(url, {
    method,
    // One connection a call, so that calls spread over the edges and none meets the dead connection of a killed one.
    headers: { connection: 'close', ...headers },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : text, headers: response.headers };
}

/** A viewer that does everything with plain HTTP. */
export class HttpViewer {
  readonly ballots: CastBallot[] = [];
  readonly audienceUrl: string;
  readonly token: string;
  readonly voterId: string;

  private constructor(audienceUrl: string, { token, voterId }: { token: string; voterId: string }) {
    this.audienceUrl = audienceUrl;
    this.token = token;
    this.voterId = voterId;
  }

  /** @throws when it isn't let in */
  static async arrive({ audienceUrl, token, code }: { audienceUrl: string; token?: string; code?: string }) {
    const { status, body } = await HttpViewer.join(audienceUrl, { token, code });
    if (status !== 200) throw new Error(`join: ${status} ${JSON.stringify(body)}`);
    return new HttpViewer(audienceUrl, body as JoinResponse);
  }

  static join(audienceUrl: string, request: unknown): Promise<HttpAnswer> {
    return audienceCall(`${audienceUrl}/v1/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
  }

  /** One attempt, as it is answered. */
  post(ballot: unknown): Promise<HttpAnswer> {
    return audienceCall(`${this.audienceUrl}/v1/ballots`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify(ballot),
    });
  }

  /** Sends the ballot again under its id until there is an answer that ends it. */
  async vote(pollId: string, choice: string[], options: VoteOptions = {}): Promise<CastBallot> {
    const ballot = newBallot(pollId, choice, options);
    this.ballots.push(ballot);
    for (;;) {
      ballot.timesSent += 1;
      const answer = await this.post(wireBallot(ballot)).catch(() => null);
      if (answer?.status === 200) {
        ballot.receipts.push(answer.body.receipt);
        return ballot;
      }
      if (answer !== null && [400, 401, 413].includes(answer.status)) {
        ballot.refusedAs = answer.body.error.code;
        return ballot;
      }
      await sleep(answer?.body?.error?.retryAfterMs ?? FALLBACK_RETRY_MS);
    }
  }
}
