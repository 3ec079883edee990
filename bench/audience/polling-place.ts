import type { SeededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { resendDelayMs } from '../../renderer/audience/backoff.ts';
import type { ReceiptStatus } from '../../shared/protocol/audience.ts';
import { nowMs } from './clock.ts';
import type { Clockwork } from './clockwork.ts';
import type { HeardReceipt, Speech } from './ears.ts';
import type { VoteOrder } from './messages.ts';
import type { Notebook } from './notebook.ts';
import { plannedMs } from './plans.ts';
import type { SeenState } from './state-reader.ts';
import type { HeldBallot, Viewer } from './viewer.ts';

/** Core time is this machine's wall clock within this; a ballot this close to the deadline proves nothing. */
const CLOCK_SLACK_MS = 100;

export interface PollingPlaceOptions {
  book: Notebook;
  clockwork: Clockwork;
  random: SeededRandom;
  worker: number;
  speechOf: (viewer: Viewer) => Speech;
}

/** Casts ballots as planned and checks every answer against what its voter did. */
export class PollingPlace {
  readonly #options: PollingPlaceOptions;
  /** By poll and round: the latest moment at which a ballot could come in, as the states told. */
  readonly #inByMs = new Map<string, number>();
  readonly #resends = new Set<HeldBallot>();
  #votes = 0;

  constructor(options: PollingPlaceOptions) {
    this.#options = options;
  }

  /** What a state tells of a run's end. */
  learn({ pollId, round, inByMs }: SeenState): void {
    if (pollId !== null && inByMs !== null) this.#inByMs.set(`${pollId}:${round}`, inByMs);
  }

  open(order: VoteOrder, viewers: readonly Viewer[]): void {
    const { book, clockwork, random, worker } = this.#options;
    const voters = viewers.slice(Math.floor(viewers.length * order.from), Math.floor(viewers.length * order.to));
    const times = plannedMs(order.plan, voters.length, random).map((ms) => order.startAtMs + ms);
    const vote = this.#votes;
    this.#votes += 1;
    book.count.ballots += voters.length;
    clockwork.plan({
      times,
      act: (i, atMs) => {
        const viewer = voters[i];
        if (viewer === undefined) return;
        if (viewer.phase === 'gone') {
          book.count.ballots -= 1;
          return;
        }
        const ballot: HeldBallot = {
          id: `v${vote}-${worker}-${viewer.index}`,
          pollId: order.pollId,
          round: order.round,
          choice: random.pick(order.options),
          plannedMs: atMs,
          sentAtMs: null,
          tries: 0,
          status: null,
          ref: null,
          isAbandoned: false,
          isRepeated: false,
          isSecond: order.isSecond,
        };
        viewer.ballots.push(ballot);
        if (order.resends) this.#resends.add(ballot);
        this.#send(viewer, ballot);
      },
    });
  }

  /** Whoever has come (back) sends what has no answer yet. */
  isHere(viewer: Viewer): void {
    for (const ballot of viewer.ballots) if (ballot.status === null) this.#send(viewer, ballot);
  }

  /** Whoever goes home casts nothing any more; what is still without an answer may count or not. */
  leaves(viewer: Viewer): void {
    const { count } = this.#options.book;
    for (const ballot of viewer.ballots) {
      if (ballot.status !== null) continue;
      this.#resends.delete(ballot);
      if (ballot.sentAtMs === null) {
        count.ballots -= 1;
      } else {
        ballot.isAbandoned = true;
        count.abandoned += 1;
      }
    }
  }

  /** Sends the last ballot that has its receipt once more: the answer must be the same. */
  repeat(viewer: Viewer): void {
    const ballot = viewer.ballots.findLast(({ status, isRepeated }) => status !== null && !isRepeated);
    if (ballot === undefined) return;
    ballot.isRepeated = true;
    ballot.tries += 1;
    this.#options.book.count.repeated += 1;
    this.#options.speechOf(viewer).cast(viewer, ballot);
  }

  answered(viewer: Viewer, { ballotId, pollId, round, status, ref }: HeardReceipt): void {
    const { book } = this.#options;
    const ballot = viewer.ballots.find(({ id }) => id === ballotId);
    if (ballot === undefined || ballot.sentAtMs === null) {
      book.faults.note('receipt-for-nothing', `${ballotId} to viewer ${viewer.index}`);
      return;
    }
    if (pollId !== ballot.pollId || round !== ballot.round) {
      book.faults.note(
        'receipt-of-another-run',
        `${ballotId}: ${pollId}:${round} instead of ${ballot.pollId}:${ballot.round}`,
      );
    }
    if (ballot.status !== null) {
      const isSame = status === ballot.status && (ref ?? null) === ballot.ref;
      if (!isSame)
        book.faults.note('two-answers', `${ballotId}: ${ballot.status} ${ballot.ref}, then ${status} ${ref}`);
      else if (ballot.tries < 2) book.faults.note('receipt-twice', `${ballotId}, sent once`);
      else if (ballot.isRepeated) book.count.repeatsAnswered += 1;
      ballot.isRepeated = false;
      return;
    }
    if (ballot.isAbandoned) {
      ballot.isAbandoned = false;
      book.count.abandoned -= 1;
    }
    ballot.status = status as ReceiptStatus;
    ballot.ref = typeof ref === 'string' ? ref : null;
    this.#resends.delete(ballot);
    book.count.answered += 1;
    book.bump(book.receipts, String(status));
    book.answered(viewer.heardAtMs, viewer.heardAtMs - ballot.plannedMs);
    if (status === 'accepted') this.#checkAccepted(viewer, ballot);
  }

  refused(
    viewer: Viewer,
    { code, ref, retryAfterMs }: { code: string; ref: string | null; retryAfterMs: number | null },
  ): void {
    const { book, random, clockwork } = this.#options;
    book.bump(book.refusals, code);
    const ballot = viewer.ballots.find(({ id }) => id === ref);
    if (ballot === undefined) return;
    if (ballot.status !== null) {
      // A second try that came too often says nothing about the first, which has its receipt.
      if (ballot.tries < 2) book.faults.note('refused-after-receipt', `${ref}: ${code} after ${ballot.status}`);
      return;
    }
    if (retryAfterMs === null) {
      book.faults.note('ballot-refused', `${ref}: ${code}`);
      return;
    }
    const hints = viewer.state?.hints;
    if (hints === undefined || !this.#resends.has(ballot)) return;
    const delayMs = resendDelayMs({ tries: ballot.tries, hints, retryAfterMs, random: random.next() });
    clockwork.later(delayMs, () => this.#sendAgain(viewer, ballot, ballot.tries));
  }

  #checkAccepted(viewer: Viewer, ballot: HeldBallot): void {
    const { book } = this.#options;
    const inByMs = this.#inByMs.get(`${ballot.pollId}:${ballot.round}`);
    if (ballot.sentAtMs !== null && inByMs !== undefined && ballot.sentAtMs > inByMs + CLOCK_SLACK_MS) {
      book.faults.note(
        'accepted-after-close',
        `${ballot.id}: sent ${Math.round(ballot.sentAtMs - inByMs)} ms after the end`,
      );
    }
    if (ballot.isSecond) {
      const first = viewer.ballots.find(
        (other) => other !== ballot && other.pollId === ballot.pollId && other.round === ballot.round,
      );
      if (first?.status === 'accepted') book.faults.note('counted-twice', `${first.id} and ${ballot.id}`);
    }
  }

  #send(viewer: Viewer, ballot: HeldBallot): void {
    const { book, random, clockwork, speechOf } = this.#options;
    if (viewer.phase !== 'here') return;
    if (ballot.sentAtMs === null) {
      ballot.sentAtMs = nowMs();
      book.count.sent += 1;
    } else {
      book.count.resent += 1;
    }
    ballot.tries += 1;
    speechOf(viewer).cast(viewer, ballot);
    const hints = viewer.state?.hints;
    if (hints === undefined || !this.#resends.has(ballot)) return;
    const { tries } = ballot;
    const delayMs = resendDelayMs({ tries, hints, retryAfterMs: null, random: random.next() });
    clockwork.later(delayMs, () => this.#sendAgain(viewer, ballot, tries));
  }

  /** Unless an answer has come, or another try has been made meanwhile. */
  #sendAgain(viewer: Viewer, ballot: HeldBallot, tries: number): void {
    if (ballot.status === null && ballot.tries === tries) this.#send(viewer, ballot);
  }
}
