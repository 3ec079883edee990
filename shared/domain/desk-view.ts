import type { Role } from '../protocol/commands.ts';
import {
  DeskCue,
  type DeskState,
  type ShowHead,
  type SwitchId,
  type Tally,
  type VisibleTally,
} from '../protocol/desk-state.ts';
import type { OptionId, PollId } from '../protocol/ids.ts';
import { Cue, type Visibility } from '../protocol/show-file.ts';
import { laneOf } from './cue-rules.ts';
import { isOnAir, isUnarmed } from './intakes.ts';
import { switchStates } from './ladder.ts';
import { shownOutputs } from './overlay-outputs.ts';
import { maySeeAnswers } from './roles.ts';
import { leadersOf, sharesOf } from './shares.ts';
import type { CueState, Run, ShowState } from './show-state.ts';

/** How long an armed cue stays armed. */
export const DISARM_AFTER_MS = 300_000;

/**
 * What a surface with this visibility may see of a count; null when nothing. Shares are coarse enough that a viewer who may
 * see percentages only can't work the counts out of them; who leads is said beside them, as they may print equally.
 */
export function visibleTally(tally: Tally, visibility: Visibility): VisibleTally | null {
  const { total } = tally;
  switch (visibility) {
    case 'hidden':
      return null;
    case 'turnout':
      return { total };
    case 'percentages': {
      const leads = leadersOf(tally);
      return {
        ...(leads.length === 0 ? {} : { leads: [...leads] }),
        options: withShares(tally).map(({ id, share }) => ({ id, share })),
      };
    }
    case 'counts':
      return { total, options: withShares(tally) };
  }
}

function withShares({ total, options }: Tally) {
  const shares = sharesOf(
    options.map(({ count }) => count),
    total,
  );
  return options.map(({ id, count }, i) => ({ id, count, share: shares[i] ?? 0 }));
}

/** The visibility that a desk with these roles has: the verifier sees counts whatever the desk's setting is. */
export function deskVisibility(run: Run, roles: readonly Role[]): Visibility {
  return roles.includes('verifier') ? 'counts' : run.visibility.desk;
}

function optional<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  return (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

/** Whether who sees a count with this visibility sees how many have voted. */
export function showsTotal(visibility: Visibility): boolean {
  return visibility === 'turnout' || visibility === 'counts';
}

/** A show file may carry unknown fields of any name; those that would pass for the run's own stay out of the desk's view. */
const RUN_FIELDS = new Set(Object.keys(DeskCue.shape).filter((field) => !(field in Cue.shape)));

/** The cue's text as its run airs it: frozen once armed, whatever was edited in the other mode meanwhile. */
function aired(cue: Cue, run: Run): Cue {
  const fields = Object.entries(cue).filter(([field]) => !RUN_FIELDS.has(field) && field !== 'answer');
  const text = Object.fromEntries(fields) as Cue;
  if (isUnarmed(run)) return text;
  const { link: _link, ...rest } = text;
  const { link, ...frozen } = run.text;
  return { ...rest, ...frozen, ...optional('link', link) };
}

/** The right answer as far as these roles may know it. What names no option is not right, so it is no secret; the guards need it. */
function visibleAnswer(run: Run, roles: readonly Role[]): readonly OptionId[] | null {
  const { state, options } = run.answer;
  if (state === 'unset') return null;
  if (state === 'revealed' || maySeeAnswers(roles)) return options;
  const known = new Set(run.text.options.map((o) => o.id));
  const wrong = options.filter((id) => !known.has(id));
  return wrong.length > 0 || options.length === 0 ? wrong : null;
}

/** Until a show of an earlier version is numbered, its cues go by their places, as they did there. */
function numberOf({ cues }: ShowState, cueState: CueState): string {
  return cueState.cue.number ?? String(cues.indexOf(cueState) + 1);
}

/** Whether the cue has been on air in either mode: its votes are kept, so the cue stays. */
function hasAired(state: ShowState, { runs }: CueState): boolean {
  return [runs.live, runs.rehearsal].some((id) => {
    const run = id === null ? undefined : state.runs[id];
    return run !== undefined && (run.round > 1 || run.openedAtMs !== null);
  });
}

/** A cue with its current run, as a desk with these roles may see it; null while the cue has no run. */
export function deskCue(state: ShowState, cueState: CueState, roles: readonly Role[]): DeskCue | null {
  const { cue, skipped, revision, airRevision, lastAct } = cueState;
  const runId = cueState.runs[state.mode];
  const run = runId === null ? undefined : state.runs[runId];
  if (!run) return null;
  const answer = visibleAnswer(run, roles);
  const visibility = deskVisibility(run, roles);
  const tally = run.tally === null ? null : visibleTally(run.tally, visibility);
  return {
    ...aired(cue, run),
    number: numberOf(state, cueState),
    revision,
    airRevision,
    skipped,
    runId: run.runId,
    runRevision: run.madeAtRevision,
    round: run.round,
    intake: run.intake,
    visibility: run.visibility,
    seenOn: [...run.seenOn],
    answerState: run.answer.state,
    ...(answer === null ? {} : { answer: [...answer] }),
    ...(hasAired(state, cueState) ? { aired: true } : {}),
    ...optional('armedAtMs', run.armedAtMs),
    ...optional('armedBy', run.armedBy),
    ...optional('armAskedBy', run.armAskedBy),
    ...optional('voidAskedBy', run.voidAskedBy),
    ...(run.intake === 'armed' && run.armedAtMs !== null ? { disarmsAtMs: run.armedAtMs + DISARM_AFTER_MS } : {}),
    ...optional('openedAtMs', run.openedAtMs),
    // A snapshot of an earlier version lacks it.
    ...optional('openedRevision', run.openedAtRevision ?? null),
    ...optional('closesAtMs', run.closesAtMs),
    ...optional('remainingMs', run.remainingMs),
    windowMs: run.windowMs,
    ...optional('closedAtMs', run.closedAtMs),
    ...optional('reason', run.reason),
    ...optional('tally', tally),
    ...optional('concentrated', showsTotal(visibility) ? run.concentrated : null),
    ...optional('head', run.head),
    ...optional('verifiedBy', run.verifiedBy),
    ...optional('lastAct', lastAct),
  };
}

/** What a desk is told beyond the journal: known to the running core only. */
export interface CoreFacts {
  restored: string | null;
  viewerUrl: string | null;
  /** Switches that every living edge has confirmed. */
  inForce: readonly SwitchId[];
  /** Acts in force that the journal has not taken yet. */
  unjournaled: number;
}
export const NO_CORE_FACTS: CoreFacts = { restored: null, viewerUrl: null, inForce: [], unjournaled: 0 };

export function showHead(state: ShowState, facts: Pick<CoreFacts, 'restored' | 'viewerUrl' | 'unjournaled'>): ShowHead {
  return {
    title: state.title,
    mode: state.mode,
    revision: state.headRevision,
    ...optional('t0Ms', state.t0Ms),
    ...optional('audience', state.audience),
    ...optional('lastGoAtMs', state.lastGoAtMs),
    ...optional('control', state.control),
    ...optional('people', Object.keys(state.persons).length === 0 ? null : { ...state.persons }),
    ...optional('overlay', shownOutputs(state.overlay)),
    ...optional('unjournaled', facts.unjournaled === 0 ? null : facts.unjournaled),
    ...optional('restored', facts.restored),
    ...optional('viewerUrl', facts.viewerUrl),
  };
}

/** The cue whose run occupies each lane (`open` or `paused`; `closing` frees it). */
export function onAir(cues: readonly Pick<DeskCue, 'id' | 'kind' | 'intake'>[]): DeskState['onAir'] {
  const occupied: DeskState['onAir'] = { poll: null, cta: null, reaction: null };
  for (const cue of cues) {
    const lane = laneOf(cue.kind);
    if (lane !== null && isOnAir(cue)) occupied[lane] = cue.id as PollId;
  }
  return occupied;
}

/** The whole show as a desk with these roles may see it. */
export function deskState(
  state: ShowState,
  view: { roles: readonly Role[]; serverNowMs: number; facts: CoreFacts },
): DeskState {
  const cues = state.cues.flatMap((c) => deskCue(state, c, view.roles) ?? []);
  return {
    revision: state.revision,
    serverNowMs: view.serverNowMs,
    show: showHead(state, view.facts),
    cues,
    onAir: onAir(cues),
    switches: switchStates(state, view.facts.inForce),
  };
}
