/** The audience port: everything that viewers, edges and CDNs say to each other. `shared/protocol` is the source; the API document comes from it. */
import { z } from 'zod';
import { BallotId, EpochMs, Mode, OptionId, PollId, VoterId } from './ids.ts';
import { CueKind, CueOption } from './show-file.ts';

/** A body or frame larger than this is refused (413 / `too-large`). */
export const MAX_MESSAGE_BYTES = 4_096;

export const Hints = z.object({
  level: z.number().int().min(0).max(5),
  cadenceMs: z.number().int(),
  jitterMs: z.number().int(),
  retryAfterMs: z.number().int(),
  transport: z.enum(['ws', 'sse', 'poll']),
});
export type Hints = z.infer<typeof Hints>;

export const PublicIntake = z.enum(['open', 'paused', 'closing', 'closed']);
export type PublicIntake = z.infer<typeof PublicIntake>;

const runTimes = {
  openedAtMs: EpochMs,
  /** Absent while paused. */
  closesAtMs: EpochMs.optional(),
  /** Only while paused: what is left of the window. */
  remainingMs: z.number().int().optional(),
};

/** The run in the poll lane, and after it until the next opens or the air is cleared. */
export const PublicPoll = z.object({
  id: PollId,
  round: z.number().int(),
  kind: CueKind,
  text: z.string(),
  options: z.array(CueOption),
  min: z.number().int(),
  max: z.number().int(),
  intake: PublicIntake,
  ...runTimes,
  graceMs: z.number().int(),
});
export type PublicPoll = z.infer<typeof PublicPoll>;

export const PublicCta = z.object({
  id: PollId,
  round: z.number().int(),
  text: z.string(),
  link: z.string().optional(),
  intake: PublicIntake,
  ...runTimes,
});
export type PublicCta = z.infer<typeof PublicCta>;

export const PublicReaction = z.object({
  id: PollId,
  round: z.number().int(),
  text: z.string(),
  options: z.array(CueOption),
  intake: PublicIntake,
  ...runTimes,
});
export type PublicReaction = z.infer<typeof PublicReaction>;

export const RecentRun = z.object({
  id: PollId,
  round: z.number().int(),
  intake: PublicIntake,
  closesAtMs: EpochMs,
  graceMs: z.number().int(),
});
export type RecentRun = z.infer<typeof RecentRun>;

/** `turnout` carries `total` only, `percentages` `share` only (0..1), `counts` all. */
export const PublicResults = z.object({
  pollId: PollId,
  round: z.number().int(),
  visibility: z.enum(['turnout', 'percentages', 'counts']),
  total: z.number().int().optional(),
  options: z
    .array(z.object({ id: OptionId, share: z.number().optional(), count: z.number().int().optional() }))
    .optional(),
  final: z.boolean(),
  atMs: EpochMs,
});
export type PublicResults = z.infer<typeof PublicResults>;

export const PublicAnswer = z.object({ pollId: PollId, round: z.number().int(), options: z.array(OptionId) });
export type PublicAnswer = z.infer<typeof PublicAnswer>;

/** One small state, latest wins; `epoch` (core incarnation) is compared first, then `rev`. */
export const PublicState = z.object({
  v: z.literal(1),
  epoch: z.number().int(),
  rev: z.number().int(),
  mode: Mode,
  /** The show's name, for the head of the viewer's page. */
  title: z.string().optional(),
  message: z.string().optional(),
  poll: PublicPoll.optional(),
  cta: PublicCta.optional(),
  reaction: PublicReaction.optional(),
  recent: z.array(RecentRun).max(4).optional(),
  results: PublicResults.optional(),
  answer: PublicAnswer.optional(),
  hints: Hints,
});
export type PublicState = z.infer<typeof PublicState>;

export const ReceiptStatus = z.enum(['accepted', 'duplicate', 'late', 'over-limit', 'not-eligible']);
export type ReceiptStatus = z.infer<typeof ReceiptStatus>;

export const Receipt = z.object({
  ballotId: BallotId,
  pollId: PollId,
  round: z.number().int(),
  status: ReceiptStatus,
  /** Random; names the ledger row of an accepted ballot. */
  ref: z.string().optional(),
  atMs: EpochMs,
});
export type Receipt = z.infer<typeof Receipt>;

/** What a viewer casts. `choice` is checked against the run by the ballot box. */
export const Ballot = z.object({
  id: BallotId,
  pollId: PollId,
  round: z.number().int().min(1).max(100_000),
  choice: z.array(OptionId).max(50),
  castAtMs: z.number().int().optional(),
});
export type Ballot = z.infer<typeof Ballot>;

/** `POST /v1/ballots`; the token may stand in the body instead of the header (text/plain needs no preflight). */
export const BallotRequest = Ballot.extend({ token: z.string().max(512).optional() });

export const JoinRequest = z.object({
  token: z.string().max(512).optional(),
  identity: z.string().max(4_096).optional(),
  code: z.string().max(64).optional(),
});
export const JoinResponse = z.object({
  token: z.string(),
  voterId: VoterId,
  expiresAtMs: EpochMs,
  serverNowMs: EpochMs,
  state: PublicState,
});
export type JoinResponse = z.infer<typeof JoinResponse>;

/** Stable codes of the audience port. */
export const AudienceErrorCode = z.enum([
  'malformed',
  'bad-token',
  'bad-code',
  'too-large',
  'rate-limited',
  'paused',
  'unavailable',
  'waiting-room',
  'unknown-type',
  'hello-first',
  'not-found',
]);
export type AudienceErrorCode = z.infer<typeof AudienceErrorCode>;

export const AudienceError = z.object({
  error: z.object({ code: AudienceErrorCode, message: z.string(), retryAfterMs: z.number().int().optional() }),
});
export type AudienceError = z.infer<typeof AudienceError>;

/** WebSocket, client → server. */
export const ClientFrame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('hello'),
    token: z.string().max(512).nullable(),
    epoch: z.number().int().optional(),
    rev: z.number().int().optional(),
    code: z.string().max(64).optional(),
  }),
  Ballot.extend({ t: z.literal('ballot') }),
  z.object({ t: z.literal('ping') }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** WebSocket, server → client. */
export const ServerFrame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    token: z.string().optional(),
    voterId: VoterId,
    expiresAtMs: EpochMs.optional(),
    serverNowMs: EpochMs,
    state: PublicState,
  }),
  z.object({ t: z.literal('state'), state: PublicState }),
  z.object({ t: z.literal('receipt'), receipt: Receipt }),
  z.object({ t: z.literal('pong'), serverNowMs: EpochMs }),
  z.object({
    t: z.literal('error'),
    code: AudienceErrorCode,
    message: z.string(),
    ref: z.string().optional(),
    retryAfterMs: z.number().int().optional(),
  }),
  z.object({ t: z.literal('bye'), reason: z.string(), retryAfterMs: z.number().int() }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;

/** Close codes that a server-made end carries, after its `bye`. */
export const CLOSE = { restart: 1012, tryLater: 1013, slowReader: 4008, badToken: 4401 } as const;
