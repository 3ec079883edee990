/** The show as a desk sees it: cues with their runs, counts, switches, and how changes of them are told. */
import { z } from 'zod';
import { EpochMs, Mode, OptionId, PollId, RunId } from './ids.ts';
import { Cue, CueNumber, Surface, Visibility } from './show-file.ts';

export const Intake = z.enum([
  'draft',
  'ready',
  'armed',
  'open',
  'paused',
  'closing',
  'closed',
  'verified',
  'archived',
  'revoked',
  'void',
]);
export type Intake = z.infer<typeof Intake>;
export const AnswerState = z.enum(['unset', 'set', 'revealed']);
export type AnswerState = z.infer<typeof AnswerState>;
export const VisibilityBySurface = z.record(Surface, Visibility);
export type VisibilityBySurface = z.infer<typeof VisibilityBySurface>;

/** The whole count of a run. */
export const Tally = z.object({
  total: z.number().int(),
  options: z.array(z.object({ id: OptionId, count: z.number().int() })),
});
export type Tally = z.infer<typeof Tally>;

/**
 * What a surface may see of a count. `share`: 0..1 of the total in whole thousandths, rounded for print (`shared/domain/shares.ts`).
 * `leads`: where counts are not shown, the options with the most votes.
 */
export const VisibleTally = z.object({
  total: z.number().int().optional(),
  options: z
    .array(z.object({ id: OptionId, share: z.number().optional(), count: z.number().int().optional() }))
    .optional(),
  leads: z.array(OptionId).optional(),
});
export type VisibleTally = z.infer<typeof VisibleTally>;

/**
 * How much of a count came from few networks (`shared/domain/concentration.ts`): so many of its ballots from so many networks of more than
 * `above` counted ballots each. A carrier or a public hall looks the same as somebody who votes with many tokens: nothing is
 * dropped for it, a person decides. `above`: ballots of one network in this run.
 */
export const Concentration = z
  .object({
    ballots: z.number().int().describe('Counted ballots that came from these networks.'),
    networks: z.number().int().describe('IPv4 addresses, and /64 of IPv6 addresses.'),
    above: z.number().int().describe('Each of them has more counted ballots than this.'),
  })
  .describe(
    'How much of a count came from few networks. Absent where none stands out, or this desk may not see the total.',
  );
export type Concentration = z.infer<typeof Concentration>;

/** A person's act, as the desk shows it. */
export const Act = z.object({ actor: z.string(), source: z.string(), commandId: z.string(), atMs: EpochMs });
export type Act = z.infer<typeof Act>;

/** A cue with its current run. `revision`: the journal sequence of the last change to either; `airRevision`: of the last that counts for a press. */
export const DeskCue = Cue.extend({
  /** What people call it; it stays when other cues are added or moved. */
  number: CueNumber,
  revision: z.number().int(),
  airRevision: z
    .number()
    .int()
    .describe(
      'Journal sequence of the last change that an ARM, a GO or a poll command depends on: of what viewers see, times, intake, answer, visibility. Not of notes, contingency, trigger, number or place.',
    ),
  skipped: z.boolean(),
  /** Present when a run of it, in either mode, has been on air. */
  aired: z.boolean().optional(),
  runId: RunId,
  /** The journal sequence with which this run began: what takes away compares the run, and nothing that was changed on it since. */
  runRevision: z.number().int(),
  round: z.number().int(),
  intake: Intake,
  visibility: VisibilityBySurface,
  /** Surfaces on which the result has been seen on air; can't be unset. */
  seenOn: z.array(Surface),
  answerState: AnswerState,
  armedAtMs: EpochMs.optional(),
  armedBy: z.string().optional(),
  /** A regulated cue waits for a second person; a vote to be voided likewise. */
  armAskedBy: z.string().optional(),
  voidAskedBy: z.string().optional(),
  disarmsAtMs: EpochMs.optional(),
  openedAtMs: EpochMs.optional(),
  /** Journal sequence of its GO: the order in which cues were on air, whatever somebody has set the clock to in between. */
  openedRevision: z.number().int().optional(),
  closesAtMs: EpochMs.optional(),
  remainingMs: z.number().int().optional(),
  closedAtMs: EpochMs.optional(),
  reason: z.string().optional(),
  /** The whole window in ms, with extensions; what "20 % of the time left" is measured against. */
  windowMs: z.number().int().optional(),
  /** The sealed count, only as far as this desk may see it. */
  tally: VisibleTally.optional(),
  /** Of the sealed count; absent where this desk may not see its total, where no network was beyond the threshold, or nobody knows. */
  concentrated: Concentration.optional(),
  head: z.string().optional(),
  verifiedBy: z.string().optional(),
  lastAct: Act.optional(),
});
export type DeskCue = z.infer<typeof DeskCue>;

export const Lane = z.enum(['poll', 'cta', 'reaction']);
export type Lane = z.infer<typeof Lane>;

export const ShowHead = z.object({
  title: z.string(),
  mode: Mode,
  revision: z.number().int().describe('Journal sequence of the last change of mode or T0.'),
  t0Ms: EpochMs.optional(),
  /** Expected viewers. */
  audience: z.number().int().optional(),
  lastGoAtMs: EpochMs.optional(),
  control: Act.optional(),
  /** Names by person: whoever stands in no entry is called by their id, as an `actor` says it. */
  people: z.record(z.string(), z.string()).optional(),
  /** By output: what is taken on it. One that nothing was ever taken on is not in it. */
  overlay: z
    .record(
      z.string(),
      z.object({
        runId: RunId.optional().describe('Absent where it has been emptied.'),
        revision: z.number().int().describe('Journal sequence with which it was taken or emptied.'),
      }),
    )
    .optional(),
  /** Acts in force that the journal could not take yet; absent when it has all of them. */
  unjournaled: z.number().int().optional(),
  /** What the last start restored, in words. */
  restored: z.string().optional(),
  /** Where viewers of the show's mode vote: in rehearsal with the rehearsal code. */
  viewerUrl: z.string().optional(),
});
export type ShowHead = z.infer<typeof ShowHead>;

/** Measures that spare the audience edge; each is a switch on the operator's board. */
export const SwitchId = z.enum(['results-cadence']);
export type SwitchId = z.infer<typeof SwitchId>;
export const SwitchPosition = z.enum(['auto', 'on', 'off']);
export type SwitchPosition = z.infer<typeof SwitchPosition>;

/** What is set and asked for. How far the edges are with it travels in the vitals. */
export const SwitchState = z.object({
  id: SwitchId,
  position: SwitchPosition,
  revision: z.number().int().describe('Journal sequence with which the position was set; 0 while nobody has.'),
  /** What the position, or the automatic, asks for now. */
  requested: z.boolean(),
  /**
   * Requested, and every living edge has confirmed it; as of the message that carries it. No message comes for it: vitals tell
   * it four times a second.
   */
  inForce: z.boolean(),
  reason: z.string().optional(),
  /** Who set the position last; absent while nobody has. */
  setBy: Act.optional(),
  /** Core time at which a pinned switch goes back to `auto`. */
  revertsAtMs: EpochMs.optional(),
});
export type SwitchState = z.infer<typeof SwitchState>;

/** The cue on air in each lane. */
export const OnAir = z.object({ poll: PollId.nullable(), cta: PollId.nullable(), reaction: PollId.nullable() });

export const DeskState = z.object({
  revision: z.number().int(),
  serverNowMs: EpochMs,
  show: ShowHead,
  cues: z.array(DeskCue),
  onAir: OnAir,
  switches: z.array(SwitchState),
});
export type DeskState = z.infer<typeof DeskState>;

export const Snapshot = z.object({ revision: z.number().int(), serverNowMs: EpochMs, state: DeskState });
export type Snapshot = z.infer<typeof Snapshot>;

/** `cue`: null when removed. `run` and `desk` are kept for later and not sent yet. */
export const Change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cue'), id: z.string(), value: DeskCue.nullable() }),
  z.discriminatedUnion('id', [
    z.object({ kind: z.literal('show'), id: z.literal('head'), value: ShowHead }),
    z.object({ kind: z.literal('show'), id: z.literal('order'), value: z.array(PollId) }),
    z.object({ kind: z.literal('show'), id: z.literal('onAir'), value: OnAir }),
  ]),
  z.object({ kind: z.literal('run'), id: z.string(), value: z.unknown() }),
  z.object({ kind: z.literal('switch'), id: z.string(), value: SwitchState.nullable() }),
  z.object({ kind: z.literal('desk'), id: z.string(), value: z.unknown() }),
]);
export type Change = z.infer<typeof Change>;
export const Changes = z.object({ revision: z.number().int(), changes: z.array(Change) });
export type Changes = z.infer<typeof Changes>;
