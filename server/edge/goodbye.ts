import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EdgeLink } from '../backplane/socket-link.ts';
import type { AudienceHttp } from './audience-http.ts';
import type { BallotIntake } from './ballot-intake.ts';
import type { FanOut } from './fan-out.ts';
import type { EdgeLimits } from './limits.ts';
import type { PublicStates } from './public-states.ts';
import type { SseGateway } from './sse-gateway.ts';
import type { WriteQueue } from './write-queue.ts';
import type { WsGateway } from './ws-gateway.ts';

/** Lets the last receipts and goodbyes reach the sockets before these are torn down. */
export const LAST_WORDS_MS = 300;
const QUEUE_POLL_MS = 10;

export interface GoodbyeOptions {
  ws: WsGateway;
  sse: SseGateway;
  http: AudienceHttp;
  intake: BallotIntake;
  queue: WriteQueue;
  link: EdgeLink;
  fanOut: FanOut;
  states: PublicStates;
  limits: EdgeLimits;
  /** When answers that are still owed are waited for no longer, by `monotonicMs`. */
  giveUpAtMs: number;
  log: Logger;
  monotonicMs: () => number;
}

/** The answers still owed and goodbyes to everyone, then the edge's word to the core. Nobody new may come in any more. */
export async function sayGoodbye({ ws, sse, http, intake, queue, link, ...options }: GoodbyeOptions): Promise<void> {
  const { fanOut, states, limits, giveUpAtMs, log, monotonicMs } = options;
  fanOut.flush();
  const { jitterMs, retryAfterMs } = states.get('live')?.state.hints ?? { jitterMs: 0, retryAfterMs: 1_000 };
  const comeBackMs = () => Math.round(retryAfterMs + Math.random() * jitterMs);
  const overMs = Math.min(jitterMs, limits.goodbyeMs);
  await Promise.all([ws.leave(overMs, comeBackMs), sse.leave(overMs, comeBackMs)]);
  const owes = () => ws.owing > 0 || http.ballotsComing > 0 || (link.up ? !queue.isEmpty : queue.depth > 0);
  while (owes() && monotonicMs() < giveUpAtMs) {
    queue.sweep();
    await delay(QUEUE_POLL_MS);
  }
  // In the turn in which nothing was owed: what comes from here on is for another edge.
  intake.close();
  ws.dismissAll();
  if (queue.isEmpty) await link.sayLeft();
  else log.warn({ ballots: queue.depth }, 'left without having handed over everything');
  await delay(LAST_WORDS_MS);
}
