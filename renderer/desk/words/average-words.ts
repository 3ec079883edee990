import { averageOf } from '../../../shared/domain/average.ts';
import { freeze } from '../../../shared/domain/cue-rules.ts';
import type { DeskCue, VisibleTally } from '../../../shared/protocol/desk-state.ts';

/** `Average 7.4 of 10` of a rating; null of anything else, and while this desk can't tell. */
export function averageWords(cue: DeskCue, tally: VisibleTally | null): string | null {
  if (cue.kind !== 'rating') return null;
  const seen = new Map((tally?.options ?? []).map((option) => [option.id, option.count ?? option.share ?? null]));
  const average = averageOf(freeze(cue).options, (id) => seen.get(id) ?? null);
  return average === null ? null : `Average ${average.text} of ${average.most}`;
}
