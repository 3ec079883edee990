/** What a command is sent over. */
import type { Command, CommandLookup } from '../../../shared/protocol/commands.ts';
import type { CommandAck } from '../../../shared/protocol/desk-events.ts';
import type { CommandId } from '../../../shared/protocol/ids.ts';

export interface CommandLine {
  /** Rejects when the socket is not there, goes away, or no answer comes in time. Keeps nothing to send later. */
  emit(command: Command, waitMs: number): Promise<CommandAck>;
  /** What became of an id; null while the core can't be asked, or can't say. */
  lookup(id: CommandId): Promise<CommandLookup | null>;
}
