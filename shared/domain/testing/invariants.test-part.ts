/** What holds in every state that a show can reach, and over every step between two of them. Each names the fault it finds. */
import { type Intake, Lane } from '../../protocol/desk-state.ts';
import { Mode, type RunId } from '../../protocol/ids.ts';
import { laneOf, whatIsMissing } from '../cue-rules.ts';
import { isCalm, type Run, type ShowState } from '../show-state.ts';
import type { Done } from './moves.test-part.ts';

/** Where a run may go from each intake. Draft and ready follow the text while it is edited. */
const LEGAL: Record<Intake, readonly Intake[]> = {
  draft: ['ready'],
  ready: ['draft', 'armed'],
  armed: ['ready', 'open'],
  open: ['paused', 'closing', 'revoked', 'void'],
  paused: ['open', 'closing', 'revoked', 'void'],
  closing: ['closed', 'revoked', 'void'],
  closed: ['verified', 'revoked', 'void'],
  verified: ['archived', 'revoked', 'void'],
  archived: [],
  revoked: ['archived'],
  void: ['archived'],
};
const BEFORE_VERIFIED: readonly Intake[] = ['draft', 'ready', 'armed', 'open', 'paused', 'closing', 'closed'];
const PUBLIC_SURFACES = ['audience', 'overlay', 'api'] as const;

const runsOf = (state: ShowState) => Object.entries(state.runs) as [RunId, Run][];
const occupies = (run: Run) => run.intake === 'open' || run.intake === 'paused';

export function faultsOfState(state: ShowState): string[] {
  const faults: string[] = [];
  const fault = (message: string, broken: boolean) => {
    if (broken) faults.push(message);
  };
  for (const mode of Mode.options) {
    for (const lane of Lane.options) {
      const occupants = runsOf(state).filter(([, run]) => run.mode === mode && laneOf(run.text.kind) === lane);
      fault(`two runs in the ${lane} lane`, occupants.filter(([, run]) => occupies(run)).length > 1);
    }
  }
  for (const [id, run] of runsOf(state)) {
    fault(`${id} is named for another run`, id !== `${run.cueId}:${run.mode}:${run.round}`);
    fault(`${id} is under way in the mode the show is not in`, run.mode !== state.mode && isUnderWay(run));
    fault(`${id} has a remaining time without being paused`, (run.remainingMs !== null) !== (run.intake === 'paused'));
    fault(
      `${id} is open without an end`,
      (run.intake === 'open' || run.intake === 'closing') && run.closesAtMs === null,
    );
    fault(`${id} has more time left than its window`, (run.remainingMs ?? 0) > run.windowMs);
    fault(`${id} has a tally too early`, run.tally !== null && BEFORE_VERIFIED.slice(0, -1).includes(run.intake));
    fault(`${id} is closed without a tally`, ['closed', 'verified'].includes(run.intake) && run.tally === null);
    fault(`${id} is a note on air`, laneOf(run.text.kind) === null && run.openedAtMs !== null);
    for (const surface of PUBLIC_SURFACES) {
      const shown = run.visibility[surface] !== 'hidden';
      const chosen = run.openedAtMs !== null && run.text.live[surface] === run.visibility[surface];
      fault(`${id} is shown on ${surface} too early`, shown && BEFORE_VERIFIED.includes(run.intake) && !chosen);
      fault(`${id} is pulled and still on ${surface}`, shown && (run.intake === 'revoked' || run.intake === 'void'));
    }
  }
  for (const { cue, runs } of state.cues) {
    for (const mode of Mode.options) {
      const id = runs[mode];
      const run = id === null ? null : state.runs[id];
      fault(`${cue.id} has a current run of the other mode`, run != null && run.mode !== mode);
      fault(`${cue.id} is ready and incomplete`, run?.intake === 'ready' && whatIsMissing(cue) !== null);
    }
    fault(`${cue.id} has no run in the show's mode`, runs[state.mode] === null);
  }
  const { poll, cta, reaction, recent, results, answer } = state.air;
  for (const id of [poll, cta, reaction, ...recent, results, answer]) {
    const run = id === null ? null : state.runs[id];
    if (id === null) continue;
    fault(`${id} is on air and unknown`, !run);
    fault(`${id} is on air in the other mode`, run?.mode !== state.mode);
    fault(`${id} is on air and pulled`, run?.intake === 'revoked' || run?.intake === 'void');
    fault(`${id} is on air and was never opened`, run?.openedAtMs === null);
  }
  for (const [id, { position, reason, revertsAtMs }] of Object.entries(state.switches)) {
    fault(`${id} is pinned without a reason`, position !== 'auto' && !reason);
    fault(`${id} is automatic and waits to go back`, position === 'auto' && revertsAtMs !== null);
  }
  for (const [output, { runId }] of Object.entries(state.overlay)) {
    const run = runId === null ? null : state.runs[runId];
    fault(`${output} shows a run that is unknown`, run === undefined);
    fault(`${output} shows what is not released to the overlay`, run?.visibility.overlay === 'hidden');
    fault(`${output} shows a run of the other mode`, run != null && run.mode !== state.mode);
  }
  return faults;
}

function isUnderWay(run: Run): boolean {
  return ['armed', 'open', 'paused', 'closing'].includes(run.intake);
}

export function faultsOfChange(before: ShowState, after: ShowState, done: Done): string[] {
  const faults: string[] = [];
  const fault = (message: string, broken: boolean) => {
    if (broken) faults.push(message);
  };
  fault('an entry is not one revision', after.revision !== before.revision + 1);
  const refused = done?.by === 'person' && done.refused;
  fault('a refused command changed something', refused && !sameBut(before, after, 'revision'));
  for (const [id, was] of runsOf(before)) {
    const is = after.runs[id];
    if (!is) {
      fault(`${id} is gone with its votes`, was.openedAtMs !== null);
      continue;
    }
    const moved = was.intake !== is.intake;
    fault(`${id} went from ${was.intake} to ${is.intake}`, moved && !LEGAL[was.intake].includes(is.intake));
    fault(`${id} closed without a seal`, moved && is.intake === 'closed' && !isStep(done, 'system.seal'));
    const verified = isStep(done, 'system.verify') || isCommand(done, 'poll.verify');
    fault(`${id} is verified by itself`, moved && is.intake === 'verified' && !verified);
    fault(`${id} changed its sealed tally`, was.tally !== null && was.tally !== is.tally);
    fault(`${id} changed its head`, was.head !== null && was.head !== is.head);
    fault(
      `${id} was seen and is not any more`,
      was.seenOn.some((surface) => !is.seenOn.includes(surface)),
    );
    fault(`${id} opened twice`, was.openedAtMs !== null && was.openedAtMs !== is.openedAtMs);
    fault(`${id} changed its text on air`, isFrozen(was) && was.text !== is.text);
    fault(`${id} closes later for being closed`, closesLater(was, is));
    const other = was.mode !== before.mode && was.mode !== after.mode;
    // What was sealed before the mode changed is still verified by the core, and what was taken off the air before is still sealed.
    const finished =
      (isStep(done, 'system.verify') && is.intake === 'verified') ||
      (isStep(done, 'system.seal') && was.intake === is.intake);
    fault(`${id} changed in the other mode`, other && was !== is && isFrozen(was) && !finished);
  }
  const turned = isCommand(done, 'switch.set') || isStep(done, 'system.revert');
  fault('a switch moved by itself', !turned && positionsOf(before) !== positionsOf(after));
  fault('the level moved by itself', !isStep(done, 'system.level') && before.level !== after.level);
  fault('the clock was set under something that runs', isStep(done, 'system.clock') && !isCalm(before));
  return faults;
}

const positionsOf = ({ switches }: ShowState) =>
  JSON.stringify(Object.entries(switches).map(([id, { position }]) => [id, position]));
const isFrozen = (run: Run) => run.intake !== 'draft' && run.intake !== 'ready';
const closesLater = (was: Run, is: Run) =>
  is.intake === 'closing' && was.closesAtMs !== null && (is.closesAtMs ?? 0) > was.closesAtMs;
const isStep = (done: Done, type: string) => done?.by === 'core' && done.step.type === type;
const isCommand = (done: Done, type: string) => done?.by === 'person' && done.intent.type === type;

function sameBut(a: ShowState, b: ShowState, field: keyof ShowState): boolean {
  return (Object.keys(a) as (keyof ShowState)[]).every((key) => key === field || a[key] === b[key]);
}
