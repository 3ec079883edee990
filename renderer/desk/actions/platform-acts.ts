/** Acts on what carries the show: its edges, and the door to the rehearsal. */
import { type Act, ask, HOLD_MS, hold, plain } from './act.ts';

export const PLATFORM_ACTS = {
  'restart-edges': {
    at: () => ({
      word: 'RESTART EDGES',
      intent: { type: 'edges.restart', payload: { reason: 'asked for on the Operator screen' } },
      cue: null,
      say: 'hold 0.8 s',
      gesture: hold(HOLD_MS),
    }),
    key: null,
    palette: { airs: true, name: null, also: 'renew rolling edge processes one by one' },
    reason: null,
    sends: { 'edges.restart': plain('RESTART EDGES') },
  } satisfies Act<'edges.restart'>,

  recode: {
    at: () => ({
      word: 'NEW CODE…',
      intent: { type: 'rehearsal.recode' },
      cue: null,
      say: 'ends the old link',
      gesture: ask({ kind: 'recode' }),
    }),
    key: null,
    palette: {
      airs: true,
      name: 'NEW CODE for the rehearsal…',
      also: 'rehearsal link token change lock out crew phones',
    },
    reason: null,
    sends: { 'rehearsal.recode': plain('NEW CODE') },
  } satisfies Act<'rehearsal.recode'>,
} as const;
