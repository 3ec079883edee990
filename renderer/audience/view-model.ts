import type { PublicState } from '../../shared/protocol/audience.ts';
import { timeLeftText, webLink } from './format.ts';
import { draftChoice, isMultiple, type Model } from './model.ts';
import { type PollPhase, pollPhase } from './poll-phase.ts';
import { pollKey } from './public-state.ts';
import { serverTimeMs } from './server-clock.ts';
import { texts } from './texts.ts';
import type { Action, Call, Mine, Moment, TimeLeft, View } from './view.ts';
import { noteOf, silentForMs } from './view-note.ts';
import { mineCard, receiptMoment, resultsMoment, totalOf } from './view-votes.ts';
import { textsOf, type Vote, voteKey, voteOf } from './vote.ts';

type Poll = NonNullable<PublicState['poll']>;

/** A receipt stays in full for this long before live results take its place. */
const RECEIPT_SEEN_MS = 4_000;
/** Rating scales with longer words than this are a list, not a row. */
const ROW_TEXT_LENGTH = 3;

/** What the page shows at local time `nowMs`. Pure. */
export function viewOf(model: Model, nowMs: number): View {
  const serverNowMs = serverTimeMs(model.clock, nowMs);
  const { state } = model;
  const moment = momentOf({ model, nowMs, serverNowMs });
  const calls = state === null ? [] : callsOf(state, serverNowMs);
  const note = noteOf({ model, nowMs, moment, phase: state?.poll ? pollPhase(state.poll, serverNowMs) : null });
  return {
    title: state?.title ?? texts.product,
    rehearsal: state?.mode === 'rehearsal',
    message: state?.message ?? null,
    time: timeOf({ model, moment, serverNowMs }),
    moment,
    aside: moment.kind === 'call' || moment.name === 'bad-code' ? [] : calls,
    note,
    stale: silentForMs(model, nowMs) !== null || (model.link.kind === 'lost' && state !== null),
    say: sayOf({ model, moment, serverNowMs }),
    sayNote: note.strong === null ? '' : (note.said ?? `${note.strong} ${note.text}`),
  };
}

interface At {
  model: Model;
  nowMs: number;
  serverNowMs: number | null;
}

function momentOf(at: At): Moment {
  const { model, serverNowMs } = at;
  const { state } = model;
  if (model.link.kind === 'bad-code') {
    return { kind: 'plain', name: 'bad-code', ...texts.badCode, status: null, total: null, mine: null };
  }
  if (state?.poll !== undefined) return pollMoment(at, state, state.poll);
  const call = state === null ? null : callMoment(state, serverNowMs, null);
  return call ?? waitingMoment(state !== null);
}

function waitingMoment(seated: boolean): Moment {
  const { headline, text, finding } = texts.waiting;
  const status = { done: seated, text: seated ? texts.waiting.seated : finding };
  return { kind: 'plain', name: 'waiting', headline, text, status, total: null, mine: null };
}

function pollMoment(at: At, state: PublicState, poll: Poll): Moment {
  const { model, nowMs, serverNowMs } = at;
  const vote = voteOf(model.votes, state, poll);
  const phase = pollPhase(poll, serverNowMs);
  const ofThisRun = (run: { pollId: string; round: number } | undefined) =>
    run !== undefined && run.pollId === poll.id && run.round === poll.round;
  const results = ofThisRun(state.results) ? (state.results ?? null) : null;
  const answer = ofThisRun(state.answer) ? (state.answer ?? null) : null;
  const fresh = vote !== null && model.fresh?.key === voteKey(vote) && nowMs - model.fresh.atMs < RECEIPT_SEEN_MS;
  const total = results?.options === undefined ? totalOf(results, poll) : null;
  const openResult = results?.options !== undefined || answer !== null;

  if (phase !== 'over') {
    if (vote === null || vote.answer.kind === 'refused') return formMoment({ model, state, poll, phase, vote: null });
    if (vote.answer.kind === 'pending') return formMoment({ model, state, poll, phase, vote });
    return openResult && !fresh ? resultsMoment({ poll, results, answer, vote }) : receiptMoment(vote, total);
  }
  if (openResult && !fresh) return resultsMoment({ poll, results, answer, vote });
  if (vote?.answer.kind === 'pending') return formMoment({ model, state, poll, phase, vote });
  if (vote !== null && fresh) return receiptMoment(vote, total);
  const mine = mineCard(vote);
  const { headline } = texts.closed;
  const text = results?.final ? texts.closed.counted : texts.closed.text;
  return (
    callMoment(state, serverNowMs, mine) ?? { kind: 'plain', name: 'closed', headline, text, status: null, total, mine }
  );
}

function formMoment(shown: {
  model: Model;
  state: PublicState;
  poll: Poll;
  phase: PollPhase;
  /** The ballot under way; null while choosing. */
  vote: Vote | null;
}): Moment {
  const { model, state, poll, phase, vote } = shown;
  const choice = vote?.choice ?? draftChoice(model);
  const locked = vote !== null || phase !== 'open';
  const multiple = isMultiple(poll);
  const full = multiple && choice.length >= poll.max;
  const row = poll.kind === 'rating' && !multiple && poll.options.every((o) => o.text.length <= ROW_TEXT_LENGTH);
  return {
    kind: 'form',
    name: vote !== null ? 'sent' : phase === 'paused' ? 'paused' : 'question',
    key: pollKey(state, poll),
    question: poll.text,
    shape: multiple ? 'multiple' : row ? 'rating' : 'single',
    hint: multiple ? `${rangeText(poll)} · ${texts.form.chosen(choice.length, poll.max)}` : '',
    columns: row ? columnsFor(poll.options.length) : null,
    options: poll.options.map((option) => {
      const chosen = choice.includes(option.id);
      return { id: option.id, text: option.text, chosen, off: !chosen && (locked || full) };
    }),
    locked,
    action: actionOf({ poll, choice, phase, sending: vote !== null }),
  };
}

/** A long scale breaks into two even rows, so that each number stays wide enough for a thumb. */
function columnsFor(count: number): number {
  return count <= 6 ? count : Math.min(6, Math.ceil(count / 2));
}

function rangeText(poll: Poll): string {
  if (poll.min === poll.max) return texts.form.exactly(poll.max);
  return poll.min <= 1 ? texts.form.upTo(poll.max) : texts.form.between(poll.min, poll.max);
}

function actionOf(shown: { poll: Poll; choice: readonly string[]; phase: PollPhase; sending: boolean }): Action {
  const { poll, choice, phase, sending } = shown;
  const words = texts.form;
  if (sending) return { kind: 'busy', text: words.sending };
  if (phase !== 'open') return { kind: 'blocked', text: words.hold };
  if (isMultiple(poll)) {
    const missing = Math.max(poll.min, 1) - choice.length;
    return missing > 0
      ? { kind: 'blocked', text: words.missing(missing) }
      : { kind: 'ready', text: words.voteMany(choice.length) };
  }
  if (choice.length === 0) return { kind: 'blocked', text: poll.kind === 'rating' ? words.rating : words.single };
  const chosen = textsOf(poll, choice as (typeof poll.options)[number]['id'][]);
  const say = { quiz: words.answer, prediction: words.predict, rating: words.rate } as Record<
    string,
    typeof words.vote
  >;
  return { kind: 'ready', text: (say[poll.kind] ?? words.vote)(chosen) };
}

function isOn(run: { intake: Poll['intake']; closesAtMs?: number | undefined }, serverNowMs: number | null): boolean {
  return (
    pollPhase(
      { intake: run.intake, ...(run.closesAtMs === undefined ? {} : { closesAtMs: run.closesAtMs }) },
      serverNowMs,
    ) !== 'over'
  );
}

/** Calls on air now: the CTA first, then the words of a reaction. */
function callsOf(state: PublicState, serverNowMs: number | null): Call[] {
  const calls: Call[] = [];
  if (state.cta !== undefined && isOn(state.cta, serverNowMs)) {
    const link = webLink(state.cta.link);
    calls.push({
      text: state.cta.text,
      link,
    });
  }
  if (state.reaction !== undefined && isOn(state.reaction, serverNowMs)) {
    calls.push({ text: state.reaction.text, link: null });
  }
  return calls;
}

function callMoment(state: PublicState, serverNowMs: number | null, mine: Mine | null): Moment | null {
  const call = callsOf(state, serverNowMs)[0];
  if (call === undefined) return null;
  const cta = state.cta !== undefined && isOn(state.cta, serverNowMs);
  return { kind: 'call', name: cta ? 'cta' : 'reaction', call, mine };
}

function timeOf(shown: { model: Model; moment: Moment; serverNowMs: number | null }): TimeLeft | null {
  const { model, moment, serverNowMs } = shown;
  const { state } = model;
  const { poll } = state ?? {};
  if (state && poll && pollPhase(poll, serverNowMs) !== 'over') {
    const windowMs = model.window?.key === pollKey(state, poll) ? model.window.ms : null;
    if (poll.intake === 'paused') return timeLeft(poll.remainingMs ?? null, windowMs, texts.paused);
    return leftUntil(poll, serverNowMs);
  }
  if (moment.kind === 'form' && poll) return timeLeft(0, 1, texts.left);
  if (moment.name === 'cta' && state?.cta) return leftUntil(state.cta, serverNowMs);
  return null;
}

function leftUntil(
  run: { openedAtMs: number; closesAtMs?: number | undefined },
  serverNowMs: number | null,
): TimeLeft | null {
  if (run.closesAtMs === undefined || serverNowMs === null) return null;
  return timeLeft(run.closesAtMs - serverNowMs, run.closesAtMs - run.openedAtMs, texts.left);
}

function timeLeft(leftMs: number | null, windowMs: number | null, suffix: string): TimeLeft | null {
  if (leftMs === null) return null;
  const share = windowMs === null || windowMs <= 0 ? null : Math.min(1, Math.max(0, leftMs / windowMs));
  return { text: timeLeftText(leftMs), suffix, share };
}

const SAID_AT_S = [10, 30, 60];

function sayOf(shown: { model: Model; moment: Moment; serverNowMs: number | null }): string {
  const { model, moment, serverNowMs } = shown;
  switch (moment.kind) {
    case 'form': {
      if (moment.name === 'sent') return texts.form.sending;
      if (moment.name === 'paused') return texts.notes.paused.text;
      const closesAtMs = model.state?.poll?.closesAtMs;
      if (closesAtMs === undefined || serverNowMs === null) return moment.question;
      const leftS = (closesAtMs - serverNowMs) / 1_000;
      const under = SAID_AT_S.find((seconds) => leftS <= seconds);
      return under === undefined ? moment.question : texts.say.under(under);
    }
    case 'receipt':
      return `${moment.headline} ${moment.text}`;
    case 'results':
      return texts.say.results;
    case 'plain':
      return moment.headline;
    case 'call':
      return moment.call.text;
  }
}
