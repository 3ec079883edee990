/** The show as the core holds it: the fold of the journal. Immutable: an event makes a new state and leaves the untouched parts as they were. */
import type { Act, AnswerState, Concentration, Intake, Tally, VisibilityBySurface } from '../protocol/desk-state.ts';
import type { Mode, OptionId, PollId, RunId } from '../protocol/ids.ts';
import type { ClockAnchor } from '../protocol/process.ts';
import type { Cue, Surface } from '../protocol/show-file.ts';
import type { Alarm } from '../protocol/vitals.ts';
import type { FrozenCue } from './cue-rules.ts';
import { isBusy } from './intakes.ts';
import type { SwitchSettings } from './ladder.ts';
import type { Outputs } from './overlay-outputs.ts';
import type { PersonNames } from './persons.ts';

/** One airing of a cue. */
export interface Run {
  readonly runId: RunId;
  readonly cueId: PollId;
  readonly mode: Mode;
  readonly round: number;
  readonly intake: Intake;
  readonly text: FrozenCue;
  readonly visibility: VisibilityBySurface;
  readonly seenOn: readonly Surface[];
  readonly answer: { readonly state: AnswerState; readonly options: readonly OptionId[] };
  readonly armedAtMs: number | null;
  readonly armedBy: string | null;
  /** Journal sequence of the entry that made it; 0 where that is not known. */
  readonly madeAtRevision: number;
  readonly armAskedBy: string | null;
  readonly voidAskedBy: string | null;
  readonly openedAtMs: number | null;
  /** Journal sequence of its GO; null before it. The order of airings: their times may have been set back in between. */
  readonly openedAtRevision: number | null;
  /** Null before GO and while paused. */
  readonly closesAtMs: number | null;
  readonly pausedAtMs: number | null;
  readonly remainingMs: number | null;
  /** The whole window with its extensions, ms. */
  readonly windowMs: number;
  readonly closedAtMs: number | null;
  readonly tally: Tally | null;
  /** Of the sealed count; null where nothing stood out. */
  readonly concentrated: Concentration | null;
  readonly head: string | null;
  readonly verifiedBy: string | null;
  readonly reason: string | null;
}

export interface CueState {
  readonly cue: Cue;
  readonly skipped: boolean;
  readonly revision: number;
  /** The sequence of its last change that a press on it depends on: not of its notes, its trigger or its place. */
  readonly airRevision: number;
  readonly lastAct: Act | null;
  /** The current run of each mode. */
  readonly runs: Readonly<Record<Mode, RunId | null>>;
}

/** What is or was last in front of the audience, in the show's mode. */
export interface Air {
  readonly poll: RunId | null;
  readonly cta: RunId | null;
  readonly reaction: RunId | null;
  /** Polls that another has replaced, newest first. */
  readonly recent: readonly RunId[];
  readonly results: RunId | null;
  readonly answer: RunId | null;
}
export const EMPTY_AIR: Air = { poll: null, cta: null, reaction: null, recent: [], results: null, answer: null };

export interface ShowState {
  /** Journal sequence of the last entry folded in. */
  readonly revision: number;
  /** Random, new with every import; empty before the first. */
  readonly showId: string;
  readonly title: string;
  readonly mode: Mode;
  readonly t0Ms: number | null;
  /** Sequence of the last change of mode or T0. */
  readonly headRevision: number;
  readonly audience: number | null;
  /** Fields of the show file that this version does not know; given back on export. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly cues: readonly CueState[];
  readonly runs: Readonly<Record<RunId, Run>>;
  readonly air: Air;
  /** The last GO, whoever gave it. */
  readonly lastGoAtMs: number | null;
  readonly control: Act | null;
  /** Of everyone who has a name that is not their id. */
  readonly persons: PersonNames;
  readonly overlay: Outputs;
  readonly switches: SwitchSettings;
  /** The degradation level, 0 normal to 5 hold. */
  readonly level: number;
  /** What nobody has acknowledged, oldest first. */
  readonly alarms: readonly Alarm[];
  /** What core time hung on after it was set last; null: it was not, or nobody noted it. */
  readonly clock: ClockAnchor | null;
}

/** Beyond this many that nobody has acknowledged, the oldest stand no more; the log has them all. */
export const MAX_STANDING_ALARMS = 200;

export const EMPTY_SHOW: ShowState = {
  revision: 0,
  showId: '',
  title: 'Untitled show',
  mode: 'rehearsal',
  t0Ms: null,
  headRevision: 0,
  audience: null,
  extra: {},
  cues: [],
  runs: {},
  air: EMPTY_AIR,
  lastGoAtMs: null,
  control: null,
  persons: {},
  overlay: {},
  switches: {},
  level: 0,
  alarms: [],
  clock: null,
};

/** Nothing runs on core time but what can be moved along with it: it may be set to the wall clock. */
export function isCalm(state: ShowState): boolean {
  return !Object.values(state.runs).some(isBusy);
}

/** The run that commands on this cue act on, or null when the cue is unknown. */
export function currentRun(state: ShowState, cueId: PollId): Run | null {
  const cue = state.cues.find((c) => c.cue.id === cueId);
  const runId = cue?.runs[state.mode];
  return runId ? (state.runs[runId] ?? null) : null;
}
