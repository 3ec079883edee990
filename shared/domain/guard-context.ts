/** What a guard is asked and what it knows: what somebody means to do, the show as the desk sees it, and the world around it. */
import type { Command, CommandType, Conflict, Role } from '../protocol/commands.ts';
import type { DeskCue, DeskState } from '../protocol/desk-state.ts';
import type { PollId } from '../protocol/ids.ts';
import type { Preflight } from '../protocol/vitals.ts';
import { isolated } from './isolated.ts';
import { type Refusal, refuse } from './refusal.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What someone means to do; the id and the time come when it is sent. */
export type CommandIntent = DistributiveOmit<Command, 'id' | 'clientTimeMs'>;
export type IntentOf<T extends CommandType> = Extract<CommandIntent, { type: T }>;

export type ShowView = Pick<DeskState, 'show' | 'cues' | 'onAir' | 'switches'>;

export interface GuardContext {
  /** Core time. */
  nowMs: number;
  actor: string;
  roles: readonly Role[];
  /** Fired by the schedule and not by a person. */
  scheduled: boolean;
  /** Null while a desk has not heard it yet: then only the core judges it. */
  preflight: Preflight | null;
  /** A regulated vote needs a connected identity service. */
  identityConnected: boolean;
  /** A restart of the edges is under way. */
  edgesRestarting: boolean;
  /** Ids of the alarms that stand; null where that is left to the core. */
  alarms: readonly string[] | null;
  /** Since the last GO, ms, measured and not by the clock; infinite where there was none. */
  sinceGoMs: number;
  /** What the recount of a closed run gave. Only a desk may leave it to the core, which verifies on nothing but a match. */
  recount: 'matches' | 'differs' | 'left-to-the-core';
}

export type CueIntent = Extract<CommandIntent, { target: PollId }>;

export function name(cue: DeskCue): string {
  return `"${isolated(cue.text)}"`;
}
export function conflictOf(cue: DeskCue): Conflict | undefined {
  return cue.lastAct;
}
/** Refuses unless the run is in one of the intakes. */
export function needs(cue: DeskCue, intakes: readonly DeskCue['intake'][], toDo: string): Refusal | null {
  if (intakes.includes(cue.intake)) return null;
  return refuse('wrong-intake', `${name(cue)} is ${cue.intake}; ${toDo} works when it is ${intakes.join(' or ')}.`, {
    conflict: conflictOf(cue),
  });
}
