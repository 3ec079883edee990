/** From what somebody wants to the entry that the journal is to get. */
import { runOfEntry } from '../../shared/domain/entry-run.ts';
import type { EntryMeta, ShowEvent } from '../../shared/domain/events.ts';
import type { Refusal } from '../../shared/domain/refusal.ts';
import type { Who } from '../../shared/domain/roles.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import { type Command, type CommandAnswer, targetOf } from '../../shared/protocol/commands.ts';
import type { StoredEntry } from '../journal/journal-messages.ts';
import type { Arrival } from './command-judge.ts';

export interface Draft {
  who: Who;
  commandId: string;
  type: string;
  target: string | null;
  command: unknown;
  /** Called in the queue: the events to append, or why not. */
  decide: (nowMs: number) => ShowEvent[] | Refusal;
}

/** All but the verdict on a command that has come in. */
export function draftOf({ command, who }: Arrival): Omit<Draft, 'decide'> {
  const { id: commandId, type } = command;
  return { who, commandId, type, target: targetOf(command), command };
}

/** The entry behind revision `after`, decided at this moment (core time). `state`: the show as it stands. */
export function entryOf(
  { who, commandId, type, target, command, decide }: Draft,
  { state, after, atMs }: { state: ShowState; after: number; atMs: number },
): StoredEntry {
  const decided = decide(atMs);
  const seq = after + 1;
  const answer: CommandAnswer = Array.isArray(decided)
    ? { status: 'accepted', revision: seq, atMs }
    : { status: 'refused', ...decided, serverNowMs: atMs };
  const events = Array.isArray(decided) ? decided : [];
  const runId = runOfEntry(state, { target, command });
  const { actor, source } = who;
  const kept = answer.status === 'refused' ? withoutTexts(command) : command;
  return { seq, atMs, actor, source, commandId, type, target, runId, command: kept, answer, events };
}

/** Who and when, as the fold takes it. */
export function metaOf({ seq, actor, source, commandId, atMs }: StoredEntry): EntryMeta {
  return { seq, act: { actor, source, commandId, atMs } };
}

/** Commands whose payload is as long as their sender likes; all others are bounded by their own fields. */
const WITH_TEXTS: ReadonlySet<string> = new Set<Command['type']>(['cue.add', 'cue.edit', 'poll.answer']);

/**
 * What a refused command leaves in the journal: who may do nothing could otherwise fill the disk, and everybody's log. Its target,
 * its type and the reason stand in the entry itself.
 */
function withoutTexts(command: unknown): unknown {
  if (typeof command !== 'object' || command === null || !('type' in command)) return command;
  const { id, type, target } = command as Pick<Command, 'id' | 'type'> & { target?: unknown };
  return WITH_TEXTS.has(type) ? { id, type, ...(target === undefined ? {} : { target }) } : command;
}
