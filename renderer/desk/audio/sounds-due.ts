/** Which moments of the show are to be heard, and whether one has just come. */
import { clockMs } from '../../../shared/domain/schedule.ts';
import type { DeskCue, DeskState } from '../../../shared/protocol/desk-state.ts';

export type SoundKind =
  /** Ten seconds are left of what is on air. */
  | 'closing-10'
  /** An armed cue of the schedule is due in a minute, in ten seconds. */
  | 'due-60'
  | 'due-10'
  /** The show begins in a minute, and this desk is in rehearsal. */
  | 'air-60';

export interface SoundMoment {
  kind: SoundKind;
  /** The same for the same moment in every window; another one when the moment is moved. */
  key: string;
  /** Core time. */
  atMs: number;
}

/** A sound that would come later than this after its moment is left out: it would tell a wrong time. */
export const LATE_MS = 1_500;

/** What is to be heard as the show stands now. Pure and cheap: it is asked at every tick. */
export function soundMoments({ cues, show }: Pick<DeskState, 'cues' | 'show'>): SoundMoment[] {
  const moments: SoundMoment[] = [];
  for (const cue of cues) {
    if (cue.intake === 'open') moments.push(...closingOf(cue));
    if (cue.intake === 'armed') moments.push(...dueOf(cue, show.t0Ms ?? null));
  }
  if (show.mode === 'rehearsal' && show.t0Ms !== undefined) {
    moments.push(before('air-60', { id: 'show', dueMs: show.t0Ms, byMs: 60_000 }));
  }
  return moments;
}

function before(kind: SoundKind, { id, dueMs, byMs }: { id: string; dueMs: number; byMs: number }): SoundMoment {
  return { kind, key: `${kind} ${id} ${dueMs}`, atMs: dueMs - byMs };
}

function closingOf({ runId, openedAtMs, closesAtMs }: DeskCue): SoundMoment[] {
  // A poll of ten seconds would tick as it opens, and say nothing by it.
  if (closesAtMs === undefined || closesAtMs - (openedAtMs ?? 0) <= 10_000 + LATE_MS) return [];
  return [before('closing-10', { id: runId, dueMs: closesAtMs, byMs: 10_000 })];
}

/** A cue that follows another has no moment of its own: the tick of that other one is its warning. */
function dueOf({ runId, trigger }: DeskCue, t0Ms: number | null): SoundMoment[] {
  const dueMs = clockMs(trigger, t0Ms);
  if (dueMs === null) return [];
  return [before('due-60', { id: runId, dueMs, byMs: 60_000 }), before('due-10', { id: runId, dueMs, byMs: 10_000 })];
}

/** What was known at one look at the show. */
export interface Look {
  nowMs: number;
  moments: readonly SoundMoment[];
}

/**
 * The moments that came between two looks. One that had passed at the look before is never due again; one that is new and
 * has only just passed (a cue that armed itself at T−60 s, say) is. Null, no look before, lets nothing be heard: a window
 * that opens does not catch up.
 */
export function soundsDue(last: Look | null, now: Look): readonly SoundMoment[] {
  if (last === null) return [];
  const had = new Map(last.moments.map((moment) => [moment.key, moment]));
  return now.moments.filter(({ key, atMs }) => {
    const passed = had.has(key) && last.nowMs >= atMs;
    return !passed && now.nowMs >= atMs && now.nowMs - atMs <= LATE_MS;
  });
}
