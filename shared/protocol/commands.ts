/** What a desk, a key, REST or the schedule may say to the core, and what it hears. */
import { z } from 'zod';
import { CommandId, EpochMs, Mode, OptionId, PollId, RunId } from './ids.ts';
import { normalText } from './normal-text.ts';
import { Cue, CueEdit, ShowMoment, Surface, Visibility } from './show-file.ts';

export const Role = z.enum(['owner', 'producer', 'director', 'operator', 'verifier']);
export type Role = z.infer<typeof Role>;

const reason = z.string().overwrite(normalText).min(1).max(500);
const target = { target: PollId };
const none = z.object({}).optional();

const head = {
  id: CommandId,
  expectedRevision: z
    .number()
    .int()
    .describe(
      'A point in the journal: the `revision` of what the command changes, as the sender saw it. Refused (`stale-revision`) when something that the command depends on has changed since. Absent, it is not compared.',
    )
    .optional(),
  /** Server time as the client estimates it. */
  clientTimeMs: EpochMs,
};
function command<T extends string, P extends z.ZodType>(type: T, payload: P) {
  return z.object({ ...head, type: z.literal(type), payload });
}
function onCue<T extends string, P extends z.ZodType>(type: T, payload: P) {
  return command(type, payload).extend(target);
}

/** Every command that a desk, a key, REST or the schedule can send. */
export const Command = z.discriminatedUnion('type', [
  command('cue.add', z.object({ cue: Cue, before: PollId.nullable().optional() })),
  onCue(
    'cue.edit',
    z.object({
      cue: CueEdit,
      baseRevision: z
        .number()
        .int()
        .describe(
          'The `revision` of the cue that the editor saw, in place of `expectedRevision`: it never refuses an edit.',
        )
        .optional(),
    }),
  ),
  onCue('cue.move', z.object({ before: PollId.nullable() })),
  onCue('cue.remove', none),
  onCue(
    'cue.skip',
    z
      .object({ skipped: z.boolean().describe('What it is to be; absent, the other than it is.').optional() })
      .optional(),
  ),
  onCue('cue.rerun', none),
  onCue('cue.ready', none),
  onCue('cue.arm', z.object({ override: reason.optional() }).optional()),
  onCue('cue.disarm', none),
  onCue('cue.go', none),
  onCue('poll.recall', z.object({ reason: reason.optional() }).optional()),
  onCue('poll.pause', z.object({ reason })),
  onCue('poll.resume', none),
  onCue('poll.extend', z.object({ byMs: z.number().int().min(-86_400_000).max(86_400_000) })),
  onCue('poll.close', z.object({ confirmed: z.boolean().optional() }).optional()),
  onCue('poll.verify', none),
  onCue('poll.void', z.object({ reason })),
  onCue('poll.revoke', z.object({ reason })),
  onCue('poll.archive', none),
  onCue('poll.reveal', z.object({ surface: Surface, visibility: Visibility })),
  onCue(
    'poll.answer',
    z.union([
      z.object({
        answer: z.array(OptionId).min(1).max(50),
        correct: z.literal(true).describe('Of an answer that has been revealed; not taken yet.').optional(),
        reason: reason.optional(),
      }),
      z.object({ reveal: z.literal(true) }),
    ]),
  ),
  command('overlay.take', z.object({ surface: z.string().max(64), runId: RunId })),
  command('overlay.hide', z.object({ surface: z.string().max(64), runId: RunId.optional() })),
  command(
    'switch.set',
    z.object({
      switch: z.string().max(64),
      position: z.enum(['auto', 'on', 'off']),
      reason,
      /** A pinned switch goes back to `auto` by itself after this, a day at most; ignored with `auto`. */
      revertAfterMs: z.number().int().min(1_000).max(86_400_000, 'a day (86,400,000 ms) at most').optional(),
    }),
  ),
  /** One by one, and without a moment in which viewers can't come in. */
  command('edges.restart', z.object({ reason })),
  /** The rehearsal gets a new code. Tokens that came with the old one end, and whoever is in there has to have the new one. */
  command('rehearsal.recode', none),
  command('show.mode', z.object({ mode: Mode })),
  command('show.t0', z.object({ t0Ms: ShowMoment, confirmed: z.boolean().optional() })),
  command('show.control', none),
  command('show.clear', none),
  /** Somebody has read the alarm: it leaves every desk. */
  command('alarm.seen', z.object({ id: z.string().min(1).max(64) })),
]);
export type Command = z.infer<typeof Command>;
export type CommandType = Command['type'];
/** The cue a command names, or null. */
export function targetOf(command: Command): PollId | null {
  return 'target' in command ? command.target : null;
}

export const Conflict = z.object({ actor: z.string(), source: z.string(), commandId: z.string(), atMs: EpochMs });
export type Conflict = z.infer<typeof Conflict>;

/** Stable codes of refusals that the core gives to a command. */
export const RefusalCode = z.enum([
  'malformed',
  'too-old',
  'role',
  'rate-limited',
  'unavailable',
  'barred',
  'stale-revision',
  'unknown-cue',
  'unknown-run',
  'unknown-switch',
  'unknown-option',
  'cue-exists',
  'number-taken',
  'show-full',
  'trigger-ring',
  'followed',
  'not-runnable',
  'wrong-intake',
  'frozen',
  'incomplete',
  'lane-busy',
  'too-soon',
  'recall-expired',
  'too-short',
  'needs-confirmation',
  'second-person',
  'identity-missing',
  'not-verified',
  'not-released',
  'recount-differs',
  'mode-busy',
  'already',
  'unknown-alarm',
  'restart-under-way',
  'not-by-schedule',
  'preflight-storage',
  'preflight-clock',
  'preflight-edges',
  'preflight-forecast',
  'preflight-ledger',
]);
export type RefusalCode = z.infer<typeof RefusalCode>;

export const Accepted = z.object({
  status: z.literal('accepted'),
  revision: z.number().int(),
  atMs: EpochMs,
  /**
   * It is in force and not in the journal yet, which can't be written: only what takes away is carried out like that. It is
   * journaled, with this time, as soon as the disk takes it; `revision` is the one that stood.
   */
  journaled: z.literal(false).optional(),
});
export const Refused = z.object({
  status: z.literal('refused'),
  code: RefusalCode,
  message: z.string(),
  nextAllowedAtMs: EpochMs.optional(),
  conflict: Conflict.optional(),
  serverNowMs: EpochMs,
});
export const CommandAnswer = z.discriminatedUnion('status', [Accepted, Refused]);
export type Accepted = z.infer<typeof Accepted>;
export type Refused = z.infer<typeof Refused>;
export type CommandAnswer = z.infer<typeof CommandAnswer>;
/** What `GET /api/v1/commands/:id` gives; `never-seen` bars that id for good. */
export const CommandLookup = z.union([CommandAnswer, z.object({ status: z.literal('never-seen') })]);
export type CommandLookup = z.infer<typeof CommandLookup>;

/** An error of the desk port that is no command's answer. */
export const DeskErrorCode = z.enum([
  'malformed',
  'unauthorised',
  'forbidden-origin',
  'bad-code',
  'role',
  'rate-limited',
  'log-full',
  'not-found',
  'not-closed',
  'unavailable',
]);
export type DeskErrorCode = z.infer<typeof DeskErrorCode>;
export const DeskError = z.object({ error: z.object({ code: DeskErrorCode, message: z.string() }) });
export type DeskError = z.infer<typeof DeskError>;

export const SessionRequest = z.object({ code: z.string().max(128) });
export const SessionResponse = z.object({
  token: z.string(),
  roles: z.array(Role),
  actor: z.string(),
  /** What the person behind `actor` is called; absent from servers of earlier versions. */
  name: z.string().optional(),
});
export type SessionResponse = z.infer<typeof SessionResponse>;

/** `POST /api/v1/sessions/end`: what ended besides the sessions. */
export const SessionsEnded = z.object({ codes: z.number().int().describe('Codes that nobody had used yet.') });
export type SessionsEnded = z.infer<typeof SessionsEnded>;
