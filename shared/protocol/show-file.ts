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

export const CueOption = z.object({
  id: OptionId,
  text: z.string().min(1).max(200).describe('What viewers read; 60 characters fit the overlay, 32 stay on one line.'),
});
export type CueOption = z.infer<typeof CueOption>;

/** Exactly one of `at` (ISO time with offset), `offsetMs` (from T0) or `after` (another cue). */
export const Trigger = z
  .looseObject({
    at: z.iso.datetime({ offset: true }).describe('Wall-clock time with its offset from UTC.').optional(),
    offsetMs: z
      .number()
      .int()
      .describe('Milliseconds from the start of the show (T0); negative is before it.')
      .optional(),
    after: PollId.describe('The id of the cue that this one follows.').optional(),
    on: z
      .enum(['opened', 'closed'])
      .describe('Of the cue named by `after`: which of its moments fires this one.')
      .optional(),
    autoGo: z
      .boolean()
      .describe('Fires by itself; else it only warns and waits for GO.')
      .meta({ default: false })
      .optional(),
  })
  .refine((t) => [t.at, t.offsetMs, t.after].filter((x) => x !== undefined).length === 1, {
    message: 'a trigger names exactly one of at, offsetMs, after',
  })
  .meta({ oneOf: ['at', 'offsetMs', 'after'].map((field) => ({ required: [field] })) });
export type Trigger = z.infer<typeof Trigger>;

const liveVisibility = Visibility.exclude(['hidden']);

/** A cue as the show file has it. Unknown fields are kept and given back on export. */
export const Cue = z.looseObject({
  id: PollId.describe('Short and unique in the show; polls go by it on the wire.'),
  kind: CueKind,
  text: z.string().max(500).describe('The question or the call, as viewers read it; 140 characters fit the overlay.'),
  options: z
    .array(CueOption)
    .max(50)
    .describe('Polls need two or more; a rating without them runs from 1 to `max`.')
    .optional(),
  answer: z.array(OptionId).describe('Ids of the right options; a quiz needs it before it can be ready.').optional(),
  min: z.number().int().min(0).max(50).describe('Least options of one ballot.').meta({ default: 1 }).optional(),
  max: z
    .number()
    .int()
    .min(1)
    .max(50)
    .describe(
      'Most options of one ballot: 1, for `multiple` all of them. For a rating without options its highest step, 5.',
    )
    .optional(),
  link: z.url().max(500).describe('Where a call to action leads.').optional(),
  durationMs: z.number().int().min(1_000).max(86_400_000).describe('How long it stays open, milliseconds.'),
  graceMs: z
    .number()
    .int()
    .min(0)
    .max(600_000)
    .describe('How long after its end ballots under way still count, milliseconds; a call to action has none.')
    .meta({ default: 2_000 })
    .optional(),
  class: PollClass.describe('Chooses the guards.').meta({ default: 'fun' }).optional(),
  maxBallots: z
    .number()
    .int()
    .min(1)
    .max(100)
    .describe('Ballots of one device that count.')
    .meta({ default: 1 })
    .optional(),
  live: z
    .object({
      desk: Visibility.describe('Less than `counts` keeps numbers from everyone but the verifier.').optional(),
      audience: liveVisibility.optional(),
      overlay: liveVisibility.optional(),
      api: liveVisibility.optional(),
    })
    .describe('Surfaces that see the result while the poll is open, and how much of it; in force from GO.')
    .optional(),
  trigger: Trigger.describe('What fires it; absent, it is fired by hand.').optional(),
  notes: z.string().max(5_000).describe('For the producer; viewers never see it.').optional(),
  contingency: z.string().max(5_000).describe('What to do when it goes wrong; viewers never see it.').optional(),
});
export type Cue = z.infer<typeof Cue>;

/** Changes to a cue: any of its fields but the id. */
export const CueEdit = Cue.partial().omit({ id: true });

/** A show file. `audience` is the expected number of viewers. */
export const ShowFile = z
  .looseObject({
    title: z.string().min(1).max(200),
    t0: z.iso.datetime({ offset: true }).describe('When the show starts, with its offset from UTC.').optional(),
    audience: z.number().int().min(0).describe('Viewers to expect; the forecast counts on as many.').optional(),
    cues: z.array(Cue).max(500).describe('The rundown, in order.'),
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
