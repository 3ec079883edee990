import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EdgeBackplane } from '../backplane/backplane.ts';
import type { AudienceHttp } from './audience-http.ts';
import type { BallotIntake } from './ballot-intake.ts';
import type { FanOut } from './fan-out.ts';
import type { EdgeLimits } from './limits.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
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
  backplane: EdgeBackplane;
  fanOut: FanOut;
  measures: MeasuresInForce;
  limits: EdgeLimits;
  /** When answers that are still owed are waited for no longer, by `monotonicMs`. */
  giveUpAtMs: number;
  log: Logger;
  monotonicMs: () => number;
}

/** The answers still owed and goodbyes to everyone, then the edge's word to the core. Nobody new may come in any more. */
export async function sayGoodbye({
  ws,
  sse,
  http,
  intake,
  queue,
  backplane,
  ...options
}: GoodbyeOptions): Promise<void> {
  const { fanOut, measures, limits, giveUpAtMs, log, monotonicMs } = options;
  fanOut.flush();
  const comeBackMs = () => measures.comeBackMs('live');
  const overMs = Math.min(measures.jitterMs('live'), limits.goodbyeMs);
  await Promise.all([ws.leave(overMs, comeBackMs), sse.leave(overMs, comeBackMs)]);
  const owes = () => ws.owing > 0 || http.ballotsComing > 0 || (backplane.up ? !queue.isEmpty : queue.depth > 0);
  while (owes() && monotonicMs() < giveUpAtMs) {
    queue.sweep();
    await delay(QUEUE_POLL_MS);
  }
  // In the turn in which nothing was owed: what comes from here on is for another edge.
  intake.close();
  ws.dismissAll();
  if (queue.isEmpty) await backplane.sayLeft();
  else log.warn({ ballots: queue.depth }, 'left without having handed over everything');
  await delay(LAST_WORDS_MS);
}
