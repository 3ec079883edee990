/** Which cue an act means: the one in focus, the one GO will fire, the one on air. */
import { laneOf } from '../../../shared/domain/cue-rules.ts';
import { isUnarmed } from '../../../shared/domain/intakes.ts';
import type { DeskCue, DeskState, Lane } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';

type Cues = Pick<DeskState, 'cues'>;
type Air = Pick<DeskState, 'cues' | 'onAir'>;

const LANES: readonly Lane[] = ['poll', 'cta', 'reaction'];

export { isOnAir, isUnderWay as isLive } from '../../../shared/domain/intakes.ts';

type Aired = Pick<DeskCue, 'openedAtMs' | 'openedRevision'>;

/**
 * The order in which cues were on air, for sorting. Not that of their times: who sets the clock back by an hour between two polls
 * would have the earlier one for the last, and VERIFY and REVEAL act on it. One that an older core opened has no number, and
 * came before those that have.
 */
export function byAiring(a: Aired, b: Aired): number {
  const [one, other] = [a.openedRevision ?? -1, b.openedRevision ?? -1];
  return one === other ? (a.openedAtMs ?? 0) - (b.openedAtMs ?? 0) : one - other;
}

/** Still to come: it can be armed, or made so that it can. */
function isWaiting(cue: DeskCue): boolean {
  return laneOf(cue.kind) !== null && !cue.skipped && isUnarmed(cue);
}

/** Place of the cue that went on air last; -1 before the first. */
function lastOpenedIndex(cues: readonly DeskCue[]): number {
  let index = -1;
  cues.forEach((cue, i) => {
    const latest = cues[index];
    if (cue.openedAtMs !== undefined && (latest === undefined || byAiring(latest, cue) <= 0)) index = i;
  });
  return index;
}

/** The next cue to air after a place in the rundown. */
function waitingAfter(cues: readonly DeskCue[], index: number): DeskCue | null {
  return cues.slice(index + 1).find(isWaiting) ?? null;
}

/** The cue in focus: the selected one, else what is armed, else what comes next. Null only in an empty rundown. */
export function focusCue({ cues }: Cues, selected: PollId | null): DeskCue | null {
  return (
    cues.find((cue) => cue.id === selected) ??
    cues.find((cue) => cue.intake === 'armed') ??
    waitingAfter(cues, lastOpenedIndex(cues)) ??
    cues.find(isWaiting) ??
    cues[0] ??
    null
  );
}

export type Next =
  | { kind: 'armed'; cue: DeskCue }
  /** Nothing is armed; this one would have to be. */
  | { kind: 'candidate'; cue: DeskCue }
  | { kind: 'nothing' };

/** What GO is about. The armed cue in focus goes before other armed ones, so that focus decides among several. */
export function nextCue(show: Cues, selected: PollId | null): Next {
  const { cues } = show;
  const focus = focusCue(show, selected);
  if (focus?.intake === 'armed') return { kind: 'armed', cue: focus };
  const armed = cues.find((cue) => cue.intake === 'armed');
  if (armed) return { kind: 'armed', cue: armed };
  if (focus && isWaiting(focus)) return { kind: 'candidate', cue: focus };
  const waiting = waitingAfter(cues, lastOpenedIndex(cues)) ?? cues.find(isWaiting);
  return waiting ? { kind: 'candidate', cue: waiting } : { kind: 'nothing' };
}

/** What comes after a cue in the rundown: armed or waiting. */
export function cueAfter({ cues }: Cues, cueId: PollId): DeskCue | null {
  const index = cues.findIndex((cue) => cue.id === cueId);
  return cues.slice(index + 1).find((cue) => isWaiting(cue) || cue.intake === 'armed') ?? null;
}

export interface AirSubject {
  cue: DeskCue;
  lane: Lane;
  /** Lanes that have something on air, to choose among. */
  taken: readonly { lane: Lane; cue: DeskCue }[];
}

/** The run that the on-air panel is about: on air, or the last that was. Null before the first GO. */
export function airSubject(show: Air, chosen: Lane | null): AirSubject | null {
  const { cues, onAir } = show;
  const taken = LANES.flatMap((lane) => {
    const cue = cues.find((candidate) => candidate.id === onAir[lane]);
    return cue ? [{ lane, cue }] : [];
  });
  const shown = taken.find(({ lane }) => lane === chosen) ?? taken[0];
  if (shown) return { ...shown, taken };
  const cue = cues[lastOpenedIndex(cues)];
  const lane = cue ? laneOf(cue.kind) : null;
  return cue && lane ? { cue, lane, taken } : null;
}
