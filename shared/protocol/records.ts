/** What can be read afterwards: recounts, the journal, and the curves of the evening. */
import { z } from 'zod';
import { CommandAnswer } from './commands.ts';
import { Concentration, SwitchId, Tally, VisibleTally } from './desk-state.ts';
import { EpochMs, PollId, RunId } from './ids.ts';

/** Why a ballot was not counted, plus `counted`; attempts, not people. */
export const BallotClass = z.enum([
  'counted',
  'duplicate',
  'late',
  'over-limit',
  'not-eligible',
  'malformed',
  'rate-limited',
  'unknown',
]);
export type BallotClass = z.infer<typeof BallotClass>;
export const BallotClasses = z.record(BallotClass, z.number().int());
export type BallotClasses = z.infer<typeof BallotClasses>;

export const Recount = z.object({
  pollId: PollId,
  round: z.number().int(),
  total: z.number().int(),
  options: Tally.shape.options,
  classes: BallotClasses,
  /** Computed from the ledger like all else; absent once the run is archived, and where no network is beyond the threshold. */
  concentrated: Concentration.optional(),
  head: z.string(),
  live: z.object({ total: z.number().int() }),
  matches: z.boolean(),
  chain: z.enum(['ok', 'broken']),
});
export type Recount = z.infer<typeof Recount>;

/** One journal entry, as the log shows it. `revision` is its sequence number. */
export const JournalEntry = z.object({
  revision: z.number().int(),
  atMs: EpochMs,
  actor: z.string(),
  source: z.string(),
  commandId: z.string(),
  type: z.string(),
  target: z.string().optional(),
  command: z.unknown(),
  answer: CommandAnswer,
  removed: z
    .object({ number: z.string(), text: z.string() })
    .optional()
    .describe('What the cue was called that this entry took off the rundown; entries of earlier versions lack it.'),
});
export type JournalEntry = z.infer<typeof JournalEntry>;
export const JournalPage = z.object({ entries: z.array(JournalEntry), next: z.number().int().optional() });
export type JournalPage = z.infer<typeof JournalPage>;

/** One second (or step) of the evening as the core measured it: the mean of counts, the largest of the rest. */
export const SeriesPoint = z.object({
  /** Start of the step, core time. */
  atMs: EpochMs,
  online: z.number(),
  ws: z.number(),
  sse: z.number(),
  poll: z.number(),
  arrivalsPerS: z.number(),
  ballotsPerS: z.number(),
  queueDepth: z.number(),
  queueHeadAgeMs: z.number(),
  ackP50Ms: z.number(),
  ackP99Ms: z.number(),
  level: z.number().int(),
  edges: z.number().int(),
  edgesExpected: z.number().int(),
  /** Ids of switches that were in force. */
  switches: z.array(SwitchId),
});
export type SeriesPoint = z.infer<typeof SeriesPoint>;
/** The curves of a stretch of time. Steps in which the core was not running have no point: they are gaps. */
export const Series = z.object({
  fromMs: EpochMs,
  toMs: EpochMs,
  stepMs: z.number().int(),
  serverNowMs: EpochMs,
  points: z.array(SeriesPoint),
});
export type Series = z.infer<typeof Series>;

/** A run's count as it grew: a point a second (or step) with the count at its end, as far as this desk may see it. */
export const RunSeries = z.object({
  runId: RunId,
  stepMs: z.number().int(),
  serverNowMs: EpochMs,
  points: z.array(z.object({ atMs: EpochMs, online: z.number().int(), ...VisibleTally.shape })),
});
export type RunSeries = z.infer<typeof RunSeries>;
