/** What became of a press, from the finger to the settled answer. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Accepted, Refused } from '../../../shared/protocol/desk.ts';
import type { CommandId } from '../../../shared/protocol/ids.ts';

export type CommandSource = 'button' | 'key' | 'dialog' | 'palette';

export type Outcome =
  | { kind: 'accepted'; answer: Accepted; latencyMs: number | null; settledLater: boolean }
  | { kind: 'refused'; answer: Refused; latencyMs: number | null; settledLater: boolean }
  /** There was no link at the moment of the press. Nothing is kept to be sent later. */
  | { kind: 'not-sent'; message: string }
  /** The core says it never came, and has barred it. */
  | { kind: 'never-seen' }
  | { kind: 'error'; code: string; message: string; latencyMs: number | null };

export type CommandPhase =
  | { kind: 'sending'; sinceMs: number }
  /** No answer in time; the core is being asked for this id. */
  | { kind: 'unknown'; sinceMs: number }
  | { kind: 'answered'; atMs: number; outcome: Outcome };

export interface CommandRecord {
  id: CommandId;
  /** What is locked while this is under way: one act on one cue, or on one switch. */
  slot: string;
  /** The button or key that sent it. */
  actionId: string;
  /** `ARM cue 8` */
  label: string;
  intent: CommandIntent;
  source: CommandSource;
  /** Core time of the press. */
  pressedAtMs: number;
  /** Phases carry local times. */
  phase: CommandPhase;
}

export function slotOf(intent: CommandIntent): string {
  // Each switch is set by itself: one that waits for its answer holds up no other.
  if (intent.type === 'switch.set') return `${intent.type} ${intent.payload.switch}`;
  return 'target' in intent ? `${intent.type} ${intent.target}` : intent.type;
}

/** After this the desk no longer waits for the changes of an accepted command: the next vitals will show that they are lost. */
const CHANGES_WITHIN_MS = 2_000;

/** Under way: sent and unanswered, or accepted while what it changed is not on this screen yet. */
export function isUnderWay(record: CommandRecord | undefined, at: { revision: number; localNowMs: number }): boolean {
  if (!record) return false;
  const { phase } = record;
  if (phase.kind !== 'answered') return true;
  if (phase.outcome.kind !== 'accepted') return false;
  return phase.outcome.answer.revision > at.revision && at.localNowMs - phase.atMs < CHANGES_WITHIN_MS;
}
