/** Which run an entry of the journal is about. */
import type { PollId, RunId } from '../protocol/ids.ts';
import { currentRun, type ShowState } from './show-state.ts';

/**
 * The run that a command or a step of the core's own concerns: the one that it names, else the current one of its cue. Null
 * where it concerns the show, or nothing that is there.
 *
 * @param state the show as it stood before
 */
export function runOfEntry(
  state: ShowState,
  { target, command }: { target: string | null; command: unknown },
): RunId | null {
  const named = runIdIn(command) ?? runIdIn(fieldOf(command, 'payload'));
  if (named !== null && state.runs[named] !== undefined) return named;
  return target === null ? null : (currentRun(state, target as PollId)?.runId ?? null);
}

function runIdIn(value: unknown): RunId | null {
  const runId = fieldOf(value, 'runId');
  return typeof runId === 'string' ? (runId as RunId) : null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
