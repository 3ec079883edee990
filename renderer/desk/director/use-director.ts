/** What the panels of the Director screen share: the poll that is watched, the one it is compared with, and their curves. */
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { ageInSeconds } from '../../ui/format.ts';
import type { PanelState } from '../../ui/panel.tsx';
import type { Counted } from '../charts/rates.ts';
import { useMoment, useWindowData } from '../context/desk-context.tsx';
import { useRunCurve } from '../context/use-curves.ts';
import type { RunCurve } from '../history/curves.ts';
import { vitalsPanel } from '../parts/panel-state.ts';
import type { Moment } from '../store/moment.ts';
import { comparedPoll, watchedPoll } from '../words/director-subject.ts';
import { isLive } from '../words/subjects.ts';

export interface Watched {
  /** Null while the desk knows no show. */
  moment: Moment | null;
  /** Null before the first GO of a poll. */
  cue: DeskCue | null;
  curve: RunCurve;
}

export function useWatched(): Watched {
  const moment = useMoment(1_000);
  const cue = moment === null ? null : watchedPoll(moment.show, moment.window.watched);
  const curve = useRunCurve(cue?.runId ?? null);
  return { moment, cue, curve };
}

export function useCompared({ moment, cue }: Watched): { other: DeskCue | null; curve: RunCurve } {
  const chosen = useWindowData((data) => data.compared);
  const other = moment === null || cue === null ? null : comparedPoll(moment.show, cue, chosen);
  const curve = useRunCurve(other?.runId ?? null);
  return { other, curve };
}

const NO_POINTS: Counted = { points: [], stepMs: 1_000 };
export const countedOf = (curve: RunCurve): Counted => (curve.kind === 'points' ? curve : NO_POINTS);

/** The state of a panel about a poll: what is sealed doesn't age, it can only be cut off from what comes after. */
export function pollPanel(moment: Moment | null, cue: DeskCue | null): PanelState {
  if (moment === null) return { kind: 'loading' };
  if (cue === null || !isLive(cue)) {
    const { link, localNowMs } = moment;
    return link.kind === 'down'
      ? { kind: 'no-link', since: ageInSeconds(localNowMs - link.sinceMs) }
      : { kind: 'fresh' };
  }
  return vitalsPanel(moment);
}
