/** Whether the display must not go to sleep: in a live show, and while anything is armed or on air. */
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import type { DeskStore } from '../store/desk-store.ts';
import { busyRuns } from '../words/busy-runs.ts';

export type AwakeReason = 'live' | 'busy';

/** Null: it may sleep. A rehearsal keeps nobody's display on until something is armed. */
export function awakeReason(show: Pick<DeskState, 'show' | 'cues'> | null): AwakeReason | null {
  if (show === null) return null;
  if (show.show.mode === 'live') return 'live';
  return busyRuns(show.cues).length > 0 ? 'busy' : null;
}

/** Says it at every change. A desk that lost its link goes by what it knew: the show goes on without it. */
export function followShow(desk: DeskStore, set: (awake: boolean) => void): void {
  let said: boolean | null = null;
  const look = () => {
    const show = desk.getState().show;
    if (show === null) return;
    const awake = awakeReason(show.state) !== null;
    if (awake !== said) set(awake);
    said = awake;
  };
  desk.subscribe((data, before) => {
    if (data.show !== before.show) look();
  });
  look();
}
