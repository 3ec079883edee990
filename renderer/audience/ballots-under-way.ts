import type { Hints } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { resendDelayMs } from './backoff.ts';
import type { Cancel, Env } from './env.ts';

export interface UnderWayOptions {
  env: Env;
  hints(): Hints;
  /** After so many tries. False where it did not go out; then it is under way no more. */
  send(ballotId: BallotId, tries: number): boolean;
}

/** Ballots that have no answer yet: each goes out again, under the same id, until it has one. */
export interface BallotsUnderWay {
  has(ballotId: BallotId): boolean;
  /** Now, and again after a while. */
  send(ballotId: BallotId): void;
  /** One that is under way waits longer; `retryAfterMs`: as long as the server asks, where it did. */
  later(ballotId: BallotId, retryAfterMs: number | null): void;
  stop(ballotId: BallotId): void;
  stopAll(): void;
}

interface Sending {
  tries: number;
  cancel: Cancel;
}

export function createBallotsUnderWay(options: UnderWayOptions): BallotsUnderWay {
  const { env, hints } = options;
  const sending = new Map<BallotId, Sending>();

  function send(ballotId: BallotId): void {
    const tries = sending.get(ballotId)?.tries ?? 0;
    if (options.send(ballotId, tries)) plan(ballotId, { tries: tries + 1, retryAfterMs: null });
    else stop(ballotId);
  }

  function plan(ballotId: BallotId, { tries, retryAfterMs }: { tries: number; retryAfterMs: number | null }): void {
    sending.get(ballotId)?.cancel();
    const delayMs = resendDelayMs({ tries, hints: hints(), retryAfterMs, random: env.random() });
    sending.set(ballotId, { tries, cancel: env.after(delayMs, () => send(ballotId)) });
  }

  function stop(ballotId: BallotId): void {
    sending.get(ballotId)?.cancel();
    sending.delete(ballotId);
  }

  return {
    has: (ballotId) => sending.has(ballotId),
    send,
    later(ballotId, retryAfterMs) {
      const current = sending.get(ballotId);
      if (current !== undefined) plan(ballotId, { tries: current.tries, retryAfterMs });
    },
    stop,
    stopAll() {
      for (const ballotId of [...sending.keys()]) stop(ballotId);
    },
  };
}
