/** How a button stands at this moment: pressable, blocked and why, under way, answered. */
import { type CommandIntent, mayCommand } from '../../../shared/domain/guards.ts';
import type { Refusal } from '../../../shared/domain/refusal.ts';
import { ageInSeconds } from '../../ui/format.ts';
import { type CommandRecord, isUnderWay, isUnjournaled, slotOf } from '../store/command-record.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import type { Gesture } from './act.ts';
import { type ActionId, type ActionSpec, specOf } from './acts.ts';
import { shortReason } from './short-reason.ts';

export type ActionView = { word: string; say: string } & (
  | { kind: 'ready'; intent: CommandIntent; gesture: Gesture }
  /** Just accepted, and pressable again if `intent` is there. */
  | { kind: 'confirmed'; press: { intent: CommandIntent; gesture: Gesture } | null }
  /** The core said no. Pressable again if it may be by now. */
  | { kind: 'refused'; reason: string; press: { intent: CommandIntent; gesture: Gesture } | null }
  | { kind: 'blocked'; reason: string; clearsAtMs: number | null }
  | { kind: 'holding'; leftMs: number; share: number }
  | { kind: 'sending' }
  | { kind: 'unknown' }
  | { kind: 'no-link' }
);

const CONFIRMED_FOR_MS = 1_500;
const REFUSED_FOR_MS = 6_000;
/** HOLD becomes RESUME and REVEAL becomes HIDE under the finger: a double click must not undo itself. */
const SETTLED_AFTER_MS = 500;

/** The last command that this button sent about the same thing, also when the button has changed its word since. */
export function lastRecordOf(id: ActionId, intent: CommandIntent, moment: Moment): CommandRecord | null {
  const target = targetOf(intent);
  return Object.values(moment.commands)
    .filter((record) => record.actionId === id && targetOf(record.intent) === target)
    .reduce<CommandRecord | null>((last, next) => (last && movedAtMs(last) > movedAtMs(next) ? last : next), null);
}

/** Local time: by that of the core an older press may be the later one, once somebody has set its clock back. */
const movedAtMs = ({ phase }: CommandRecord): number => (phase.kind === 'answered' ? phase.atMs : phase.sinceMs);

function targetOf(intent: CommandIntent): string | null {
  return 'target' in intent ? intent.target : null;
}

export function actionView(id: ActionId, moment: Moment): ActionView {
  const spec = specOf(id, moment);
  const { word } = spec;
  if (spec.intent === null) return { kind: 'blocked', word, say: spec.say, reason: spec.say, clearsAtMs: null };
  const mine = lastRecordOf(id, spec.intent, moment);
  const at = { revision: moment.show.revision, localNowMs: moment.localNowMs };
  const record = [mine, moment.commands[slotOf(spec.intent)]].find((r) => r && isUnderWay(r, at));
  if (record) return underWayView(word, record, record === mine);
  const { link } = moment;
  if (link.kind !== 'up') return { kind: 'no-link', word, say: 'no link' };
  const base = standing(spec, spec.intent, moment);
  const answered = mine ? answeredView(mine, base, moment) : null;
  if (answered) return answered;
  const { holding } = moment.window;
  if (base.kind === 'ready' && base.gesture.kind === 'hold' && holding?.actionId === id) {
    const leftMs = Math.max(0, holding.holdMs - (moment.localNowMs - holding.startedAtMs));
    return {
      kind: 'holding',
      word,
      say: `keep holding: ${ageInSeconds(leftMs)}`,
      leftMs,
      share: 1 - leftMs / holding.holdMs,
    };
  }
  return base;
}

function underWayView(word: string, record: CommandRecord, mine: boolean): ActionView {
  if (record.phase.kind === 'unknown') return { kind: 'unknown', word, say: 'no answer, asking' };
  return { kind: 'sending', word, say: mine ? 'sent, waiting' : 'waiting' };
}

type Standing = Extract<ActionView, { kind: 'ready' | 'blocked' }>;

function standing(spec: ActionSpec, intent: CommandIntent, moment: Moment): Standing {
  const { word, say, gesture, cue } = spec;
  const refusal = mayCommand(moment.show, intent, guardContext(moment));
  if (refusal === null) return { kind: 'ready', word, say, intent, gesture };
  return {
    kind: 'blocked',
    word,
    say: shortReason(refusal, intent, cue),
    reason: quotedApart(refusal.message),
    clearsAtMs: refusal.nextAllowedAtMs ?? null,
  };
}

function answeredView(record: CommandRecord, base: Standing, moment: Moment): ActionView | null {
  const { phase } = record;
  if (phase.kind !== 'answered') return null;
  const { word } = base;
  const press = base.kind === 'ready' ? { intent: base.intent, gesture: base.gesture } : null;
  const ageMs = moment.localNowMs - phase.atMs;
  const { outcome } = phase;
  if (outcome.kind === 'accepted') {
    if (ageMs > CONFIRMED_FOR_MS) return null;
    const took = outcome.latencyMs === null ? '' : `, ${Math.round(outcome.latencyMs)} ms`;
    const again = ageMs >= SETTLED_AFTER_MS || record.intent.type === 'poll.extend';
    const say = isUnjournaled(outcome) ? 'not journaled' : `confirmed${took}`;
    return { kind: 'confirmed', word, say, press: again ? press : null };
  }
  if (ageMs > REFUSED_FOR_MS) return null;
  const { short, reason } = whyNot(record, moment);
  return { kind: 'refused', word, say: short, reason, press };
}

function whyNot(record: CommandRecord, moment: Moment): { short: string; reason: string } {
  const { intent, phase } = record;
  const outcome = phase.kind === 'answered' ? phase.outcome : null;
  switch (outcome?.kind) {
    case 'refused': {
      const cue = 'target' in intent ? (moment.show.cues.find((c) => c.id === intent.target) ?? null) : null;
      const refusal: Refusal = { code: outcome.answer.code, message: outcome.answer.message };
      return { short: shortReason(refusal, intent, cue), reason: quotedApart(outcome.answer.message) };
    }
    case 'not-sent':
      return { short: 'not sent', reason: outcome.message };
    case 'never-seen':
      return { short: 'never arrived', reason: 'The core says it never came. It will not be carried out.' };
    case 'error':
      return { short: outcome.message, reason: outcome.message };
    default:
      return { short: '', reason: '' };
  }
}

/** What a press would do now: null when nothing may be sent. */
export function pressOf(view: ActionView): { intent: CommandIntent; gesture: Gesture } | null {
  switch (view.kind) {
    case 'ready':
      return { intent: view.intent, gesture: view.gesture };
    case 'confirmed':
    case 'refused':
      return view.press;
    default:
      return null;
  }
}
