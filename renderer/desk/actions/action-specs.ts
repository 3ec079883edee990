/** Every act of the desk: its word, what it would send, and how it wants to be pressed. One table for buttons and keys. */

import { type CommandIntent, mayCommand } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { countdown, timeOfDay } from '../../ui/format.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import type { Question } from '../store/window-store.ts';
import { cueName } from '../words/labels.ts';
import { overriddenBy, overriddenWords } from '../words/overridden.ts';
import { airSubject, cueAfter, focusCue, nextCue } from '../words/subjects.ts';
import { type AlarmActionId, alarmSpec, isAlarmAction } from './alarm-specs.ts';
import { isOverlayAction, type OverlayActionId, overlaySpec } from './overlay-specs.ts';
import { isSwitchAction, type SwitchActionId, switchActSpec } from './switch-specs.ts';

export const HOLD_MS = 800;
export const CLEAR_HOLD_MS = 1_000;

export type Gesture =
  | { kind: 'tap' }
  | { kind: 'hold'; holdMs: number }
  /** One press sends this and what else it stands for, each as a command of its own. */
  | { kind: 'each'; others: readonly CommandIntent[] }
  /** The press opens a question first; what it asks for goes into the command. */
  | { kind: 'ask'; question: Question };

export interface ActionSpec {
  id: ActionId;
  word: string;
  /** Null when there is no cue to act on: then `say` tells why. */
  intent: CommandIntent | null;
  cue: DeskCue | null;
  /** What stands under the word when it may be pressed. */
  say: string;
  gesture: Gesture;
}

export type ActionId =
  | 'go'
  | 'arm'
  | 'disarm'
  | 'skip'
  | 'close'
  | 'hold'
  | 'hold-reason'
  | 'verify'
  | 'reveal'
  | 'recall'
  | 'minus-30'
  | 'minus-10'
  | 'plus-10'
  | 'plus-30'
  | 'clear'
  | 'control'
  | 'rerun'
  | 'void'
  | 'revoke'
  | 'archive'
  | 'reveal-answer'
  | 'restart-edges'
  | 'recode'
  | OverlayActionId
  | AlarmActionId
  | SwitchActionId;

const TAP: Gesture = { kind: 'tap' };
const hold = (holdMs: number): Gesture => ({ kind: 'hold', holdMs });
const ask = (question: Question): Gesture => ({ kind: 'ask', question });

const EXTENSIONS: Readonly<Partial<Record<ActionId, number>>> = {
  'minus-30': -30_000,
  'minus-10': -10_000,
  'plus-10': 10_000,
  'plus-30': 30_000,
};

/** The act as it stands at this moment. */
export function specOf(id: ActionId, moment: Moment): ActionSpec {
  if (isSwitchAction(id)) return switchActSpec(id, moment);
  if (isOverlayAction(id)) return overlaySpec(id, moment);
  if (isAlarmAction(id)) return alarmSpec(id);
  switch (id) {
    case 'go':
    case 'arm':
    case 'disarm':
    case 'skip':
      return nextSpec(id, moment);
    case 'clear':
      return {
        id,
        word: 'CLEAR AIR',
        intent: { type: 'show.clear' },
        cue: null,
        say: 'hold 1 s',
        gesture: hold(CLEAR_HOLD_MS),
      };
    case 'control':
      return {
        id,
        word: 'TAKE CONTROL',
        intent: { type: 'show.control' },
        cue: null,
        say: 'press to take',
        gesture: TAP,
      };
    case 'restart-edges':
      return {
        id,
        word: 'RESTART EDGES',
        intent: { type: 'edges.restart', payload: { reason: 'asked for on the Operator screen' } },
        cue: null,
        say: 'hold 0.8 s',
        gesture: hold(HOLD_MS),
      };
    case 'recode':
      return {
        id,
        word: 'NEW CODE…',
        intent: { type: 'rehearsal.recode' },
        cue: null,
        say: 'ends the old link',
        gesture: ask({ kind: 'recode' }),
      };
    case 'rerun':
    case 'void':
    case 'revoke':
    case 'archive':
    case 'reveal-answer':
      return focusSpec(id, moment);
    default:
      return airSpec(id, moment);
  }
}

function nextSpec(id: 'go' | 'arm' | 'disarm' | 'skip', moment: Moment): ActionSpec {
  const { show, window } = moment;
  const next = nextCue(show, window.selected);
  const focus = focusCue(show, window.selected);
  const armed = next.kind === 'armed' ? next.cue : null;
  const name = (cue: DeskCue) => cueName(show.cues, cue.id);
  switch (id) {
    case 'go': {
      if (!armed) return nothing(id, 'GO', 'nothing armed');
      return {
        id,
        word: 'GO',
        intent: { type: 'cue.go', target: armed.id },
        cue: armed,
        say: name(armed),
        gesture: goGesture(armed, moment),
      };
    }
    case 'arm':
      return focus ? armSpec(focus, moment) : nothing(id, 'ARM', 'no cue');
    case 'disarm': {
      const cue = focus?.intake === 'armed' ? focus : (armed ?? focus);
      if (!cue) return nothing(id, 'DISARM', 'no cue');
      return { id, word: 'DISARM', intent: { type: 'cue.disarm', target: cue.id }, cue, say: name(cue), gesture: TAP };
    }
    case 'skip': {
      if (!focus) return nothing(id, 'SKIP', 'no cue');
      const after = cueAfter(show, focus.id);
      const say = focus.skipped ? name(focus) : after ? `to ${name(after)}` : name(focus);
      const word = focus.skipped ? 'TAKE BACK' : 'SKIP';
      return { id, word, intent: { type: 'cue.skip', target: focus.id }, cue: focus, say, gesture: TAP };
    }
  }
}

/** A regulated vote, or one for which a check was overridden, is held to fire. */
function goGesture(cue: DeskCue, { vitals }: Moment): Gesture {
  const risky = cue.class === 'regulated' || overriddenBy(vitals?.preflight ?? null).length > 0;
  return risky ? hold(HOLD_MS) : TAP;
}

function armSpec(cue: DeskCue, moment: Moment): ActionSpec {
  const name = cueName(moment.show.cues, cue.id);
  if (cue.intake === 'draft') {
    return {
      id: 'arm',
      word: 'MAKE READY',
      intent: { type: 'cue.ready', target: cue.id },
      cue,
      say: name,
      gesture: TAP,
    };
  }
  const intent = { type: 'cue.arm', target: cue.id } as const;
  const base = { id: 'arm', word: 'ARM', intent, cue } as const;
  const refusal = mayCommand(moment.show, intent, guardContext(moment));
  if (refusal?.code === 'preflight-forecast' || refusal?.code === 'preflight-ledger') {
    const overridden: CommandIntent = { ...intent, payload: { override: 'asked for' } };
    const question: Question = { kind: 'reason', act: 'override', cueId: cue.id };
    const what = overriddenWords(overriddenBy(moment.vitals?.preflight ?? null));
    return { ...base, intent: overridden, say: `${what}: say why`, gesture: ask(question) };
  }
  if (cue.class !== 'regulated') return { ...base, say: name, gesture: TAP };
  const say = cue.armAskedBy === undefined ? `${name}, first of two` : `second after ${isolated(cue.armAskedBy)}`;
  return { ...base, say, gesture: TAP };
}

type AirActionId = Exclude<
  ActionId,
  | OverlayActionId
  | AlarmActionId
  | 'go'
  | 'arm'
  | 'disarm'
  | 'skip'
  | 'clear'
  | 'control'
  | 'rerun'
  | 'void'
  | 'revoke'
  | 'archive'
  | 'reveal-answer'
  | 'restart-edges'
  | 'recode'
  | SwitchActionId
>;

function airSpec(id: AirActionId, moment: Moment): ActionSpec {
  const cue = airSubject(moment.show, moment.window.lane)?.cue ?? null;
  const byMs = EXTENSIONS[id];
  if (byMs !== undefined) return extendSpec(id, byMs, cue);
  if (!cue) return nothing(id, AIR_WORDS[id] ?? id, 'nothing on air');
  const target = cue.id;
  switch (id) {
    case 'close':
      return closeSpec(cue, moment);
    case 'hold':
      if (cue.intake === 'paused') {
        return {
          id,
          word: 'RESUME',
          intent: { type: 'poll.resume', target },
          cue,
          say: 'start clock',
          gesture: TAP,
        };
      }
      return { id, word: 'HOLD', intent: pause(target, 'hold'), cue, say: 'stop clock', gesture: TAP };
    case 'hold-reason':
      return {
        id,
        word: '…',
        intent: pause(target, 'hold'),
        cue,
        say: 'with a reason',
        gesture: ask({ kind: 'reason', act: 'pause', cueId: target }),
      };
    case 'verify':
      return {
        id,
        word: 'VERIFY',
        intent: { type: 'poll.verify', target },
        cue,
        say: 'recount and sign',
        gesture: TAP,
      };
    case 'recall':
      return { id, word: 'RECALL', intent: { type: 'poll.recall', target }, cue, say: 'take it back', gesture: TAP };
    default: {
      const shown = cue.visibility.audience !== 'hidden';
      const payload = { surface: 'audience', visibility: shown ? 'hidden' : 'counts' } as const;
      const say = shown ? 'from audience' : 'to audience';
      return {
        id,
        word: shown ? 'HIDE' : 'REVEAL',
        intent: { type: 'poll.reveal', target, payload },
        cue,
        say,
        gesture: TAP,
      };
    }
  }
}

const AIR_WORDS: Readonly<Partial<Record<ActionId, string>>> = {
  close: 'CLOSE',
  hold: 'HOLD',
  'hold-reason': '…',
  verify: 'VERIFY',
  reveal: 'REVEAL',
  recall: 'RECALL',
};

const pause = (target: PollId, reason: string): CommandIntent => ({ type: 'poll.pause', target, payload: { reason } });

/** The guard says whether so much is left that it must be meant; then the press is a hold and confirms it. */
function closeSpec(cue: DeskCue, moment: Moment): ActionSpec {
  const intent: CommandIntent = { type: 'poll.close', target: cue.id };
  const base = { id: 'close', word: 'CLOSE', cue } as const;
  const early = mayCommand(moment.show, intent, guardContext(moment))?.code === 'needs-confirmation';
  if (!early) return { ...base, intent, say: 'end it now', gesture: TAP };
  return { ...base, intent: { ...intent, payload: { confirmed: true } }, say: 'hold 0.8 s', gesture: hold(HOLD_MS) };
}

function extendSpec(id: AirActionId, byMs: number, cue: DeskCue | null): ActionSpec {
  const word = `${byMs < 0 ? '−' : '+'}${Math.abs(byMs) / 1000} s`;
  if (!cue) return nothing(id, word, 'not on air');
  const intent: CommandIntent = { type: 'poll.extend', target: cue.id, payload: { byMs } };
  const { closesAtMs, remainingMs } = cue;
  const left = remainingMs === undefined ? '' : `${countdown(remainingMs + byMs)} left`;
  return {
    id,
    word,
    intent,
    cue,
    say: closesAtMs === undefined ? left : timeOfDay(closesAtMs + byMs),
    gesture: TAP,
  };
}

function focusSpec(id: 'rerun' | 'void' | 'revoke' | 'archive' | 'reveal-answer', moment: Moment): ActionSpec {
  const cue = focusCue(moment.show, moment.window.selected);
  if (!cue) return nothing(id, id.toUpperCase(), 'no cue');
  const target = cue.id;
  switch (id) {
    case 'rerun':
      return {
        id,
        word: 'RERUN',
        intent: { type: 'cue.rerun', target },
        cue,
        say: `as round ${cue.round + 1}`,
        gesture: TAP,
      };
    case 'void': {
      const intent: CommandIntent = { type: 'poll.void', target, payload: { reason: 'asked for' } };
      const say =
        cue.voidAskedBy === undefined
          ? 'declare invalid: asks a second person'
          : `confirm for ${isolated(cue.voidAskedBy)}`;
      return { id, word: 'VOID…', intent, cue, say, gesture: ask({ kind: 'reason', act: 'void', cueId: target }) };
    }
    case 'revoke': {
      const intent: CommandIntent = { type: 'poll.revoke', target, payload: { reason: 'asked for' } };
      return {
        id,
        word: 'REVOKE…',
        intent,
        cue,
        say: 'off every screen, not counted',
        gesture: ask({ kind: 'reason', act: 'revoke', cueId: target }),
      };
    }
    case 'archive':
      return {
        id,
        word: 'ARCHIVE',
        intent: { type: 'poll.archive', target },
        cue,
        say: 'hold 0.8 s: destroys the voters’ salt',
        gesture: hold(HOLD_MS),
      };
    case 'reveal-answer':
      return {
        id,
        word: 'REVEAL ANSWER',
        intent: { type: 'poll.answer', target, payload: { reveal: true } },
        cue,
        say: 'to every viewer',
        gesture: TAP,
      };
  }
}

function nothing(id: ActionId, word: string, say: string): ActionSpec {
  return { id, word, intent: null, cue: null, say, gesture: TAP };
}
