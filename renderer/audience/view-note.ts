import { pollCadenceMs } from './backoff.ts';
import { figuresMove, hintsOf, type Model } from './model.ts';
import type { PollPhase } from './poll-phase.ts';
import { type Note, texts } from './texts.ts';
import type { Moment } from './view.ts';
import { voteKey, voteOf } from './vote.ts';

/** A reconnect that takes less is not worth a word. */
const LOST_SHOWN_AFTER_MS = 1_000;
const CONNECTING_SHOWN_AFTER_MS = 4_000;

/**
 * How long nothing was heard, in ms, or null while that is in order: a cadence and a second after something was asked.
 * Polling asks every cadence, and so does every other way while figures move on the page: two cadences and a second
 * after the last sign. On a quiet socket with nothing due, the question is asked every ten seconds.
 */
export function silentForMs(model: Model, nowMs: number): number | null {
  if (model.link.kind !== 'online' || model.askedAtMs === null) return null;
  const overdue = nowMs - model.askedAtMs > pollCadenceMs(hintsOf(model)) + 1_000;
  return overdue ? nowMs - model.heardAtMs : null;
}

/** The fine print, or what is more urgent. It has its own place, so nothing jumps when it changes. */
export function noteOf(shown: { model: Model; nowMs: number; moment: Moment; phase: PollPhase | null }): Note {
  const { moment } = shown;
  if (moment.name === 'bad-code') return texts.notes.none;
  return linkNote(shown) ?? voteNote(shown) ?? levelNote(shown) ?? earlierNote(shown.model) ?? usualNote(shown);
}

function linkNote(shown: { model: Model; nowMs: number; moment: Moment }): Note | null {
  const { model, nowMs, moment } = shown;
  const { link } = model;
  const { notes } = texts;
  if (link.kind === 'waiting-room') return notes.door(Math.max(0, link.untilMs - nowMs));
  const offline =
    (link.kind === 'lost' && nowMs - link.sinceMs > LOST_SHOWN_AFTER_MS) ||
    (link.kind === 'connecting' && nowMs - link.sinceMs > CONNECTING_SHOWN_AFTER_MS);
  const sending = Object.values(model.votes).some((vote) => vote.answer.kind === 'pending');
  if (offline) {
    const why = link.kind === 'lost' && link.code !== null ? notes.notLetIn[link.code] : null;
    if (why !== null) return why;
    if (sending) return notes.noSignalSending;
    return moment.name === 'question' ? notes.noSignalChoosing : notes.noSignal;
  }
  const silentMs = silentForMs(model, nowMs);
  if (silentMs === null) return null;
  return sending ? notes.quietSending(silentMs) : notes.quiet(silentMs);
}

function voteNote(shown: { model: Model; moment: Moment; phase: PollPhase | null }): Note | null {
  const { model, moment, phase } = shown;
  const { notes } = texts;
  const vote = model.state?.poll ? voteOf(model.votes, model.state, model.state.poll) : null;
  if (moment.name === 'question') return vote?.answer.kind === 'refused' ? notes.refused : null;
  if (moment.name !== 'sent') return null;
  if (phase === 'paused') return notes.pausedSending;
  if (phase === 'over') return notes.sendingAfterEnd;
  if (model.reseated) return notes.sendingReseated;
  return model.trouble !== null && model.trouble.ballotId === vote?.ballotId
    ? notes.notTaken[model.trouble.code]
    : null;
}

/** What the level costs in this moment; levels that cost a viewer nothing say nothing. */
function levelNote(shown: { model: Model; moment: Moment }): Note | null {
  const { model, moment } = shown;
  const { notes } = texts;
  const hints = hintsOf(model);
  const busy = hints.level >= 3;
  const voted =
    (moment.kind === 'plain' && moment.mine !== null) ||
    (moment.kind === 'results' && (moment.receipt ?? moment.mine) !== null);
  const hold = voted ? notes.holdVoted : notes.hold;
  switch (moment.name) {
    case 'question':
      if (hints.level >= 5) return notes.holdChoosing;
      if (!busy) return null;
      return model.link.kind === 'online' && model.link.via === 'poll'
        ? notes.busyPolling(pollCadenceMs(hints))
        : notes.busy;
    case 'sent':
      if (hints.level >= 5) return notes.holdVoted;
      return busy ? notes.busySending : null;
    case 'accepted':
      if (hints.level >= 5) return notes.holdVoted;
      return busy ? notes.afterTheShow : null;
    case 'waiting':
    case 'closed':
      if (hints.level >= 5) return hold;
      return busy && model.state !== null ? notes.afterTheShow : null;
    case 'results':
      if (hints.level >= 5) return hold;
      return hints.level >= 1 && figuresMove(model) ? notes.slowFigures(pollCadenceMs(hints)) : null;
    default:
      return hints.level >= 5 ? notes.hold : null;
  }
}

/** A vote of an earlier question that is still without an answer. */
function earlierNote(model: Model): Note | null {
  const { state } = model;
  const current = state?.poll === undefined ? null : voteOf(model.votes, state, state.poll);
  const earlier = Object.values(model.votes).some(
    (vote) => vote.answer.kind === 'pending' && (current === null || voteKey(vote) !== voteKey(current)),
  );
  return earlier ? texts.notes.earlier : null;
}

function usualNote(shown: { model: Model; moment: Moment; phase: PollPhase | null }): Note {
  const { model, moment, phase } = shown;
  const { notes } = texts;
  switch (moment.name) {
    case 'waiting':
      return notes.waiting;
    case 'question':
      return notes.question;
    case 'sent':
      return notes.sending;
    case 'paused':
      return moment.kind === 'form' && moment.options.some((option) => option.chosen)
        ? notes.pausedChosen
        : notes.paused;
    case 'accepted':
      return model.lasting ? notes.accepted : notes.acceptedNotLasting;
    case 'not-counted':
      return notes.notCounted;
    case 'closed':
      return notes.closed;
    case 'results':
      if (phase !== 'over') return notes.resultsMoving;
      return moment.kind === 'results' && (moment.receipt ?? moment.mine) !== null
        ? notes.results
        : notes.resultsNotVoted;
    case 'cta':
      return notes.cta;
    case 'reaction':
    case 'bad-code':
      return notes.none;
  }
}
