import { pollCadenceMs } from './backoff.ts';
import { hintsOf, type Model } from './model.ts';
import type { PollPhase } from './poll-phase.ts';
import { type Note, texts } from './texts.ts';
import type { Moment } from './view.ts';
import { voteKey, voteOf } from './vote.ts';
import { PING_AFTER_MS } from './ws-transport.ts';

/** A reconnect that takes less is not worth a word. */
const LOST_SHOWN_AFTER_MS = 1_000;
const CONNECTING_SHOWN_AFTER_MS = 4_000;

/**
 * How long nothing was heard, in ms, or null while that is in order. Something is due every cadence on polling; on a
 * quiet socket the next sign is the answer to our own ping.
 */
export function silentForMs(model: Model, nowMs: number): number | null {
  if (model.link.kind !== 'online') return null;
  const hints = hintsOf(model);
  const limitMs =
    model.link.via === 'poll' ? 2 * pollCadenceMs(hints) + 1_000 : PING_AFTER_MS + 2 * hints.cadenceMs + 1_000;
  const silentMs = nowMs - model.heardAtMs;
  return silentMs > limitMs ? silentMs : null;
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
  if (moment.name === 'sent') {
    if (phase === 'paused') return notes.pausedSending;
    if (phase === 'over') return notes.sendingAfterEnd;
    return model.reseated ? notes.sendingReseated : null;
  }
  if (moment.name !== 'question' || !model.state?.poll) return null;
  return voteOf(model.votes, model.state, model.state.poll)?.answer.kind === 'refused' ? notes.refused : null;
}

function levelNote(shown: { model: Model; moment: Moment }): Note | null {
  const { model, moment } = shown;
  const { notes } = texts;
  const hints = hintsOf(model);
  if (hints.level >= 5) return notes.hold;
  if (hints.level < 3) return null;
  switch (moment.name) {
    case 'question':
      return model.link.kind === 'online' && model.link.via === 'poll'
        ? notes.busyPolling(pollCadenceMs(hints))
        : notes.busy;
    case 'sent':
      return notes.busySending;
    case 'waiting':
    case 'accepted':
    case 'closed':
      return model.state === null ? null : notes.afterTheShow;
    default:
      return null;
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
      return notes.paused;
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
