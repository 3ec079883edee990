/** Socket.IO events of the desk socket, both ways. */
import type { CommandAnswer, DeskError } from './commands.ts';
import type { Changes, Snapshot } from './desk-state.ts';
import type { Notice, Vitals } from './vitals.ts';

export interface DeskServerEvents {
  snapshot: (snapshot: Snapshot) => void;
  changes: (changes: Changes) => void;
  vitals: (vitals: Vitals) => void;
  notice: (notice: Notice) => void;
}
/** What a desk log's record gets: null once it is on disk. */
export type ActionAck = DeskError | null;
/** A command's acknowledgement: its answer, or an error when it was no command at all. */
export type CommandAck = CommandAnswer | DeskError;
export interface DeskClientEvents {
  command: (command: unknown, ack: (answer: CommandAck) => void) => void;
  /** A browser desk's own log of its actions, which the core keeps; acknowledged when it is on disk. */
  action: (record: unknown, ack: (result: ActionAck) => void) => void;
  /** Core time, for the desk's clock and the link's latency. */
  time: (ack: (serverNowMs: number) => void) => void;
  resync: (ack?: (snapshot: Snapshot) => void) => void;
}
