/** What takes something away from the audience: always possible, at once, also while the journal can't be written. */
import { isOnAir } from './intakes.ts';
import { isAnyTaken } from './overlay-outputs.ts';
import { currentRun, type Run, type ShowState } from './show-state.ts';

const ALWAYS: ReadonlySet<string> = new Set([
  'show.clear',
  'poll.close',
  'poll.pause',
  'poll.revoke',
  'poll.recall',
  'overlay.hide',
  'cue.disarm',
]);

/** Whether a command, or what claims to be one, takes away. */
export function takesAway({ type, payload }: { type?: unknown; payload?: unknown }): boolean {
  if (typeof type !== 'string') return false;
  if (ALWAYS.has(type)) return true;
  if (type !== 'poll.reveal' || typeof payload !== 'object' || payload === null) return false;
  return 'visibility' in payload && payload.visibility === 'hidden';
}

/** The run that such an act is about, whatever its cue airs later; null where it concerns the whole show. */
export function runTakenFrom(state: ShowState, intent: object): Run | null {
  return 'target' in intent ? currentRun(state, intent.target as Run['cueId']) : null;
}

/** Whether CLEAR AIR would find nothing: nothing armed, on air or shown. */
export function isAirClear(state: ShowState): boolean {
  const { air, overlay, mode, runs } = state;
  const onAir = [air.poll, air.cta, air.reaction, air.results, air.answer, ...air.recent];
  if (isAnyTaken(overlay) || onAir.some((id) => id !== null)) return false;
  return !Object.values(runs).some(
    (run) => run.mode === mode && (run.intake === 'armed' || isOnAir(run) || isShown(run)),
  );
}

/** Whether the audience can see the run's numbers on any surface. */
export function isShown({ visibility }: Pick<Run, 'visibility'>): boolean {
  return (['audience', 'overlay', 'api'] as const).some((surface) => visibility[surface] !== 'hidden');
}
