/** Which poll the director looks at, and which it is compared with. */
import { laneOf } from '../../../shared/domain/cue-rules.ts';
import type { DeskCue, DeskState } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { byAiring } from './subjects.ts';

/** Polls that have been on air in this mode, the latest first. */
export function pollsOf({ cues }: Pick<DeskState, 'cues'>): readonly DeskCue[] {
  return cues
    .filter((cue) => laneOf(cue.kind) === 'poll' && cue.openedAtMs !== undefined)
    .sort((a, b) => byAiring(b, a));
}

/** The poll that was chosen, else the one on air, else the one that was last. Null before the first GO of a poll. */
export function watchedPoll(show: Pick<DeskState, 'cues' | 'onAir'>, watched: PollId | null): DeskCue | null {
  const polls = pollsOf(show);
  return polls.find(({ id }) => id === watched) ?? polls.find(({ id }) => id === show.onAir.poll) ?? polls[0] ?? null;
}

/** The poll that was chosen to compare with, else the one that opened before. Null when there is no other. */
export function comparedPoll(show: Pick<DeskState, 'cues'>, subject: DeskCue, compared: PollId | null): DeskCue | null {
  const others = pollsOf(show).filter(({ id }) => id !== subject.id);
  const before = others.find((other) => byAiring(other, subject) < 0);
  return others.find(({ id }) => id === compared) ?? before ?? null;
}

/** The poll on air where another one is looked at, else null. */
export function otherOnAir(show: Pick<DeskState, 'cues' | 'onAir'>, looked: DeskCue): DeskCue | null {
  const air = show.cues.find(({ id }) => id === show.onAir.poll);
  return air === undefined || air.id === looked.id ? null : air;
}
