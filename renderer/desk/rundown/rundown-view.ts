import { isOver } from '../../../shared/domain/intakes.ts';
import { type CueTimes, scheduleOf } from '../../../shared/domain/schedule.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { deviation, timeOfDay } from '../../ui/format.ts';
import type { Moment } from '../store/moment.ts';
import { metaOf } from '../words/cue-words.ts';
import { type Tone, toneOf, wordOfMode } from '../words/mode-words.ts';
import { focusCue, isOnAir, nextCue } from '../words/subjects.ts';

export interface RundownRow {
  id: PollId;
  number: string;
  text: string;
  meta: string;
  planned: string;
  at: string;
  /** Not yet: drawn softer than what has happened. */
  expected: boolean;
  off: string;
  late: boolean;
  plate: { word: string; tone: Tone };
  place: 'past' | 'air' | 'rehearsal' | 'next' | 'coming';
  selected: boolean;
}

export interface RundownView {
  rows: readonly RundownRow[];
  summary: string;
  /** Whether any cue has a planned time; else the columns for it are left out. */
  timed: boolean;
  end: { at: string; off: string | null; late: boolean } | null;
}

const NO_TIMES: CueTimes = { plannedMs: null, atMs: null, actual: false, offMs: null, dueMs: null };

/** A second either way is on time. */
const ON_TIME_MS = 1_000;

export function rundownView(moment: Moment): RundownView {
  const { show, nowMs, window } = moment;
  const schedule = scheduleOf(show.cues, show.show, nowMs);
  const focus = focusCue(show, window.selected);
  const next = nextCue(show, window.selected);
  const rows = show.cues.map((cue): RundownRow => {
    const times = schedule.times.get(cue.id) ?? NO_TIMES;
    const place = placeOf(cue, next.kind === 'armed' && next.cue.id === cue.id, show.show.mode === 'live');
    return {
      id: cue.id,
      number: cue.number,
      text: cue.text === '' ? '(no text yet)' : cue.text,
      meta: cue.round > 1 ? `${metaOf(cue, show.cues)} · round ${cue.round}` : metaOf(cue, show.cues),
      ...timeWords(times),
      late: place !== 'past' && times.offMs !== null && times.offMs > ON_TIME_MS,
      plate: plateOf(cue, show.show.mode),
      place,
      selected: cue.id === focus?.id,
    };
  });
  const done = show.cues.filter((cue) => placeOf(cue, false, true) === 'past').length;
  const cues = show.cues.length === 1 ? '1 cue' : `${show.cues.length} cues`;
  return {
    rows,
    timed: rows.some((row) => row.planned !== ''),
    summary: `${cues} · ${done} done`,
    end: endOf(schedule.expectedEndMs, schedule.offMs),
  };
}

function timeWords({
  plannedMs,
  atMs,
  actual,
  offMs,
}: CueTimes): Pick<RundownRow, 'planned' | 'at' | 'expected' | 'off'> {
  return {
    planned: plannedMs === null ? '' : timeOfDay(plannedMs),
    at: atMs === null ? '' : timeOfDay(atMs),
    expected: !actual,
    off: offMs === null ? '' : deviation(offMs),
  };
}

function plateOf(cue: DeskCue, mode: 'live' | 'rehearsal'): RundownRow['plate'] {
  if (cue.kind === 'note') return { word: 'Note', tone: 'done' };
  if (cue.skipped) return { word: 'Skipped', tone: 'done' };
  // A CTA or reaction has nothing to count, so that "closed" would say too much.
  const over = cue.intake === 'closed' || cue.intake === 'verified';
  if (over && (cue.kind === 'cta' || cue.kind === 'reaction')) return { word: 'Done', tone: 'done' };
  const word =
    mode === 'rehearsal' && isOnAir(cue) ? (cue.intake === 'open' ? 'Open' : 'On hold') : wordOfMode(cue.intake, mode);
  return { word, tone: toneOf(cue.intake, mode) };
}

function placeOf(cue: DeskCue, next: boolean, live: boolean): RundownRow['place'] {
  if (isOnAir(cue)) return live ? 'air' : 'rehearsal';
  if (next) return 'next';
  if (cue.skipped) return 'past';
  return isOver(cue) ? 'past' : 'coming';
}

function endOf(atMs: number | null, offMs: number | null): RundownView['end'] {
  if (atMs === null) return null;
  const late = offMs !== null && offMs > ON_TIME_MS;
  const early = offMs !== null && offMs < -ON_TIME_MS;
  return { at: timeOfDay(atMs), off: late || early ? `${deviation(offMs)} ${late ? 'over' : 'under'}` : null, late };
}
