/** What follows from a cue's text alone: its lane, its options and limits with the defaults filled in, and what is still missing. */
import type { Lane } from '../protocol/desk-state.ts';
import type { OptionId } from '../protocol/ids.ts';
import { drawnAs, isUnseen } from '../protocol/normal-text.ts';
import { type Cue, type CueKind, type CueOption, type PollClass, WebLink } from '../protocol/show-file.ts';

import { isolated } from './isolated.ts';

/** Longer texts do not fit the overlay plate, even over two lines. */
export const MAX_TEXT = 140;
export const MAX_OPTION_TEXT = 60;
/** One overlay line; beyond it an option wraps. */
export const OVERLAY_LINE = 32;
export const DEFAULT_GRACE_MS = 2_000;
const DEFAULT_RATING_STEPS = 5;

/** A cue as a run airs it, with every default filled in. */
export interface FrozenCue {
  kind: CueKind;
  text: string;
  options: CueOption[];
  min: number;
  max: number;
  durationMs: number;
  graceMs: number;
  class: PollClass;
  maxBallots: number;
  live: NonNullable<Cue['live']>;
  link: string | null;
}

/** The lane a kind airs in; null for kinds that never air. */
export function laneOf(kind: CueKind): Lane | null {
  switch (kind) {
    case 'note':
      return null;
    case 'cta':
      return 'cta';
    case 'reaction':
      return 'reaction';
    default:
      return 'poll';
  }
}

/** Whether the kind collects ballots. */
export function takesBallots(kind: CueKind): boolean {
  return laneOf(kind) === 'poll';
}

function optionsOf(cue: Cue): CueOption[] {
  if (cue.options !== undefined) return cue.options;
  if (cue.kind !== 'rating') return [];
  const steps = cue.max ?? DEFAULT_RATING_STEPS;
  return Array.from({ length: steps }, (_, i) => ({ id: String(i + 1) as OptionId, text: String(i + 1) }));
}

export function freeze(cue: Cue): FrozenCue {
  const options = optionsOf(cue);
  const many = cue.kind === 'multiple';
  // A rating without listed options uses max as its number of steps; one step is chosen all the same.
  const scale = cue.kind === 'rating' && cue.options === undefined;
  return {
    kind: cue.kind,
    text: cue.text,
    options,
    min: scale ? 1 : (cue.min ?? 1),
    max: scale ? 1 : (cue.max ?? (many ? Math.max(1, options.length) : 1)),
    durationMs: cue.durationMs,
    graceMs: cue.kind === 'cta' ? 0 : (cue.graceMs ?? DEFAULT_GRACE_MS),
    class: cue.class ?? 'fun',
    maxBallots: cue.maxBallots ?? 1,
    live: cue.live ?? {},
    // An older version took any scheme, and a journal may hold it.
    link: cue.link !== undefined && isWebLink(cue.link) ? cue.link : null,
  };
}

/**
 * Whether viewers would get the same of both. Notes, contingency, trigger and place are not theirs: no press of a button depends
 * on them.
 */
export function airsAlike(one: Cue, other: Cue): boolean {
  const said = (cue: Cue) => JSON.stringify([freeze(cue), cue.answer]);
  return said(one) === said(other);
}

/** What keeps a cue from being ready, as a sentence; null when nothing does. */
export function whatIsMissing(cue: Cue): string | null {
  const { kind, text, options, min, max } = freeze(cue);
  if (isUnseen(text)) return 'The text is empty.';
  if (text.length > MAX_TEXT) return `The text has ${text.length} characters; ${MAX_TEXT} fit the overlay.`;
  if (kind === 'cta' && cue.link !== undefined && !isWebLink(cue.link)) {
    return 'The link must start with http:// or https://.';
  }
  if (kind === 'note' || kind === 'cta') return null;
  const needed = kind === 'reaction' ? 1 : 2;
  if (options.length < needed) return `It needs ${needed} or more options and has ${options.length}.`;
  const ids = new Set<string>(options.map((o) => o.id));
  if (ids.size !== options.length) return 'Two options have the same id.';
  return (
    whatIsWrongWithTexts(options) ??
    (kind === 'reaction' ? null : whatIsWrongWithLimits({ kind, min, max }, options.length)) ??
    whatIsWrongWithAnswer(cue, ids)
  );
}

function whatIsWrongWithTexts(options: readonly CueOption[]): string | null {
  const places = new Map<string, number>();
  for (const [i, { text }] of options.entries()) {
    if (isUnseen(text)) return `Option ${i + 1} has no text.`;
    if (text.length > MAX_OPTION_TEXT) {
      return `"${isolated(text.slice(0, 24))}…" has ${text.length} characters; ${MAX_OPTION_TEXT} fit the overlay.`;
    }
    const drawn = drawnAs(text);
    const twin = places.get(drawn);
    if (twin !== undefined) return `Options ${twin} and ${i + 1} have the same text: "${isolated(text)}".`;
    places.set(drawn, i + 1);
  }
  return null;
}

function whatIsWrongWithLimits(
  { kind, min, max }: Pick<FrozenCue, 'kind' | 'min' | 'max'>,
  options: number,
): string | null {
  if (min < 1) return 'At least 0 would count empty ballots; it must be 1 or more.';
  if (max > 1 && (kind === 'single' || kind === 'rating')) {
    return `Of a ${kind} one option is chosen, and at most ${max} are allowed.`;
  }
  if (min > max) return `At least ${min} and at most ${max} can't both hold.`;
  if (max > options) return `At most ${max} can be chosen of ${options} options.`;
  return null;
}

function whatIsWrongWithAnswer({ kind, answer }: Cue, ids: ReadonlySet<string>): string | null {
  if (kind === 'quiz' && (answer === undefined || answer.length === 0)) return 'The right answer is not set.';
  const wrong = answer?.find((id) => !ids.has(id));
  return wrong === undefined ? null : `The right answer names the option ${wrong}, which is not there.`;
}

function isWebLink(link: string): boolean {
  return WebLink.safeParse(link).success;
}
