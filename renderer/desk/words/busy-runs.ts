/** Runs that quitting or a change of mode would tear: armed, open, held or closing. */
import { isBusy } from '../../../shared/domain/intakes.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { cueName } from './labels.ts';

export function busyRuns(cues: readonly DeskCue[]): readonly DeskCue[] {
  return cues.filter(isBusy);
}

/** `cue 7 "Who sings?" is open and cue 8 "Save?" is armed` */
export function busyWords(cues: readonly DeskCue[]): string {
  const words = busyRuns(cues).map(
    (cue) => `${cueName(cues, cue.id)} “${isolated(cue.text)}” is ${cue.intake === 'paused' ? 'on hold' : cue.intake}`,
  );
  const last = words.pop();
  if (last === undefined) return 'nothing is armed or on air';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}
