/** What cues and times are called, as buttons, the strip, the log and the dialogs say them. */
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';

/** `+10 s` */
export function secondsOf(byMs: number): string {
  return `${byMs < 0 ? '−' : '+'}${Math.abs(Math.round(byMs / 1000))} s`;
}

/** The number a cue goes by on this screen: its place in the rundown. */
export function numberOf(cues: readonly Pick<DeskCue, 'id'>[], cueId: string): number | null {
  const index = cues.findIndex((cue) => cue.id === cueId);
  return index < 0 ? null : index + 1;
}

export function cueName(cues: readonly Pick<DeskCue, 'id'>[], cueId: string): string {
  const number = numberOf(cues, cueId);
  return number === null ? `cue ${cueId}` : `cue ${number}`;
}
