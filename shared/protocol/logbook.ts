/** The desk's own log of every action: between the window, Electron main and the logbook process. */
import { z } from 'zod';
import { CommandAnswer } from './commands.ts';
import { EpochMs } from './ids.ts';

/** Written before a command is sent. `id` is the command's id. */
export const LogIntent = z.object({
  id: z.string().min(1).max(64),
  /** Desk wall clock, epoch ms. */
  atMs: EpochMs,
  actor: z.string(),
  /** `button`, `key`, `quit-guard`, ... */
  source: z.string(),
  type: z.string(),
  target: z.string().nullable(),
  /** The whole command as it is sent. */
  command: z.unknown(),
  /** Address of the server that it goes to, where that is another machine's. Electron main says so, never the page. */
  server: z.string().optional(),
});
export type LogIntent = z.infer<typeof LogIntent>;

/** `unknown`: no answer in 2 s; `not-sent`: the desk had no link; `never-seen`: the core says it never came, and bars it. */
export const LogOutcome = z.object({
  id: z.string().min(1).max(64),
  outcome: z.enum(['accepted', 'refused', 'unknown', 'not-sent', 'never-seen', 'error']),
  code: z.string().nullable(),
  message: z.string().nullable(),
  /** From sending to the answer, ms; null where nothing came back to the window. */
  latencyMs: z.number().nullable(),
  answer: CommandAnswer.nullable(),
  /** The command left before its intent was on disk (100 ms passed). */
  loggedLate: z.boolean(),
  /** Settled after the fact by asking the core for the id. */
  settled: z.boolean(),
});
export type LogOutcome = z.infer<typeof LogOutcome>;

export const LogEntry = LogIntent.extend({
  seq: z.number().int(),
  outcome: LogOutcome.shape.outcome.nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  latencyMs: z.number().nullable(),
  answer: CommandAnswer.nullable(),
  loggedLate: z.boolean(),
  settled: z.boolean(),
});
export type LogEntry = z.infer<typeof LogEntry>;

/** What a browser desk gives the core to keep: the intent before the command, the outcome after it. */
export const ActionRecord = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('intent'), intent: LogIntent }),
  z.object({ kind: z.literal('outcome'), outcome: LogOutcome }),
]);
export type ActionRecord = z.infer<typeof ActionRecord>;
/** `GET /api/v1/actions`: the log of this session's desk, oldest first. */
export const ActionPage = z.object({ entries: z.array(LogEntry), next: z.number().int().optional() });
export type ActionPage = z.infer<typeof ActionPage>;

/** Electron main → logbook process, over IPC; `ref` comes back with the answer. */
export type LogbookRequest =
  | { t: 'intent'; ref: number; intent: LogIntent }
  | { t: 'outcome'; ref: number; outcome: LogOutcome }
  | { t: 'list'; ref: number; afterSeq: number; limit: number }
  /** The last entries before a sequence number; null: the newest. */
  | { t: 'before'; ref: number; beforeSeq: number | null; limit: number }
  /** Entries whose outcome is null or `unknown`. */
  | { t: 'open'; ref: number };

export type LogbookReply =
  | { t: 'ready' }
  /** On disk. */
  | { t: 'done'; ref: number; seq: number }
  | { t: 'entries'; ref: number; entries: LogEntry[] }
  | { t: 'failed'; ref: number; message: string }
  | { t: 'fatal'; code: string; message: string };
