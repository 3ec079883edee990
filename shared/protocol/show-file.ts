import { z } from 'zod';
import { EpochMs, OptionId, PollId } from './ids.ts';

export const CueKind = z.enum(['cta', 'single', 'multiple', 'rating', 'quiz', 'prediction', 'reaction', 'note']);
export type CueKind = z.infer<typeof CueKind>;

export const PollClass = z.enum(['fun', 'editorial', 'regulated']);
export type PollClass = z.infer<typeof PollClass>;

export const Visibility = z.enum(['hidden', 'turnout', 'percentages', 'counts']);
export type Visibility = z.infer<typeof Visibility>;

export const Surface = z.enum(['desk', 'audience', 'overlay', 'api']);
export type Surface = z.infer<typeof Surface>;

export const CueOption = z.object({ id: OptionId, text: z.string().min(1).max(200) });
export type CueOption = z.infer<typeof CueOption>;

const onDone = { on: z.enum(['opened', 'closed']).optional(), autoGo: z.boolean().optional() };

/** Exactly one of `at` (ISO time with offset), `offsetMs` (from T0) or `after` (another cue). */
export const Trigger = z
  .looseObject({
    at: z.iso.datetime({ offset: true }).optional(),
    offsetMs: z.number().int().optional(),
    after: PollId.optional(),
    ...onDone,
  })
  .refine((t) => [t.at, t.offsetMs, t.after].filter((x) => x !== undefined).length === 1, {
    message: 'a trigger names exactly one of at, offsetMs, after',
  });
export type Trigger = z.infer<typeof Trigger>;

const liveVisibility = Visibility.exclude(['hidden']);

/** A cue as the show file has it. Unknown fields are kept and given back on export. */
export const Cue = z.looseObject({
  id: PollId,
  kind: CueKind,
  text: z.string().max(500),
  options: z.array(CueOption).max(50).optional(),
  answer: z.array(OptionId).optional(),
  min: z.number().int().min(0).max(50).optional(),
  max: z.number().int().min(1).max(50).optional(),
  link: z.url().max(500).optional(),
  durationMs: z.number().int().min(1_000).max(86_400_000),
  graceMs: z.number().int().min(0).max(600_000).optional(),
  class: PollClass.optional(),
  maxBallots: z.number().int().min(1).max(100).optional(),
  live: z
    .object({ audience: liveVisibility.optional(), overlay: liveVisibility.optional(), api: liveVisibility.optional() })
    .optional(),
  trigger: Trigger.optional(),
  notes: z.string().max(5_000).optional(),
  contingency: z.string().max(5_000).optional(),
});
export type Cue = z.infer<typeof Cue>;

/** Changes to a cue: any of its fields but the id. */
export const CueEdit = Cue.partial().omit({ id: true });

/** A show file. `audience` is the expected number of viewers. */
export const ShowFile = z
  .looseObject({
    title: z.string().min(1).max(200),
    t0: z.iso.datetime({ offset: true }).optional(),
    audience: z.number().int().min(0).optional(),
    cues: z.array(Cue).max(500),
  })
  .superRefine((show, ctx) => {
    const seen = new Set<string>();
    show.cues.forEach((cue, i) => {
      if (seen.has(cue.id)) {
        ctx.addIssue({ code: 'custom', path: ['cues', i, 'id'], message: `another cue has the id ${cue.id}` });
      }
      seen.add(cue.id);
    });
    show.cues.forEach((cue, i) => {
      if (cue.trigger?.after !== undefined && !seen.has(cue.trigger.after)) {
        ctx.addIssue({ code: 'custom', path: ['cues', i, 'trigger', 'after'], message: 'no cue has that id' });
      }
    });
  });
export type ShowFile = z.infer<typeof ShowFile>;

/** When the show starts, epoch ms; absent when the file names none. */
export const T0 = EpochMs.optional();
