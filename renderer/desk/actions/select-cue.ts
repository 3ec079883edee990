import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import type { WindowData } from '../store/window-store.ts';
import { focusCue } from '../words/subjects.ts';

/** Focus on the cue above or below; stays at the ends. */
export function cueStepped(data: WindowData, show: DeskState | null, step: 1 | -1): WindowData {
  if (show === null) return data;
  const focus = focusCue(show, data.selected);
  const index = show.cues.findIndex((cue) => cue.id === focus?.id);
  const next = show.cues[index + step];
  return next ? { ...data, selected: next.id } : data;
}
