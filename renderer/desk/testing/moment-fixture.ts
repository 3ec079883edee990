/** A moment for the pure views, made of the fixture show. */
import type { DeskCue, DeskState } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import type { Moment } from '../store/moment.ts';
import { NOW_MS, SHOW, VITALS } from './show-fixture.ts';

export interface Changes {
  cues: Readonly<Record<string, Partial<DeskCue>>>;
  show: Partial<DeskState['show']>;
  vitals: Partial<Vitals>;
  moment: Partial<Moment>;
}

/** What is on air follows from the cues, as it does in the core. */
function onAirOf(cues: readonly DeskCue[]): DeskState['onAir'] {
  const open = (kinds: readonly string[]): PollId | null =>
    cues.find((c) => kinds.includes(c.kind) && (c.intake === 'open' || c.intake === 'paused'))?.id ?? null;
  return {
    poll: open(['single', 'multiple', 'rating', 'quiz', 'prediction']),
    cta: open(['cta']),
    reaction: open(['reaction']),
  };
}

export function momentWith(changes: Partial<Changes>): Moment {
  const cues = SHOW.cues.map((cue) => ({ ...cue, ...changes.cues?.[cue.id] }));
  return {
    show: { ...SHOW, show: { ...SHOW.show, ...changes.show }, cues, onAir: onAirOf(cues) },
    me: { actor: 'Mara L.', roles: ['owner'] },
    vitals: { ...VITALS, ...changes.vitals },
    vitalsAgeMs: 100,
    link: { kind: 'up', sinceMs: 0 },
    commands: {},
    nowMs: NOW_MS,
    localNowMs: NOW_MS,
    window: { selected: null, lane: null, watched: null, holding: null },
    ...changes.moment,
  };
}
