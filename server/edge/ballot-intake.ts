import { choiceFault } from '../../shared/domain/ballot-choice.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import { TOKEN_LIFE_MS } from '../../shared/domain/token-life.ts';
import type { Receipt } from '../../shared/protocol/audience.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import { namedRun, readBallot } from './ballot-check.ts';
import type { HouseBuckets, HouseLimits } from './house-buckets.ts';
import type { EdgeLimits } from './limits.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import { type AudienceRefusal, MALFORMED_BALLOT, MALFORMED_JSON, paused, tooOften, unavailable } from './refusal.ts';
import type { RunTable } from './run-table.ts';
import type { Voter } from './voter-token.ts';
import type { BallotSink, WriteQueue } from './write-queue.ts';

export interface BallotIntakeOptions {
  queue: WriteQueue;
  runs: RunTable;
  limits: EdgeLimits;
  house: HouseLimits;
  measures: MeasuresInForce;
  monotonicNow: () => MonotonicMs;
}

/** Who casts a ballot, from where, and who waits for the answer. */
export interface Casting {
  voter: Voter;
  /** The key of the voter's network. */
  network: string;
  /** Core epoch ms. */
  receivedAtMs: number;
  sink: BallotSink;
}

/**
 * The way of a ballot from a viewer to the queue, the same for every transport. Here a ballot can only be refused as
 * no ballot (malformed) or as not known (too often, queue full); every other word on it is the ballot box's.
 */
export class BallotIntake {
  readonly #options: BallotIntakeOptions;
  readonly #buckets: HouseBuckets;
  #closed = false;

  constructor(options: BallotIntakeOptions) {
    this.#options = options;
    this.#buckets = options.house.buckets('ballots', options.limits.ballotsPerVoter);
  }

  /** Null when the ballot is on its way and the sink will be told. */
  cast(message: unknown, { voter, network, receivedAtMs, sink }: Casting): AudienceRefusal | null {
    const { runs, queue } = this.#options;
    if (this.#closed) return this.#unavailable(voter);
    const limited = this.#tooOften(message, voter);
    if (limited !== null) return limited;
    const ballot = readBallot(message);
    if (ballot === null) return this.#malformed(message, voter, MALFORMED_BALLOT);
    const rule = runs.choiceRule(ballot.pollId, voter.mode, ballot.round);
    if (rule !== null && choiceFault(rule, ballot.choice) !== null) {
      return this.#malformed(message, voter, MALFORMED_BALLOT);
    }
    const { id, pollId, round, choice, castAtMs } = ballot;
    const madeAtMs = voter.expiresAtMs - TOKEN_LIFE_MS;
    const about = [choice, castAtMs ?? null, receivedAtMs, network, madeAtMs] as const;
    const row: BallotRow = [voter.voterId, voter.mode, id, pollId, round, ...about];
    return queue.offer(row, sink) ? null : this.#unavailable(voter);
  }

  /** A voter's message that is not even JSON. */
  unreadable(voter: Voter): AudienceRefusal {
    if (this.#closed) return this.#unavailable(voter);
    return this.#tooOften(null, voter) ?? this.#malformed(null, voter, MALFORMED_JSON);
  }

  /** Takes nothing more: this edge has said its last word to the core. */
  close(): void {
    this.#closed = true;
  }

  sweep(): void {
    this.#buckets.purge(this.#options.monotonicNow());
  }

  #tooOften(message: unknown, voter: Voter): AudienceRefusal | null {
    const waitMs = this.#buckets.take(voter.voterId, this.#options.monotonicNow());
    if (waitMs === 0) return null;
    this.#count(message, voter, 'rate-limited');
    return tooOften(Math.max(waitMs, this.#options.measures.retryAfterMs(voter.mode)));
  }

  #unavailable(voter: Voter): AudienceRefusal {
    return unavailable(this.#options.measures.retryAfterMs(voter.mode));
  }

  #malformed(message: unknown, voter: Voter, refusal: AudienceRefusal): AudienceRefusal {
    this.#count(message, voter, 'malformed');
    return refusal;
  }

  #count(message: unknown, voter: Voter, refusedAs: 'malformed' | 'rate-limited'): void {
    const runId = this.#options.runs.accountFor(namedRun(message), voter.mode);
    if (runId !== null) this.#options.queue.countRefused(runId, refusedAs);
  }
}

/** The box's word, as the viewer gets it: a receipt, or why there is none. */
export function receiptOrRefusal(
  row: BallotRow,
  answer: BallotAnswer,
  retryAfterMs: number,
): Receipt | AudienceRefusal {
  if ('error' in answer) {
    if (answer.error === 'malformed') return MALFORMED_BALLOT;
    const waitMs = answer.retryAfterMs ?? retryAfterMs;
    return answer.error === 'paused' ? paused(waitMs) : unavailable(waitMs);
  }
  const [, , ballotId, pollId, round] = row;
  const { status, ref, atMs } = answer;
  return { ballotId, pollId, round, status, ...(ref === undefined ? {} : { ref }), atMs };
}
