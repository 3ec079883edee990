import type { AudienceErrorCode, Hints, PublicState, Receipt } from '../../shared/protocol/audience.ts';
import type { BallotId, OptionId } from '../../shared/protocol/ids.ts';
import { FIRST_HINTS, pollCadenceMs } from './backoff.ts';
import { isNewer, pollKey, type StateMark } from './public-state.ts';
import { type ClockSample, withSample } from './server-clock.ts';
import type { Draft } from './store.ts';
import type { TransportKind } from './transport.ts';
import {
  isOfShow,
  prevailing,
  prevailingVotes,
  type Vote,
  type VoteAnswer,
  voteKey,
  voteOf,
  withRunTimes,
} from './vote.ts';

/** Local times are this page's monotonic clock, in ms. */
export type Link =
  | { kind: 'connecting'; sinceMs: number }
  | { kind: 'online'; via: TransportKind }
  /** `code`: the server's reason; null when none came. */
  | { kind: 'lost'; sinceMs: number; code: AudienceErrorCode | null }
  | { kind: 'waiting-room'; untilMs: number }
  /** The rehearsal code of this page's address opens nothing. */
  | { kind: 'bad-code' };

/** All that the page knows. */
export interface Model {
  state: PublicState | null;
  /** Orders states; null also after the identity was lost, when another show may stand at this address. */
  mark: StateMark | null;
  clock: readonly ClockSample[];
  link: Link;
  /** Local time of the last sign of life. */
  heardAtMs: number;
  /** Local time of the question that nothing has been heard since; null when none is open. */
  askedAtMs: number | null;
  votes: Readonly<Record<string, Vote>>;
  draft: Draft | null;
  /** The receipt that came while this page was open, so that it is seen before live results replace it. */
  fresh: { key: string; atMs: number } | null;
  /** Length of the window of the poll in the lane, for the bar while it is paused. */
  window: { key: string; ms: number } | null;
  /** Why the last try to hand in a vote is not known to have succeeded, in the server's word. */
  trouble: { ballotId: BallotId; code: AudienceErrorCode } | null;
  /** The token was refused and the votes under way go out under a new one. */
  reseated: boolean;
  /** Whether the receipt survives a reload. */
  lasting: boolean;
}

export type Change =
  | { t: 'state'; state: PublicState }
  | { t: 'sample'; sample: ClockSample }
  | { t: 'clock-lost' }
  | { t: 'sign' }
  | { t: 'asked' }
  | { t: 'link'; link: Link }
  | { t: 'bad-token' }
  | { t: 'chosen'; optionId: OptionId }
  | { t: 'cast'; vote: Vote }
  | { t: 'receipt'; receipt: Receipt }
  | { t: 'refused'; ballotId: BallotId }
  | { t: 'given-up'; ballotId: BallotId }
  | { t: 'trouble'; ballotId: BallotId; code: AudienceErrorCode }
  /** What the device holds, read again: another tab wrote. */
  | { t: 'votes'; votes: readonly Vote[] };

export function firstModel(start: {
  nowMs: number;
  votes: readonly Vote[];
  draft: Draft | null;
  lasting: boolean;
}): Model {
  return {
    state: null,
    mark: null,
    clock: [],
    link: { kind: 'connecting', sinceMs: start.nowMs },
    heardAtMs: start.nowMs,
    askedAtMs: null,
    votes: prevailingVotes({}, start.votes),
    draft: start.draft,
    fresh: null,
    window: null,
    trouble: null,
    reseated: false,
    lasting: start.lasting,
  };
}

export function hintsOf(model: Model): Hints {
  return model.state?.hints ?? FIRST_HINTS;
}

/** Without news for so long, a page that only listens asks for a sign of life. */
const QUIET_MS = 10_000;

/** Whether figures are shown that move with the votes: then something new is due every cadence. */
export function figuresMove(model: Model): boolean {
  const { results, poll } = model.state ?? {};
  return results !== undefined && !results.final && poll?.intake === 'open';
}

/** How long nothing may come, ms, before silence has to be judged. */
export function quietMs(model: Model): number {
  return figuresMove(model) ? pollCadenceMs(hintsOf(model)) : QUIET_MS;
}

/** The model after a change at local time `nowMs`. Pure. */
export function reduce(model: Model, change: Change, nowMs: number): Model {
  switch (change.t) {
    case 'state':
      return withState(heard(model, nowMs), change.state);
    case 'sample':
      return { ...heard(model, nowMs), clock: withSample(model.clock, change.sample) };
    case 'clock-lost':
      return { ...model, clock: [] };
    case 'sign':
      return heard(model, nowMs);
    case 'asked':
      return { ...model, askedAtMs: model.askedAtMs ?? nowMs };
    case 'link':
      return { ...(change.link.kind === 'online' ? heard(model, nowMs) : model), link: change.link };
    case 'bad-token':
      return { ...model, mark: null, reseated: true };
    case 'chosen':
      return withChoice(model, change.optionId);
    case 'cast':
      return withVote({ ...model, draft: null }, change.vote);
    case 'receipt':
      return answered(
        heard(model, nowMs),
        change.receipt.ballotId,
        { kind: 'receipt', receipt: change.receipt },
        nowMs,
      );
    case 'trouble':
      return { ...heard(model, nowMs), trouble: { ballotId: change.ballotId, code: change.code } };
    case 'refused': {
      const vote = voteWith(model, change.ballotId);
      const next = answered(model, change.ballotId, { kind: 'refused' }, nowMs);
      // The choice is kept, so that sending again takes one tap.
      if (vote === null || next === model) return model;
      const show = vote.show === undefined ? {} : { show: vote.show };
      return { ...next, draft: { key: voteKey(vote), ...show, choice: vote.choice } };
    }
    case 'given-up':
      return answered(model, change.ballotId, { kind: 'unknown' }, nowMs);
    case 'votes': {
      const { state } = model;
      const ofThisShow = change.votes.filter((vote) => state === null || isOfShow(vote, state));
      return { ...model, votes: prevailingVotes(model.votes, ofThisShow) };
    }
  }
}

function heard(model: Model, nowMs: number): Model {
  return { ...model, heardAtMs: nowMs, askedAtMs: null };
}

/** The votes that may belong to the show of this state; all of them before the first. */
function votesOf(votes: Readonly<Record<string, Vote>>, state: PublicState | null): Readonly<Record<string, Vote>> {
  return state === null ? votes : Object.fromEntries(Object.entries(votes).filter(([, vote]) => isOfShow(vote, state)));
}

/** What was known of another show at this address is forgotten: its polls may have the names of this one's. */
function ofShow(model: Model, state: PublicState): Model {
  const votes = votesOf(model.votes, state);
  const draft = model.draft !== null && isOfShow(model.draft, state) ? model.draft : null;
  const isAnother = model.state !== null && model.state.show !== state.show;
  return isAnother ? { ...model, votes, draft, fresh: null, window: null, trouble: null } : { ...model, votes, draft };
}

function withState(before: Model, state: PublicState): Model {
  if (!isNewer(state, before.mark)) return before;
  const model = ofShow(before, state);
  const { poll } = state;
  const votes: Record<string, Vote> = {};
  for (const [key, vote] of Object.entries(model.votes)) {
    votes[key] = vote.answer.kind === 'pending' ? withRunTimes(vote, state) : vote;
  }
  const window =
    poll?.closesAtMs === undefined
      ? model.window
      : { key: pollKey(state, poll), ms: poll.closesAtMs - poll.openedAtMs };
  return { ...model, state, mark: { mode: state.mode, epoch: state.epoch, rev: state.rev }, votes, window };
}

/** The options chosen for the poll in the lane and not sent yet. */
export function draftChoice(model: Model): readonly OptionId[] {
  const poll = model.state?.poll;
  if (!model.state || poll === undefined || model.draft?.key !== pollKey(model.state, poll)) return [];
  if (!isOfShow(model.draft, model.state)) return [];
  const known = new Set(poll.options.map((option) => option.id));
  return model.draft.choice.filter((id) => known.has(id));
}

/** Whether more than one option can be chosen. */
export function isMultiple(poll: { max: number }): boolean {
  return poll.max > 1;
}

function withChoice(model: Model, optionId: OptionId): Model {
  const { state } = model;
  const poll = state?.poll;
  if (!state || poll === undefined) return model;
  const vote = voteOf(model.votes, state, poll);
  if (vote !== null && vote.answer.kind !== 'refused') return model;
  const chosen = draftChoice(model);
  let choice: OptionId[];
  if (!isMultiple(poll)) choice = [optionId];
  else if (chosen.includes(optionId)) choice = chosen.filter((id) => id !== optionId);
  else if (chosen.length < poll.max) choice = [...chosen, optionId];
  else return model;
  return { ...model, draft: { key: pollKey(state, poll), show: state.show, choice } };
}

function withVote(model: Model, vote: Vote): Model {
  return { ...model, votes: { ...model.votes, [voteKey(vote)]: vote } };
}

export function voteWith(model: Model, ballotId: BallotId): Vote | null {
  return Object.values(model.votes).find((vote) => vote.ballotId === ballotId) ?? null;
}

function answered(model: Model, ballotId: BallotId, answer: VoteAnswer, nowMs: number): Model {
  const vote = voteWith(model, ballotId);
  if (vote === null) return model;
  // The first receipt is the last word, whatever a resent ballot is answered, unless only the second says "accepted".
  if (vote.answer.kind === 'receipt' && prevailing(vote, { ...vote, answer }) === vote) return model;
  const next = { ...withVote(model, { ...vote, answer }), trouble: null };
  return answer.kind === 'receipt' ? { ...next, reseated: false, fresh: { key: voteKey(vote), atMs: nowMs } } : next;
}
