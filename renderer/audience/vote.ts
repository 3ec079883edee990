import { isolated } from '../../shared/domain/isolated.ts';
import type { Ballot, PublicPoll, PublicState, Receipt } from '../../shared/protocol/audience.ts';
import type { BallotId, Mode, OptionId, PollId } from '../../shared/protocol/ids.ts';
import { runKey } from './public-state.ts';

export type VoteAnswer =
  /** Not known yet; the same ballot goes out again. */
  | { kind: 'pending' }
  | { kind: 'receipt'; receipt: Receipt }
  /** The server could not read it; the person may choose again. */
  | { kind: 'refused' }
  /** We asked long enough. */
  | { kind: 'unknown' };

/** A ballot with its choice, kept on the device before it is sent and with its answer after. */
export interface Vote {
  mode: Mode;
  pollId: PollId;
  round: number;
  /** Of `state.show`; absent where the device kept it before shows had one. */
  show?: string;
  /** Tells this run from one of the same name in another show on the same address. */
  openedAtMs: number;
  ballotId: BallotId;
  choice: OptionId[];
  /** The chosen texts, for a receipt that outlives the question. */
  choiceText: string;
  /** Core time as this page knew it; null when it didn't. */
  castAtMs: number | null;
  /** As last known; null when the run was paused. */
  closesAtMs: number | null;
  graceMs: number;
  answer: VoteAnswer;
}

/** After the end of a run the same id still brings its first receipt, so asking goes on for a while. */
const KEEP_ASKING_MS = 120_000;

export function voteKey(vote: Vote): string {
  return runKey(vote.mode, vote.pollId, vote.round);
}

/** Whether what this device kept may belong to the show of this state: another one has taken its place on the same address. */
export function isOfShow(kept: { show?: string }, state: PublicState): boolean {
  return kept.show === undefined || kept.show === state.show;
}

/** The vote this device cast in the poll, or null. */
export function voteOf(votes: Readonly<Record<string, Vote>>, state: PublicState, poll: PublicPoll): Vote | null {
  const vote = votes[runKey(state.mode, poll.id, poll.round)];
  return vote !== undefined && isOfShow(vote, state) && vote.openedAtMs === poll.openedAtMs ? vote : null;
}

export function newVote(cast: {
  state: PublicState;
  poll: PublicPoll;
  choice: readonly OptionId[];
  ballotId: BallotId;
  castAtMs: number | null;
}): Vote {
  const { state, poll } = cast;
  return {
    mode: state.mode,
    pollId: poll.id,
    round: poll.round,
    show: state.show,
    openedAtMs: poll.openedAtMs,
    ballotId: cast.ballotId,
    choice: [...cast.choice],
    choiceText: textsOf(poll, cast.choice),
    castAtMs: cast.castAtMs,
    closesAtMs: poll.closesAtMs ?? null,
    graceMs: poll.graceMs,
    answer: { kind: 'pending' },
  };
}

/** The chosen options' texts in the poll's order. */
export function textsOf(poll: PublicPoll, choice: readonly OptionId[]): string {
  return poll.options
    .filter((option) => choice.includes(option.id))
    .map((option) => isolated(option.text))
    .join(', ');
}

export function ballotOf(vote: Vote): Ballot {
  return {
    id: vote.ballotId,
    pollId: vote.pollId,
    round: vote.round,
    choice: vote.choice,
    ...(vote.castAtMs === null ? {} : { castAtMs: Math.round(vote.castAtMs) }),
  };
}

/** The vote with the closing time that the state gives its run now: it may have been extended, shortened or paused. */
export function withRunTimes(vote: Vote, state: PublicState): Vote {
  if (vote.mode !== state.mode) return vote;
  const runs = [...(state.poll === undefined ? [] : [state.poll]), ...(state.recent ?? [])];
  const run = runs.find((candidate) => candidate.id === vote.pollId && candidate.round === vote.round);
  if (run === undefined) return vote;
  const closesAtMs = run.closesAtMs ?? null;
  return closesAtMs === vote.closesAtMs && run.graceMs === vote.graceMs
    ? vote
    : { ...vote, closesAtMs, graceMs: run.graceMs };
}

/** Whether both were cast in the same run: another show at this address may have one of the same name. */
export function isSameRun(a: Vote, b: Vote): boolean {
  const sameShow = a.show === undefined || b.show === undefined || a.show === b.show;
  return voteKey(a) === voteKey(b) && a.openedAtMs === b.openedAtMs && sameShow;
}

/** A ballot's answers, the word that stands over all others last. */
function certainty({ answer }: Vote): number {
  switch (answer.kind) {
    case 'pending':
      return 0;
    case 'refused':
      return 1;
    case 'unknown':
      return 2;
    case 'receipt':
      return answer.receipt.status === 'accepted' ? 4 : 3;
  }
}

/**
 * Which of two votes under one name is this phone's: two tabs may both have voted before either heard of the other. The one
 * that was accepted; else one that may still have been, for whom a "duplicate" of the other speaks; else what was answered.
 * Of two runs the later one.
 */
export function prevailing(own: Vote, other: Vote): Vote {
  if (!isSameRun(own, other)) return other.openedAtMs > own.openedAtMs ? other : own;
  const isSameBallot = own.ballotId === other.ballotId;
  const rank = (vote: Vote) => (vote.answer.kind === 'pending' && !isSameBallot ? 3.5 : certainty(vote));
  return rank(other) > rank(own) ? other : own;
}

/** Votes by run, each the one that prevails. */
export function prevailingVotes(own: Readonly<Record<string, Vote>>, others: readonly Vote[]): Record<string, Vote> {
  const votes: Record<string, Vote> = { ...own };
  for (const vote of others) {
    const before = votes[voteKey(vote)];
    votes[voteKey(vote)] = before === undefined ? vote : prevailing(before, vote);
  }
  return votes;
}

/** Whether the run ended so long ago that a ballot without an answer is given up. */
export function isPastAsking(vote: Vote, serverNowMs: number | null): boolean {
  if (serverNowMs === null || vote.closesAtMs === null) return false;
  return serverNowMs > vote.closesAtMs + vote.graceMs + KEEP_ASKING_MS;
}
