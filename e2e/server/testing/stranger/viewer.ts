/** What a viewer's program does, written from the audience port's documents alone. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from './api-document.ts';
import type { Answer, OpenApiClient } from './open-api-client.ts';
import type { Frame, ViewerSocket } from './viewer-socket.ts';

/** The part of a state that a voter needs, as the documents describe it. */
export interface State {
  epoch: number;
  rev: number;
  poll?: { id: string; round: number; intake: string; options: { id: string }[] };
  results?: { pollId: string; round: number; total: number; options: { id: string; count: number }[]; final: boolean };
  hints: { cadenceMs: number; jitterMs: number; retryAfterMs: number };
}

/** Whether `a` is the newer one. */
export function isNewer(a: State, b: State): boolean {
  return a.epoch === b.epoch ? a.rev > b.rev : a.epoch > b.epoch;
}

export interface Ballot extends JsonObject {
  id: string;
  pollId: string;
  round: number;
  choice: string[];
}

/** A ballot for the n-th option of the poll on air. */
export function ballotFor({ poll }: State, n: number): Ballot {
  const option = poll?.options[n];
  if (poll === undefined || option === undefined) throw new Error('there is no such option on air');
  return { id: randomBytes(12).toString('base64url'), pollId: poll.id, round: poll.round, choice: [option.id] };
}

export async function join(client: OpenApiClient, fields: JsonObject = {}): Promise<{ token: string; state: State }> {
  const call = { method: 'post', path: '/v1/join' } as const;
  const answer = await client.call({ ...call, body: client.body(call, fields) });
  if (answer.status !== 200) throw new Error(`join: ${answer.status}`);
  return answer.body as unknown as { token: string; state: State };
}

export type HttpWay = 'application/json' | 'text/plain';

/** One attempt over HTTP. */
export function post(
  client: OpenApiClient,
  ballot: Ballot,
  { token, way }: { token: string; way: HttpWay },
): Promise<Answer> {
  const call = { method: 'post', path: '/v1/ballots' } as const;
  return way === 'text/plain'
    ? client.call({ ...call, body: client.body(call, { ...ballot, token }, way) })
    : client.call({ ...call, token, body: client.body(call, ballot, way) });
}

/** Casts a ballot over HTTP, the same id again for as long as it is not known; the receipt, or the final error. */
export async function vote(
  client: OpenApiClient,
  ballot: Ballot,
  by: { token: string; way: HttpWay },
): Promise<JsonObject> {
  for (;;) {
    const { status, body } = await post(client, ballot, by);
    if (status === 200) return (body as { receipt: JsonObject }).receipt;
    const { error } = body as { error: JsonObject };
    if (typeof error.retryAfterMs !== 'number') return error;
    await sleep(error.retryAfterMs);
  }
}

/** The answer to a ballot on a socket: its receipt, or the error that names it. */
export async function voteOn(socket: ViewerSocket, ballot: Ballot): Promise<Frame> {
  socket.send('ballot', ballot);
  return socket.frames.take(
    (frame) =>
      (frame.t === 'receipt' && (frame.receipt as JsonObject).ballotId === ballot.id) ||
      (frame.t === 'error' && frame.ref === ballot.id),
    `an answer to ${ballot.id}`,
  );
}

/** Polls as the hints and the ETag have it until the state is as wanted and has been no news once. */
export async function pollState(
  client: OpenApiClient,
  wants: (state: State) => boolean,
): Promise<{ state: State; unchanged: number }> {
  let etag: string | null = null;
  let held: State | null = null;
  let unchanged = 0;
  const untilMs = Date.now() + 30_000;
  while (Date.now() < untilMs) {
    const answer: Answer = await client.call({
      method: 'get',
      path: '/v1/state',
      headers: etag === null ? {} : { 'if-none-match': etag },
    });
    if (answer.status === 304) unchanged += 1;
    if (answer.status === 200) {
      const state = answer.body as unknown as State;
      if (held === null || isNewer(state, held)) held = state;
      etag = answer.headers.get('etag');
    }
    if (held !== null && wants(held) && unchanged > 0) return { state: held, unchanged };
    await sleep(held === null ? 1_000 : held.hints.cadenceMs);
  }
  throw new Error('the state never became as wanted');
}
