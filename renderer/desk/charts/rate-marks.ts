/** What stands beside the rate in its chart: what happened, what this desk did not see, and what was in force. */
import { isOnAir } from '../../../shared/domain/intakes.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { Mode } from '../../../shared/protocol/ids.ts';
import type { SeriesPoint } from '../../../shared/protocol/records.ts';
import { timeOfDay } from '../../ui/format.ts';
import type { RunMark } from '../history/curves.ts';
import { gapsOf } from '../history/timeline.ts';
import { numberOf, secondsOf } from '../words/labels.ts';
import { LEVELS } from '../words/levels.ts';
import { measureOf } from '../words/measures.ts';
import { type Counted, seconds } from './rates.ts';

export interface CueMark {
  s: number;
  words: string;
  tone: 'air' | 'plain';
  /** It has not happened yet. */
  ahead: boolean;
}

export interface Stretch {
  fromS: number;
  toS: number;
  words: string;
}

export interface Evening {
  cue: DeskCue;
  cues: readonly DeskCue[];
  mode: Mode;
  run: Counted;
  /** Whether the core was asked for what this desk has not heard, and has answered. */
  whole: boolean;
  marks: readonly RunMark[];
  traffic: { points: readonly SeriesPoint[]; stepMs: number };
}

interface Place {
  closeS: number;
  endS: number;
  at: (ms: number) => number;
  live: boolean;
}

export function marksOf({ cue, cues, mode, marks }: Evening, { closeS, endS, at, live }: Place): readonly CueMark[] {
  const air = mode === 'live' ? 'air' : 'plain';
  const number = numberOf(cues, cue.id) ?? '';
  const others = cues
    .filter((other) => other.id !== cue.id && other.openedAtMs !== undefined)
    .map((other) => ({ s: at(other.openedAtMs ?? 0), words: `GO ${numberOf(cues, other.id) ?? ''}` }))
    .filter(({ s }) => s > 0 && s <= (live ? endS : closeS));
  const own = marks.map(({ atMs, what }) => ({ s: at(atMs), words: markWords(what) }));
  const between = [...others, ...own].map((mark) => ({ ...mark, tone: 'plain' as const, ahead: false }));
  const closing = isOnAir(cue);
  return [
    { s: 0, words: `GO ${number}`, tone: air, ahead: false },
    ...between.sort((a, b) => a.s - b.s),
    { s: closeS, words: closing ? 'close' : 'closed', tone: air, ahead: closing },
  ];
}

function markWords(what: RunMark['what']): string {
  switch (what.kind) {
    case 'extended':
      return secondsOf(what.byMs);
    case 'held':
      return 'HOLD';
    case 'resumed':
      return 'RESUME';
  }
}

export function gapsIn(
  { run, whole, cue }: Evening,
  { at, nowS }: { at: (ms: number) => number; nowS: number | null },
): readonly Stretch[] {
  const why = whole ? 'core away; votes were kept' : 'desk link; counts were kept';
  const words = (ms: number) => `${Math.round(seconds(ms))} s without data, ${why}`;
  const { points, stepMs } = run;
  const gaps: Stretch[] = gapsOf(points, stepMs).map(({ fromMs, toMs }) => ({
    fromS: at(fromMs) - seconds(stepMs) / 2,
    // The first step after it has a count and no rate.
    toS: at(toMs) + (seconds(stepMs) * 3) / 2,
    words: words(toMs - fromMs),
  }));
  const [first] = points;
  const last = points.at(-1);
  if (first !== undefined && at(first.atMs) > seconds(stepMs)) {
    gaps.unshift({ fromS: 0, toS: at(first.atMs), words: words(first.atMs - (cue.openedAtMs ?? 0)) });
  }
  // The latest step is still being heard, so that two are missing before anything is.
  if (last !== undefined && nowS !== null && nowS - at(last.atMs + stepMs) > (2 * stepMs) / 1_000 + 1) {
    const fromS = at(last.atMs + stepMs);
    gaps.push({ fromS, toS: nowS, words: `${Math.round(nowS - fromS)} s without data, desk link` });
  }
  return gaps;
}

function inForce({ level, switches }: SeriesPoint): string {
  const named = level > 0 ? [`Level ${level} ${LEVELS[level] ?? ''}`.trim()] : [];
  return [...named, ...switches.map((id) => measureOf(id).name)].join(', ');
}

export function bandsOf(
  { traffic }: Evening,
  { endS, at }: { endS: number; at: (ms: number) => number },
): readonly Stretch[] {
  const stretches: { what: string; fromMs: number; toMs: number; whole: boolean }[] = [];
  traffic.points.forEach((point, i) => {
    const what = inForce(point);
    const open = stretches.at(-1);
    if (open !== undefined && open.what === what && open.toMs === point.atMs) open.toMs += traffic.stepMs;
    else stretches.push({ what, fromMs: point.atMs, toMs: point.atMs + traffic.stepMs, whole: i > 0 });
  });
  const seen = new Set<string>();
  return stretches
    .filter(({ what, fromMs, toMs }) => what !== '' && at(toMs) > 0 && at(fromMs) < endS)
    .map(({ what, fromMs, toMs, whole }) => {
      const again = seen.has(what);
      seen.add(what);
      const words = again ? '' : whole ? `${what} since ${timeOfDay(fromMs)}` : what;
      return { fromS: Math.max(0, at(fromMs)), toS: Math.min(endS, at(toMs)), words };
    });
}
