import { z } from 'zod';
import { triggerFaults } from './cue-triggers.ts';
import { EpochMs, OptionId, PollId } from './ids.ts';
import { normalLines, normalText } from './normal-text.ts';

/**
 * What comes in is judged by these: a file that is imported, a cue that is added or edited. What the journal holds is not: a
 * show that an older version took is never refused because of it.
 */
export const MAX_CUES = 500;
/** More viewers than that have never watched anything; a slip by a few zeros is found. */
const MOST_VIEWERS = 10_000_000;
/** A week to either side of the start is more than any show; what lies outside can't be drawn, or is no time at all. */
const MOST_OFFSET_MS = 7 * 86_400_000;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2099;
const YEARS = `must be between ${FIRST_YEAR} and ${LAST_YEAR}`;

/** A text of one line, in one spelling. `max` counts what is kept of it. */
const line = (max: number) => z.string().overwrite(normalText).max(max);
const lines = (max: number) => z.string().overwrite(normalLines).max(max);

const moment = z.iso
  .datetime({ offset: true })
  .max(40)
  .refine((text) => isInShowYears(Date.parse(text)), YEARS);

function isInShowYears(ms: number): boolean {
  const year = new Date(ms).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/** When a show may start, epoch ms. */
export const ShowMoment = EpochMs.refine(isInShowYears, YEARS);

/** An address of the web. Threat: `javascript:` and `file:` links, which a viewer's page or a script of somebody else's would follow. */
export const WebLink = z
  .url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://', abort: true })
  .max(500)
  .regex(/^\S+$/, 'must not have blanks');

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
  text: line(200).describe('What viewers read; 60 characters fit the overlay, 32 stay on one line.'),
});
export type CueOption = z.infer<typeof CueOption>;

/** Exactly one of `at` (ISO time with offset), `offsetMs` (from T0) or `after` (another cue). */
export const Trigger = z
  .looseObject({
    at: moment.describe('Wall-clock time with its offset from UTC.').optional(),
    offsetMs: z
      .number()
      .int()
      .min(-MOST_OFFSET_MS)
      .max(MOST_OFFSET_MS)
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

/** `7`, `7.1`, `12A`: what people say aloud, so that it stays when cues are moved or come in between. Compared as text. */
export const CueNumber = z.string().regex(/^\d{1,4}(\.\d{1,3}){0,2}[A-Z]?$/, 'must be like 7, 7.1 or 12A');

const liveVisibility = Visibility.exclude(['hidden']);

/** A cue as it comes in: what can be completed later is taken, what can never be right is not. Unknown fields are kept and given back on export. */
export const Cue = z.looseObject({
  id: PollId.describe('Short and unique in the show; polls go by it on the wire.'),
  number: CueNumber.describe(
    'What people call the cue, unique in the show: 7, 7.1, 12A. Without any in a file, cues get 1, 2, 3 …; where some have one, the others follow the cue before them: 7.1, 7.2.',
  ).optional(),
  kind: CueKind,
  text: line(500).describe('The question or the call, as viewers read it; 140 characters fit the overlay.'),
  options: z
    .array(CueOption)
    .max(50)
    .describe('Polls need two or more; a rating without them runs from 1 to `max`.')
    .optional(),
  answer: z
    .array(OptionId)
    .max(50)
    .describe('Ids of the right options; a quiz needs it before it can be ready.')
    .optional(),
  min: z.number().int().min(1).max(50).describe('Least options of one ballot.').meta({ default: 1 }).optional(),
  max: z
    .number()
    .int()
    .min(1)
    .max(50)
    .describe(
      'Most options of one ballot: 1, for `multiple` all of them. For a rating without options its highest step, 5.',
    )
    .optional(),
  link: WebLink.describe('Where a call to action leads.').optional(),
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
  notes: lines(5_000).describe('For the producer; viewers never see it.').optional(),
  contingency: lines(5_000).describe('What to do when it goes wrong; viewers never see it.').optional(),
});
export type Cue = z.infer<typeof Cue>;

/** Changes to a cue: any of its fields but the id and the number, which stay as they are. */
export const CueEdit = Cue.partial().omit({ id: true, number: true });

/** A show file. `audience` is the expected number of viewers. */
export const ShowFile = z
  .looseObject({
    title: z.string().overwrite(normalText).min(1).max(200),
    t0: moment.describe('When the show starts, with its offset from UTC.').optional(),
    audience: z
      .number()
      .int()
      .min(0)
      .max(MOST_VIEWERS)
      .describe('Viewers to expect; the forecast counts on as many.')
      .optional(),
    cues: z.array(Cue).max(MAX_CUES).describe('The rundown, in order.'),
  })
  .superRefine((show, ctx) => {
    const seen = new Set<string>();
    show.cues.forEach((cue, i) => {
      if (seen.has(cue.id)) {
        ctx.addIssue({ code: 'custom', path: ['cues', i, 'id'], message: `another cue has the id ${cue.id}` });
      }
      seen.add(cue.id);
    });
    const numbers = new Map<string, string>();
    show.cues.forEach(({ id, number }, i) => {
      if (number === undefined) return;
      const other = numbers.get(number);
      if (other !== undefined) {
        ctx.addIssue({
          code: 'custom',
          path: ['cues', i, 'number'],
          message: `the cue ${other} has the number ${number}`,
        });
      }
      numbers.set(number, id);
    });
    for (const { at, message } of triggerFaults(show.cues)) {
      ctx.addIssue({ code: 'custom', path: ['cues', at, 'trigger', 'after'], message });
    }
  });
export type ShowFile = z.infer<typeof ShowFile>;

/** When the show starts, epoch ms; absent when the file names none. */
export const T0 = EpochMs.optional();
