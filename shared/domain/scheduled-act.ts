/** What the schedule does by itself, and what tells one such act from another. */

import { type Mode, type PollId, runIdOf } from '../protocol/ids.ts';
import type { Trigger } from '../protocol/show-file.ts';
import type { CommandIntent, IntentOf } from './guards.ts';
import { type Refusal, refuse } from './refusal.ts';
import { currentRun, type ShowState } from './show-state.ts';

/** One act of the schedule. Two that are alike in every field are one, whoever says it and however often. */
export interface ScheduledAct {
  readonly type: 'cue.arm' | 'cue.go';
  readonly cueId: PollId;
  readonly mode: Mode;
  readonly round: number;
  /** Which moment has come, as `triggerKey` spells it. */
  readonly trigger: string;
}

/**
 * A trigger's moment in one spelling. Whether it opens the cue by itself is no part of it: who ticks that off and on again has
 * not made another moment, at which it would fire once more.
 */
export function triggerKey({ at, offsetMs, after, on }: Trigger): string {
  if (at !== undefined) return `at ${Date.parse(at)}`;
  if (offsetMs !== undefined) return `offset ${offsetMs}`;
  return `after ${after} ${on ?? 'closed'}`;
}

/**
 * The act as a person would ask for it, for the same guards; refused where the run that it means is not its cue's any more: what
 * was due in one round, or in the other mode, opens nothing in this one.
 */
export function intentOfAct(
  state: ShowState,
  { type, cueId, mode, round }: ScheduledAct,
): IntentOf<'cue.arm' | 'cue.go'> | Refusal {
  const runId = runIdOf(cueId, mode, round);
  const run = state.mode === mode ? currentRun(state, cueId) : null;
  if (run?.runId === runId) return { type, target: cueId } satisfies CommandIntent;
  return refuse('unknown-run', `${runId} is not the current run of its cue.`);
}
