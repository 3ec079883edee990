/** The on-air panel: one run from GO to its sealed result. */

import { freeze, takesBallots } from '../../../shared/domain/cue-rules.ts';
import { leftMs } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import { shareOf, shareText } from '../../../shared/domain/shares.ts';
import type { DeskCue, DeskState, Lane, VisibleTally } from '../../../shared/protocol/desk-state.ts';
import type { RunVitals } from '../../../shared/protocol/vitals.ts';
import { countdown, grouped, span, timeOfDay } from '../../ui/format.ts';
import type { Moment } from '../store/moment.ts';
import { averageWords } from '../words/average-words.ts';
import { heldWords } from '../words/held-words.ts';
import { numberOf } from '../words/labels.ts';
import { type Tone, toneOf, wordOfMode } from '../words/mode-words.ts';
import { airSubject, isLive } from '../words/subjects.ts';

export interface OptionRow {
  id: string;
  letter: string;
  text: string;
  /** `32,184`, empty where this desk may not see it. */
  count: string;
  /** `52.3 %` */
  share: string;
  /** 0..1 for the bar; null where nothing may be shown. */
  bar: number | null;
}

export type AirClock =
  | { kind: 'running'; ms: number; text: string; gone: number }
  | { kind: 'held'; ms: number; text: string; gone: number }
  /** Ballots that were under way are still taken in. */
  | { kind: 'grace'; text: string }
  | { kind: 'over'; text: string };

export interface AirRun {
  kind: 'run';
  cue: DeskCue;
  tone: Tone;
  /** The panel's name: ON AIR, OPEN IN REHEARSAL, CLOSING, … */
  title: string;
  opened: string;
  number: string;
  text: string;
  clock: AirClock;
  facts: readonly { name: string; value: string }[];
  figures: readonly { name: string; value: string; unit: string }[];
  options: readonly OptionRow[];
  /** The numbers are final and no longer come from vitals. */
  sealed: boolean;
  /** Why there are no numbers, or whether they are final; null when they are live and plain. */
  note: string | null;
  lanes: readonly { lane: Lane; name: string; chosen: boolean }[];
}

export type AirView = { kind: 'nothing'; title: string; hint: string } | AirRun;

export function airView(moment: Moment): AirView {
  const { show, window, nowMs } = moment;
  const subject = airSubject(show, window.lane);
  if (!subject)
    return {
      kind: 'nothing',
      title: 'Nothing on air',
      hint: 'What GO opens is shown here, with its time and its votes.',
    };
  const { cue, lane, taken } = subject;
  const { mode } = show.show;
  const vitals = moment.vitals?.runs.find((run) => run.runId === cue.runId) ?? null;
  const number = cue.number;
  const tally = cue.tally ?? vitals;
  return {
    kind: 'run',
    cue,
    tone: toneOf(cue.intake, mode),
    title: cue.intake === 'paused' && mode === 'live' ? 'ON AIR, on hold' : wordOfMode(cue.intake, mode),
    opened: cue.openedAtMs === undefined ? '' : `opened ${timeOfDay(cue.openedAtMs)}`,
    number,
    text: cue.text,
    clock: clockOf(cue, nowMs),
    facts: factsOf(cue, show),
    figures: takesBallots(cue.kind) ? figuresOf(cue, vitals, moment) : [],
    options: takesBallots(cue.kind) ? optionRows(cue, tally) : [],
    sealed: cue.tally !== undefined,
    note: noteOf(cue, tally, vitals),
    lanes:
      taken.length < 2
        ? []
        : taken.map((t) => ({
            lane: t.lane,
            name: `${t.lane} ${numberOf(show.cues, t.cue.id)}`,
            chosen: t.lane === lane,
          })),
  };
}

function clockOf(cue: DeskCue, nowMs: number): AirClock {
  const windowMs = cue.windowMs ?? cue.durationMs;
  const left = leftMs(cue, nowMs) ?? 0;
  const gone = Math.min(1, Math.max(0, 1 - left / windowMs));
  switch (cue.intake) {
    case 'open':
      return { kind: 'running', ms: left, text: countdown(left), gone };
    case 'paused':
      return { kind: 'held', ms: left, text: countdown(left), gone };
    case 'closing':
      return { kind: 'grace', text: '00:00' };
    default:
      return { kind: 'over', text: wordOfMode(cue.intake, 'live') };
  }
}

function factsOf(cue: DeskCue, show: DeskState): AirRun['facts'] {
  const { graceMs, durationMs } = freeze(cue);
  const at = (ms: number | undefined) => (ms === undefined ? 'on hold' : timeOfDay(ms));
  const window = { name: 'Window', value: span(cue.windowMs ?? durationMs) };
  switch (cue.intake) {
    case 'open':
    case 'paused':
      return [{ name: 'Closes', value: at(cue.closesAtMs) }, window, { name: 'Grace', value: span(graceMs) }];
    case 'closing':
      return [{ name: 'Closed', value: at(cue.closesAtMs) }, window, { name: 'Grace', value: span(graceMs) }];
    default:
      return [
        { name: 'Closed', value: cue.closesAtMs === undefined ? '–' : timeOfDay(cue.closesAtMs) },
        ...(cue.head === undefined ? [] : [{ name: 'Sealed', value: cue.head.slice(0, 8) }]),
        ...(cue.verifiedBy === undefined
          ? [window]
          : [{ name: 'Verified', value: isolated(personIn(show, cue.verifiedBy)) }]),
      ];
  }
}

function figuresOf(cue: DeskCue, vitals: RunVitals | null, { vitals: all }: Moment): AirRun['figures'] {
  const total = cue.tally?.total ?? vitals?.total;
  const votes = {
    name: 'Votes',
    value: total === undefined ? (hidesTotal(cue) ? 'hidden' : '–') : grouped(total),
    unit: '',
  };
  const over = cue.tally !== undefined || !isLive(cue);
  if (over) return [votes, { name: 'Result', value: resultOf(cue), unit: '' }];
  const online = all?.online ?? 0;
  // Who has voted and left is no longer online: a share above all of them would say nothing.
  const turnout = total === undefined || total > online || online === 0 ? '–' : shareText(shareOf(total, online));
  const rate = vitals?.perS === undefined ? '–' : grouped(vitals.perS);
  return [
    votes,
    { name: 'Turnout', value: turnout, unit: turnout === '–' ? '' : '%' },
    { name: 'Rate', value: rate, unit: rate === '–' ? '' : '/s' },
  ];
}

/** A run that was revoked or declared void is sealed as well, and is a result all the same to nobody. */
function resultOf({ intake, tally }: DeskCue): string {
  switch (intake) {
    case 'verified':
    case 'archived':
      return 'final';
    case 'revoked':
    case 'void':
      return intake;
    default:
      return tally === undefined && intake !== 'closed' ? '–' : 'sealed';
  }
}

/** What was not sent because this desk may not see it, as against what has not come yet. */
const hidesTotal = (cue: DeskCue): boolean => cue.visibility.desk === 'hidden' || cue.visibility.desk === 'percentages';

const letterOf = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : String(index + 1));

export function optionRows(cue: DeskCue, tally: VisibleTally | null): OptionRow[] {
  const counted = new Map((tally?.options ?? []).map((option) => [option.id, option]));
  const { options, kind } = freeze(cue);
  return options.map((option, index) => {
    const seen = counted.get(option.id);
    return {
      id: option.id,
      letter: kind === 'rating' ? '' : letterOf(index),
      text: option.text,
      count: seen?.count === undefined ? '' : grouped(seen.count),
      share: seen?.share === undefined ? '' : `${shareText(seen.share)} %`,
      bar: seen?.share ?? null,
    };
  });
}

const SHOWN_EDGES = 3;

/** What a run that closes is still waiting for, and until when at the latest. */
export function closingWords(vitals: Pick<RunVitals, 'waitsFor'> | null): string {
  const waits = vitals?.waitsFor;
  if (waits === undefined || waits.edges.length === 0) {
    return 'Votes that were under way are still taken in; then it is sealed.';
  }
  const { edges, untilMs } = waits;
  const named = edges.slice(0, SHOWN_EDGES);
  const others = edges.length - named.length;
  const [last = '', ...before] = [...named, ...(others === 0 ? [] : [`${others} more`])].reverse();
  const whom = before.length === 0 ? last : `${before.reverse().join(', ')} and ${last}`;
  return `Waiting for ${whom}, until ${timeOfDay(untilMs)} at the latest.`;
}

function noteOf(cue: DeskCue, tally: VisibleTally | null, vitals: RunVitals | null): string | null {
  if (!takesBallots(cue.kind)) return null;
  if (cue.intake === 'revoked')
    return `Revoked: ${isolated(cue.reason ?? 'no reason given')}. The votes are kept and not counted.`;
  if (cue.intake === 'void') return `Void: ${isolated(cue.reason ?? 'no reason given')}.`;
  const nothing = tally?.total === undefined && tally?.options === undefined;
  if (nothing && cue.visibility.desk === 'hidden') return 'The numbers are hidden from this desk.';
  if (isLive(cue) && vitals?.reconciled === false) return 'Live count and acknowledged receipts differ at this moment.';
  if (cue.intake === 'paused') return `${heldWords(cue)} Viewers see “hold on”.`;
  if (cue.intake === 'closing') return closingWords(vitals);
  if (tally?.options !== undefined && freeze(cue).max > 1) return 'Percent of voters, who may choose several.';
  return averageWords(cue, tally);
}
