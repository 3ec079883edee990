import type { Cancel, Env } from './env.ts';
import type { Ladder } from './ladder.ts';
import { THROUGH_WITHIN_MS, type Transport, type TransportEvent, type TransportKind } from './transport.ts';

/** A transport on trial that has answered. */
export interface Through {
  transport: Transport;
  /** The first thing that it said. */
  word: TransportEvent & { t: 'joined' | 'state' };
  /** What carried so far has said nothing at all. */
  isRival: boolean;
}

export interface TrialsOptions {
  env: Env;
  ladder: Ladder;
  /** What carries ballots and states now; null between two attempts. */
  carrying(): TransportKind | null;
  /** Whether a stream can be opened without asking for a seat first. */
  hasSeat(): boolean;
  /** Null where the browser forbids it. */
  open(kind: TransportKind): Transport | null;
  /** It carries from now on. */
  onThrough(through: Through): void;
  onBadToken(event: TransportEvent & { t: 'bad-token' }): void;
}

/** The one transport on trial while another one carries: a way below one that has said nothing yet, or from time to time a better one. */
export interface Trials {
  current(): Transport | null;
  /** What the one on trial says. */
  heard(event: TransportEvent): void;
  /** Another attempt or another transport carries from now on. */
  began(kind: TransportKind): void;
  /** It has opened, and whoever is at its other end has not said a word yet. */
  opened(kind: TransportKind): void;
  /** What carries has spoken, or is over for a reason that the others would be told, too. */
  endRivals(): void;
  /** The rival that is under way, which goes on alone from now on. */
  takeRival(): Transport | null;
  planClimb(notBeforeMs: number): void;
  /** Requests get through again after a miss: perhaps more does. */
  climbAnew(): void;
  forgetClimbs(): void;
  drop(): void;
}

const FIRST_CLIMB_MS = 15_000;
const LONGEST_CLIMB_MS = 240_000;
/** While the hints ask for less than the best there is nothing to try, only to look at them again. */
const LOOK_AGAIN_MS = 60_000;
/** Some networks answer 101 and then pass nothing. Without a frame for so long, the next way down is tried beside it. */
const RIVAL_AFTER_MS = 3_000;
/**
 * And somewhat later, each page at its own moment: it may as well be the edges that are slow to welcome a crowd, and all of it asking
 * once more in the same second would be twice the crowd. How long a socket took to open tells how slow they are, and twice that is
 * the most to wait longer; one that has not opened is given up after `THROUGH_WITHIN_MS` anyway.
 */
const RIVAL_SPREAD_MS = THROUGH_WITHIN_MS - RIVAL_AFTER_MS;
const MOST_RIVAL_SPREAD_MS = 6_000;

export function createTrials({ env, ladder, carrying, hasSeat, ...options }: TrialsOptions): Trials {
  let trial: Transport | null = null;
  /** What is to be tried after it. */
  let tryNext: TransportKind[] = [];
  /** Whether the trial is of a way below what carries, which has said nothing yet: the first of the two to answer carries. */
  let rivals = false;
  let climbs = 0;
  let cancelClimb: Cancel = () => {};
  let cancelRivals: Cancel = () => {};
  /** When what carries began. */
  let begunAtMs = 0;

  function planRivals(kind: TransportKind, { afterMs, spreadMs }: { afterMs: number; spreadMs: number }): void {
    cancelRivals();
    cancelRivals = env.after(afterMs + env.random() * spreadMs, () => {
      // A page on its way to a stream asks for its seat as one that polls does: both at once would be two voters' seats.
      if (kind === 'sse' && !hasSeat()) return;
      if (trial !== null || carrying() !== kind) return;
      tryNext = ladder.below(kind);
      rivals = tryNext.length > 0;
      if (rivals) tryOne();
    });
  }

  /** What is better than what carries now, and worth a try. A stream on trial can't take a seat of its own. */
  function better(): TransportKind[] {
    const kind = carrying();
    return kind === null ? [] : ladder.above(kind).filter((above) => above !== 'sse' || hasSeat());
  }

  function planClimb(notBeforeMs: number): void {
    cancelClimb();
    const kind = carrying();
    if (kind === null || ladder.isTop(kind)) return;
    const grownMs = Math.min(LONGEST_CLIMB_MS, FIRST_CLIMB_MS * 2 ** Math.min(climbs, 8));
    const spreadMs = better().length === 0 ? Math.max(grownMs, LOOK_AGAIN_MS) : grownMs;
    cancelClimb = env.after(notBeforeMs + 1_000 + env.random() * spreadMs, () => {
      if (trial !== null) return;
      tryNext = better();
      if (tryNext.length > 0) climbs += 1;
      tryOne();
    });
  }

  function tryOne(): void {
    const kind = tryNext.shift();
    if (kind === undefined) {
      rivals = false;
      planClimb(0);
      return;
    }
    trial = options.open(kind);
    if (trial === null) tryOne();
  }

  /** Nothing is on trial from now on; what was goes on. */
  function letGo(): Transport | null {
    cancelRivals();
    const transport = trial;
    [trial, tryNext, rivals] = [null, [], false];
    return transport;
  }

  return {
    current: () => trial,
    heard(event) {
      switch (event.t) {
        case 'joined':
        case 'state': {
          const isRival = rivals;
          const transport = letGo();
          if (transport !== null) options.onThrough({ transport, word: event, isRival });
          return;
        }
        case 'ended':
          trial = null;
          if (event.retryAfterMs === null) tryOne();
          else {
            rivals = false;
            planClimb(event.retryAfterMs);
          }
          return;
        case 'bad-token':
          options.onBadToken(event);
          return;
        default:
        // Anything else that a transport on trial says, what carries says too.
      }
    },
    began(kind) {
      planClimb(0);
      begunAtMs = env.nowMs();
      planRivals(kind, { afterMs: RIVAL_AFTER_MS, spreadMs: RIVAL_SPREAD_MS });
    },
    opened(kind) {
      if (rivals) return;
      const tookMs = env.nowMs() - begunAtMs;
      planRivals(kind, {
        afterMs: Math.max(0, RIVAL_AFTER_MS - tookMs),
        spreadMs: Math.min(MOST_RIVAL_SPREAD_MS, 2 * tookMs),
      });
    },
    endRivals() {
      cancelRivals();
      if (rivals) letGo()?.stop();
    },
    takeRival: () => (rivals ? letGo() : null),
    planClimb,
    climbAnew() {
      if (climbs === 0) return;
      climbs = 0;
      planClimb(0);
    },
    forgetClimbs() {
      climbs = 0;
    },
    drop() {
      cancelClimb();
      letGo()?.stop();
    },
  };
}
