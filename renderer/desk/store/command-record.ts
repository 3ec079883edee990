/** What became of a press, from the finger to the settled answer. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Accepted, Refused } from '../../../shared/protocol/commands.ts';
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
  /** What is locked while this is under way: one act on one cue, on one switch, or on one alarm. */
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
  // Each switch is set by itself: one that waits for its answer holds up no other. Alarms likewise.
  if (intent.type === 'switch.set') return `${intent.type} ${intent.payload.switch}`;
  if (intent.type === 'alarm.seen') return `${intent.type} ${intent.payload.id}`;
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

/** In force, while the journal can't be written. */
export function isUnjournaled(outcome: Outcome): boolean {
  return outcome.kind === 'accepted' && outcome.answer.journaled === false;
}

/**
 * The records once the show says that the journal has everything; the same object where nothing of them was missing. An answer may
 * overtake the word that its act isn't journaled, so that the youngest stay as they were.
 */
export function journaled(
  records: Readonly<Record<string, CommandRecord>>,
  nowMs: number,
): Readonly<Record<string, CommandRecord>> {
  const missing = Object.values(records).filter(
    ({ phase }) => phase.kind === 'answered' && isUnjournaled(phase.outcome) && nowMs - phase.atMs >= CHANGES_WITHIN_MS,
  );
  if (missing.length === 0) return records;
  return { ...records, ...Object.fromEntries(missing.map((record) => [record.slot, withJournaled(record)])) };
}

function withJournaled(record: CommandRecord): CommandRecord {
  const { phase } = record;
  if (phase.kind !== 'answered' || phase.outcome.kind !== 'accepted') return record;
  const { journaled: _, ...answer } = phase.outcome.answer;
  return { ...record, phase: { ...phase, outcome: { ...phase.outcome, answer } } };
}
