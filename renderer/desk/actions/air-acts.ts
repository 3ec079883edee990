/** Acts on the run that is on air, or was last: end it, hold its clock, give it time, take it back. */
import { type IntentOf, mayCommand } from '../../../shared/domain/guards.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { countdown, timeOfDay } from '../../ui/format.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import { NO_REASON } from '../words/held-words.ts';
import { shift } from '../words/keys.ts';
import { cueName, secondsOf } from '../words/labels.ts';
import {
  type Act,
  type ActKey,
  ask,
  type CommandWords,
  HOLD_MS,
  hold,
  nothing,
  plain,
  type Stand,
  TAP,
} from './act.ts';
import { airAt } from './act-subjects.ts';

const PAUSE_WORDS = plain('HOLD');
const EXTEND_WORDS: CommandWords<'poll.extend'> = {
  ...plain('TIME'),
  label: ({ payload, target }, cues) => `${secondsOf(payload.byMs)} ${cueName(cues, target)}`,
  said: (payload) => (typeof payload.byMs === 'number' ? secondsOf(payload.byMs) : ''),
};

export const AIR_ACTS = {
  close: {
    at(moment) {
      const cue = airAt(moment);
      return cue ? closeStand(cue, moment) : nothing('CLOSE', NOTHING_ON_AIR);
    },
    key: { chords: [shift('c')], group: 'air', place: 1, says: 'CLOSE: hold while most is left' },
    palette: { airs: true, name: null, also: 'end stop finish' },
    reason: null,
    sends: { 'poll.close': plain('CLOSE') },
  } satisfies Act<'poll.close'>,

  hold: {
    at(moment) {
      const cue = airAt(moment);
      if (!cue) return nothing('HOLD', NOTHING_ON_AIR);
      if (cue.intake === 'paused') {
        const intent = { type: 'poll.resume', target: cue.id } as const;
        return { word: 'RESUME', intent, cue, say: 'start clock', gesture: TAP };
      }
      return { word: 'HOLD', intent: pause(cue.id, NO_REASON), cue, say: 'stop clock', gesture: TAP };
    },
    key: { chords: [shift('h')], group: 'air', place: 2, says: 'HOLD, and RESUME' },
    palette: { airs: true, name: null, also: 'pause resume wait continue' },
    reason: null,
    sends: { 'poll.pause': PAUSE_WORDS, 'poll.resume': plain('RESUME') },
  } satisfies Act<'poll.pause' | 'poll.resume'>,

  'hold-reason': {
    at(moment) {
      const cue = airAt(moment);
      if (!cue) return nothing('…', NOTHING_ON_AIR);
      const gesture = ask({ kind: 'reason', act: 'pause', cueId: cue.id });
      return { word: '…', intent: pause(cue.id, NO_REASON), cue, say: 'with a reason', gesture };
    },
    key: { chords: [shift('w')], group: 'air', place: 3, says: 'HOLD with a reason' },
    palette: { airs: true, name: 'HOLD with a reason', also: 'pause why' },
    reason: {
      word: 'HOLD',
      actionId: 'hold',
      consequence: 'The clock stops, viewers see “hold on”, and votes wait on their devices until RESUME.',
      presets: [NO_REASON, 'technical problem', 'wrong picture', 'waiting for the stage'],
      reasonOptional: true,
      isPublic: false,
      intent: pause,
    },
    sends: { 'poll.pause': PAUSE_WORDS },
  } satisfies Act<'poll.pause'>,

  recall: {
    at(moment) {
      const cue = airAt(moment);
      if (!cue) return nothing('RECALL', NOTHING_ON_AIR);
      const intent = { type: 'poll.recall', target: cue.id } as const;
      return { word: 'RECALL', intent, cue, say: 'take it back', gesture: TAP };
    },
    key: { chords: [shift('r')], group: 'air', place: 6, says: 'RECALL, up to 5 s after GO' },
    palette: { airs: true, name: null, also: 'undo mistake take back' },
    reason: null,
    sends: { 'poll.recall': plain('RECALL') },
  } satisfies Act<'poll.recall'>,

  'minus-30': extension(-30_000, null),
  'minus-10': extension(-10_000, { chords: [shift('m')], group: 'air', place: 5, says: '10 s less' }),
  'plus-10': extension(10_000, { chords: [shift('p')], group: 'air', place: 4, says: '10 s more' }),
  'plus-30': extension(30_000, null),
} as const;

const NOTHING_ON_AIR = 'nothing on air';

function pause(target: PollId, reason: string) {
  return { type: 'poll.pause', target, payload: { reason } } as const;
}

/** The guard says whether so much is left that it must be meant; then the press is a hold and confirms it. */
function closeStand(cue: DeskCue, moment: Moment): Stand<IntentOf<'poll.close'>> {
  const intent = { type: 'poll.close', target: cue.id } as const;
  const base = { word: 'CLOSE', cue } as const;
  const early = mayCommand(moment.show, intent, guardContext(moment))?.code === 'needs-confirmation';
  if (!early) return { ...base, intent, say: 'end it now', gesture: TAP };
  return { ...base, intent: { ...intent, payload: { confirmed: true } }, say: 'hold 0.8 s', gesture: hold(HOLD_MS) };
}

function extension(byMs: number, key: ActKey | null) {
  return {
    at(moment) {
      const word = secondsOf(byMs);
      const cue = airAt(moment);
      if (!cue) return nothing(word, 'not on air');
      const { closesAtMs, remainingMs } = cue;
      const left = remainingMs === undefined ? '' : `${countdown(remainingMs + byMs)} left`;
      const intent = { type: 'poll.extend', target: cue.id, payload: { byMs } } as const;
      const say = closesAtMs === undefined ? left : timeOfDay(closesAtMs + byMs);
      return { word, intent, cue, say, gesture: TAP };
    },
    key,
    palette: { airs: true, name: null, also: byMs < 0 ? 'shorten less time' : 'extend longer more time' },
    reason: null,
    sends: { 'poll.extend': EXTEND_WORDS },
  } satisfies Act<'poll.extend'>;
}
