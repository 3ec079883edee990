/** Acts on the show as a whole. */
import { shift } from '../words/keys.ts';
import { type Act, hold, plain, TAP } from './act.ts';

const CLEAR_HOLD_MS = 1_000;

export const SHOW_ACTS = {
  clear: {
    at: () => ({
      word: 'CLEAR AIR',
      intent: { type: 'show.clear' },
      cue: null,
      say: 'hold 1 s',
      gesture: hold(CLEAR_HOLD_MS),
    }),
    key: { chords: [shift('x')], group: 'air', place: 7, says: 'CLEAR AIR: hold 1 s' },
    palette: { airs: true, name: null, also: 'panic off black everything' },
    reason: null,
    sends: { 'show.clear': plain('CLEAR AIR') },
  } satisfies Act<'show.clear'>,

  control: {
    at: () => ({
      word: 'TAKE CONTROL',
      intent: { type: 'show.control' },
      cue: null,
      say: 'press to take',
      gesture: TAP,
    }),
    key: null,
    palette: { airs: false, name: null, also: 'desk mine' },
    reason: null,
    sends: { 'show.control': plain('TAKE CONTROL') },
  } satisfies Act<'show.control'>,
} as const;
