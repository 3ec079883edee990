import type { PublicPoll, PublicState } from '../../shared/protocol/audience.ts';
import type { Mode, PollId } from '../../shared/protocol/ids.ts';

/** What orders the public states of one mode: `epoch` (core incarnation) first, then `rev`. */
export interface StateMark {
  mode: Mode;
  epoch: number;
  rev: number;
}

/**
 * A cache, a slow edge or a second transport may bring an old state after a newer one; it must never be shown. The two
 * modes are numbered apart: a page that changes over from one to the other begins anew.
 */
export function isNewer(next: StateMark, seen: StateMark | null): boolean {
  if (seen === null || seen.mode !== next.mode) return true;
  return next.epoch > seen.epoch || (next.epoch === seen.epoch && next.rev > seen.rev);
}

/** Names one airing of a poll on this device. Rounds of the two modes are counted apart, so the mode belongs to it. */
export function runKey(mode: Mode, pollId: PollId, round: number): string {
  return `${mode}:${pollId}:${round}`;
}

export function pollKey(state: PublicState, poll: PublicPoll): string {
  return runKey(state.mode, poll.id, poll.round);
}

/**
 * Whether a parsed answer is a public state of the version this page speaks. Not a full check (the edge is ours, and the
 * schemas would weigh more than the page): it keeps a captive portal's JSON or a later version from being drawn.
 */
export function isPublicState(value: unknown): value is PublicState {
  if (typeof value !== 'object' || value === null) return false;
  const state = value as Partial<Record<keyof PublicState, unknown>>;
  return (
    state.v === 1 &&
    typeof state.epoch === 'number' &&
    typeof state.rev === 'number' &&
    typeof state.hints === 'object' &&
    state.hints !== null
  );
}
