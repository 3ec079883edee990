/** What cues and times are called, as buttons, the strip, the log and the dialogs say them. */
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';

/** `+10 s` */
export function secondsOf(byMs: number): string {
  return `${byMs < 0 ? '−' : '+'}${Math.abs(Math.round(byMs / 1000))} s`;
}

type Named = Pick<DeskCue, 'id' | 'number'>;

/** The number a cue goes by, on this screen and aloud. */
export function numberOf(cues: readonly Named[], cueId: string): string | null {
  return cues.find((cue) => cue.id === cueId)?.number ?? null;
}

export function cueName(cues: readonly Named[], cueId: string): string {
  const number = numberOf(cues, cueId);
  return number === null ? `cue ${cueId}` : `cue ${number}`;
}
