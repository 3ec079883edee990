import { z } from 'zod';
import { Command, Role } from './commands.ts';
import { EpochMs, RunId } from './ids.ts';

/**
 * An act that took something away while the journal could not be written. It is in force; the supervisor and every edge hold it,
 * and a core that starts takes it from them before it publishes anything.
 */
export const HeldOrder = z.object({
  /** Of the core that carried it out. */
  epoch: z.number().int(),
  command: Command,
  /** The run that it acted on, whatever its cue airs by now; null where it concerned the whole show. */
  runId: RunId.nullable(),
  actor: z.string(),
  roles: z.array(Role),
  source: z.string(),
  /** Core time when it took effect. */
  atMs: EpochMs,
});
export type HeldOrder = z.infer<typeof HeldOrder>;
