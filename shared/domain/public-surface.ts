/** Where numbers of the show are seen outside of the desk, and what each of these may know. */
import type { RunId } from '../protocol/ids.ts';
import type { Visibility } from '../protocol/show-file.ts';
import { outputOf } from './overlay-outputs.ts';
import type { Run, ShowState } from './show-state.ts';

/** Overlays are several: each output shows what was taken on it. */
export type PublicSurface = { kind: 'audience' } | { kind: 'api' } | { kind: 'overlay'; output: string };

export const AUDIENCE: PublicSurface = { kind: 'audience' };

/** The same for the same surface, another for any other. */
export function surfaceKey(surface: PublicSurface): string {
  return surface.kind === 'overlay' ? `overlay ${surface.output}` : surface.kind;
}

/** How much of a run's count this surface may see. */
export function visibilityOn(run: Run, { kind }: PublicSurface): Visibility {
  return run.visibility[kind];
}

/** The run that is taken on this overlay output; null where nothing is. */
export function takenOn({ overlay }: ShowState, output: string): RunId | null {
  return outputOf(overlay, output)?.runId ?? null;
}

/** The run whose result belongs on this surface, as far as it may see one; null where there is none. */
export function resultOn(state: ShowState, surface: PublicSurface): Run | null {
  const runOf = (id: RunId | null) => (id === null ? null : (state.runs[id] ?? null));
  const { air } = state;
  switch (surface.kind) {
    case 'audience':
      return runOf(air.results);
    case 'overlay':
      return runOf(takenOn(state, surface.output));
    case 'api': {
      const runs = [air.poll, air.results, ...air.recent].map(runOf);
      return runs.find((run) => run !== null && visibilityOn(run, surface) !== 'hidden') ?? null;
    }
  }
}
