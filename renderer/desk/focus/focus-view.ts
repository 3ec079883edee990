/** The cue in focus: is it right, is it safe. */
import { freeze, OVERLAY_LINE, takesBallots, whatIsMissing } from '../../../shared/domain/cue-rules.ts';
import { isBeforeGo, isUnarmed } from '../../../shared/domain/intakes.ts';
import { scheduleOf } from '../../../shared/domain/schedule.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { countdown, span, timeOfDay } from '../../ui/format.ts';
import type { Moment } from '../store/moment.ts';
import { kindOf, triggerOf } from '../words/cue-words.ts';
import { type Tone, toneOf, wordOfMode } from '../words/mode-words.ts';
import { focusCue } from '../words/subjects.ts';

export interface FocusOption {
  id: string;
  letter: string;
  text: string;
  length: string;
  /** Longer than one line of the overlay. */
  long: boolean;
  right: boolean;
}

export interface FocusView {
  cue: DeskCue;
  number: string;
  plate: { word: string; tone: Tone };
  frozen: string | null;
  kind: string;
  text: string;
  spec: readonly { name: string; value: string; wideOnly: boolean }[];
  /** Written for the producer: what to do, and what to do when it goes wrong. */
  advice: readonly { name: string; text: string }[];
  options: readonly FocusOption[];
  /** What the options panel says where there are none. */
  noOptions: string;
  surfaces: readonly { name: string; visibility: string; onAir: boolean; seen: boolean }[];
  missing: string | null;
  phone: { title: string; time: string; text: string; answers: readonly string[]; foot: string };
}

/** Null in an empty rundown. */
export function focusView(moment: Moment): FocusView | null {
  const { show, nowMs, window } = moment;
  const cue = focusCue(show, window.selected);
  if (!cue) return null;
  const frozen = freeze(cue);
  const times = scheduleOf(show.cues, show.show, nowMs).times.get(cue.id);
  const planned = times?.plannedMs == null ? null : timeOfDay(times.plannedMs);
  const due = times?.atMs == null ? null : timeOfDay(times.atMs);
  const waiting = isUnarmed(cue);
  const { mode } = show.show;
  return {
    cue,
    number: cue.number,
    plate: cue.skipped
      ? { word: 'Skipped', tone: 'done' }
      : { word: wordOfMode(cue.intake, mode), tone: toneOf(cue.intake, mode) },
    frozen: waiting ? null : 'text frozen',
    kind: cue.kind === 'cta' || cue.kind === 'note' ? kindOf(cue) : `${kindOf(cue)} · ${frozen.class}`,
    text: cue.text === '' ? '(no text yet)' : cue.text,
    spec: [
      { name: 'Window', value: span(cue.windowMs ?? frozen.durationMs), wideOnly: false },
      ...(takesBallots(cue.kind)
        ? [
            { name: 'Grace', value: span(frozen.graceMs), wideOnly: false },
            { name: 'Votes per viewer', value: votesPerViewer(frozen), wideOnly: false },
          ]
        : []),
      { name: 'Trigger', value: triggerOf(cue, show.cues), wideOnly: false },
      ...(planned === null
        ? []
        : [
            {
              name: `Planned · ${times?.actual ? 'opened' : 'expected'}`,
              value: due === null ? planned : `${planned} · ${due}`,
              wideOnly: true,
            },
          ]),
    ],
    advice: adviceOf(cue),
    options: optionsOf(cue, frozen.options),
    noOptions: frozen.link ?? (cue.kind === 'note' ? 'A note for the desk.' : 'No options'),
    surfaces: surfacesOf(cue, mode === 'live'),
    missing: cue.intake === 'draft' ? missingOf(cue) : null,
    phone: {
      title: show.show.title,
      time: countdown(frozen.durationMs),
      text: cue.text,
      answers: cue.kind === 'cta' ? [] : frozen.options.map((option) => option.text),
      foot: phoneFoot(cue, frozen),
    },
  };
}

function adviceOf({ notes, contingency }: DeskCue): FocusView['advice'] {
  return [
    { name: 'Notes', text: notes ?? '' },
    { name: 'If it fails', text: contingency ?? '' },
  ].filter(({ text }) => text.trim() !== '');
}

type Frozen = ReturnType<typeof freeze>;

function votesPerViewer({ kind, min, max, maxBallots }: Frozen): string {
  const ballots = maxBallots === 1 ? '1' : String(maxBallots);
  if (kind !== 'multiple') return ballots;
  return `${ballots} (${min === max ? `${min}` : `${min} to ${max}`} ${max === 1 ? 'option' : 'options'})`;
}

function phoneFoot(cue: DeskCue, { kind, max, link }: Frozen): string {
  if (kind === 'cta') return link ?? '';
  if (kind === 'multiple') return `Choose up to ${max}. Free.`;
  return cue.maxBallots !== undefined && cue.maxBallots > 1
    ? `${cue.maxBallots} votes each. Free.`
    : 'One vote each. Free.';
}

/** A desk that may not see the answer has none in its cue: then nothing is marked. */
function optionsOf(cue: DeskCue, options: Frozen['options']): FocusOption[] {
  const right = new Set<string>(cue.answer ?? []);
  return options.map((option, index) => ({
    id: option.id,
    letter: index < 26 ? String.fromCharCode(65 + index) : String(index + 1),
    text: option.text,
    length: lengthWords(option.text.length),
    long: option.text.length > OVERLAY_LINE,
    right: right.has(option.id),
  }));
}

/** `22 of 32`, or by how much it does not fit. */
function lengthWords(length: number): string {
  return length > OVERLAY_LINE ? `${length - OVERLAY_LINE} too long` : `${length} of ${OVERLAY_LINE}`;
}

function missingOf(cue: DeskCue): string | null {
  const hidden = cue.answerState !== 'unset' && cue.answer === undefined;
  return hidden ? null : whatIsMissing(cue);
}

function surfacesOf(cue: DeskCue, live: boolean): FocusView['surfaces'] {
  const aired = !isBeforeGo(cue);
  return (['desk', 'audience', 'overlay', 'api'] as const).map((surface) => {
    const now = cue.visibility[surface];
    const chosen = surface === 'desk' ? undefined : cue.live?.[surface];
    return {
      name: surface === 'api' ? 'API' : surface.charAt(0).toUpperCase() + surface.slice(1),
      visibility: !aired && chosen !== undefined ? `${chosen} from GO` : now,
      onAir: live && aired && surface !== 'desk' && now !== 'hidden',
      seen: cue.seenOn.includes(surface),
    };
  });
}
