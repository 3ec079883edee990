/** The audience port: everything that viewers, edges and CDNs say to each other. `shared/protocol` is the source; the API document comes from it. */
import { z } from 'zod';
import { BallotId, EpochMs, Mode, OptionId, PollId, VoterId } from './ids.ts';
import { CueKind, CueOption, WebLink } from './show-file.ts';

/** A body or frame larger than this is refused (413 / `too-large`). */
export const MAX_MESSAGE_BYTES = 4_096;

export const Hints = z.object({
  level: z.number().int().min(0).max(5).describe('How much is saved now: 0 normal to 5 hold.'),
  cadenceMs: z
    .number()
    .int()
    .describe('Ask for the state no more often than this when polling; results change no faster.'),
  jitterMs: z.number().int().describe('Before coming back, wait a random time up to this on top of `retryAfterMs`.'),
  retryAfterMs: z.number().int().describe('The least time to wait after a lost connection or a failed call.'),
  transport: z.enum(['ws', 'sse', 'poll']).describe('What the next connection should use.'),
});
export type Hints = z.infer<typeof Hints>;

export const PublicIntake = z.enum(['open', 'paused', 'closing', 'closed']);
export type PublicIntake = z.infer<typeof PublicIntake>;

const runTimes = {
  openedAtMs: EpochMs,
  closesAtMs: EpochMs.describe('When it closes, core time; absent while paused.').optional(),
  remainingMs: z.number().int().describe('Only while paused: what is left of the window.').optional(),
};

/** The run in the poll lane, and after it until the next opens or the air is cleared. */
export const PublicPoll = z.object({
  id: PollId.describe('The `pollId` of its ballots.'),
  round: z.number().int().describe('Which airing of the poll this is, from 1; the `round` of its ballots.'),
  kind: CueKind,
  text: z.string(),
  options: z.array(CueOption),
  min: z.number().int().describe('Least options of one ballot.'),
  max: z.number().int().describe('Most options of one ballot.'),
  intake: PublicIntake.describe(
    '`open` takes ballots until `closesAtMs`; `paused` answers them with an error, to be sent again; `closing` counts what is under way; `closed` is over.',
  ),
  ...runTimes,
  graceMs: z.number().int().describe('Ballots that the server receives this long after `closesAtMs` still count.'),
});
export type PublicPoll = z.infer<typeof PublicPoll>;

export const PublicCta = z.object({
  id: PollId,
  round: z.number().int(),
  text: z.string(),
  link: WebLink.optional(),
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

export const PublicResults = z.object({
  pollId: PollId,
  round: z.number().int(),
  visibility: z
    .enum(['turnout', 'percentages', 'counts'])
    .describe('`turnout` carries `total` only, `percentages` `share` only, `counts` all.'),
  total: z.number().int().optional(),
  options: z
    .array(
      z.object({
        id: OptionId,
        share: z
          .number()
          .describe(
            'Of the total, 0 to 1 in whole thousandths: the percentage to print, ÷ 100. It is rounded already, don’t do it again. Where voters may choose more than one, it is of voters, and the shares don’t add up to 1.',
          )
          .optional(),
        count: z.number().int().optional(),
      }),
    )
    .optional(),
  leads: z
    .array(OptionId)
    .describe(
      'With `percentages`: the options with the most votes, more than one where they are level. Absent before the first vote. Shares may be equal where the counts are not.',
    )
    .optional(),
  final: z.boolean().describe('The verified count, which does not change any more.'),
  atMs: EpochMs,
});
export type PublicResults = z.infer<typeof PublicResults>;

export const PublicAnswer = z.object({ pollId: PollId, round: z.number().int(), options: z.array(OptionId) });
export type PublicAnswer = z.infer<typeof PublicAnswer>;

/** One small state, latest wins. */
export const PublicState = z.object({
  v: z.literal(1),
  epoch: z.number().int().describe('Compared first: a state of a higher epoch is newer, whatever its `rev`.'),
  rev: z.number().int().describe('Within one epoch the higher is newer. An older state than the one held is dropped.'),
  show: z
    .string()
    .describe(
      'Names the show: random, and new with every import. A client that sees another one forgets polls, choices and receipts of the one before.',
    ),
  mode: Mode.describe('Without the rehearsal code always `live`.'),
  title: z.string().describe('The show’s name.').optional(),
  message: z.string().describe('Words to show to viewers.').optional(),
  poll: PublicPoll.describe('The poll on air, and after it until the next opens or the air is cleared.').optional(),
  cta: PublicCta.describe('The call to action on air; it takes no ballots.').optional(),
  reaction: PublicReaction.describe('The reaction on air; it takes no ballots.').optional(),
  recent: z.array(RecentRun).max(4).describe('Polls that another has replaced, whose grace may still run.').optional(),
  results: PublicResults.describe('Only when viewers may see them.').optional(),
  answer: PublicAnswer.describe('The right options, once they are revealed.').optional(),
  hints: Hints.describe('What the server asks of clients; they obey it.'),
});
export type PublicState = z.infer<typeof PublicState>;

export const ReceiptStatus = z.enum(['accepted', 'duplicate', 'late', 'over-limit', 'not-eligible']);
export type ReceiptStatus = z.infer<typeof ReceiptStatus>;

export const Receipt = z.object({
  ballotId: BallotId,
  pollId: PollId,
  round: z.number().int(),
  status: ReceiptStatus.describe(
    '`accepted`: counted, and on disk. `duplicate`: this voter’s one ballot was another. `over-limit`: all of this voter’s ballots are used. `late`: it came after the end and the grace. `not-eligible`: no such poll or round, or not for this voter’s token.',
  ),
  ref: z.string().describe('Random; names the ledger row of an accepted ballot.').optional(),
  atMs: EpochMs.describe('When the server decided.'),
});
export type Receipt = z.infer<typeof Receipt>;

/** What a viewer casts. `choice` is checked against the run by the ballot box. */
export const Ballot = z.object({
  id: BallotId.describe('Made by the client, random, one a ballot. The same id again gives the same receipt again.'),
  pollId: PollId.describe('`poll.id` of the state.'),
  round: z.number().int().min(1).max(100_000).describe('`poll.round` of the state.'),
  choice: z.array(OptionId).max(50).describe('Ids of the chosen options, `min` to `max` of them, none twice.'),
  castAtMs: z
    .number()
    .int()
    .describe('When the viewer chose, core time as the client knows it; kept, never trusted.')
    .optional(),
});
export type Ballot = z.infer<typeof Ballot>;

/** `POST /v1/ballots`; the token may stand in the body instead of the header (text/plain needs no preflight). */
export const BallotRequest = Ballot.extend({
  token: z.string().max(512).describe('Where there is no Authorization header.').optional(),
});
/** Where the token that was shown has less than six days left. */
const Renewal = z.object({
  token: z
    .string()
    .describe(
      'A new token of the same voter, to be kept instead of the one shown; only where that has less than six days left.',
    )
    .optional(),
  expiresAtMs: EpochMs.describe('When the new token ends.').optional(),
});
export type Renewal = z.infer<typeof Renewal>;

export const BallotResponse = z.object({ receipt: Receipt, ...Renewal.shape });
export type BallotResponse = z.infer<typeof BallotResponse>;

/** `GET /healthz` and `GET /readyz`. */
export const Health = z.object({ status: z.literal('ok') });
export const Readiness = z.object({ status: z.literal('ready') });

export const JoinRequest = z.object({
  token: z
    .string()
    .max(512)
    .describe(
      'The token of before: its voter is kept, until a day after its end. A forged or older one makes a new voter.',
    )
    .optional(),
  identity: z.string().max(4_096).describe('A signed identity (JWT), where the show asks for one.').optional(),
  code: z.string().max(64).describe('The rehearsal code.').optional(),
});
export const JoinResponse = z.object({
  token: z.string().describe('Opaque, secret to the device; signs its ballots in as one voter.'),
  voterId: VoterId,
  expiresAtMs: EpochMs.describe('When the token ends. Join again with it when less than six days are left.'),
  serverNowMs: EpochMs.describe('Core time as this answer was made.'),
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
  error: z.object({
    code: AudienceErrorCode,
    message: z.string().describe('For people; it may change.'),
    retryAfterMs: z.number().int().describe('Wait at least this long before trying again.').optional(),
  }),
});
export type AudienceError = z.infer<typeof AudienceError>;

/** WebSocket, client → server. */
export const ClientFrame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('hello'),
    token: z.string().max(512).nullable().describe('Null: a new voter, whose token the welcome brings.'),
    epoch: z.number().int().describe('Of the newest state that the client holds.').optional(),
    rev: z.number().int().describe('Of the newest state that the client holds.').optional(),
    code: z.string().max(64).describe('The rehearsal code.').optional(),
  }),
  Ballot.extend({ t: z.literal('ballot') }),
  z.object({ t: z.literal('ping') }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** WebSocket, server → client. */
export const ServerFrame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    token: z
      .string()
      .describe(
        'A new token to keep: of a new voter, or of the same one where what was said has less than six days left. Else absent.',
      )
      .optional(),
    voterId: VoterId,
    expiresAtMs: EpochMs.describe('When the new token ends.').optional(),
    serverNowMs: EpochMs,
    state: PublicState,
  }),
  z.object({ t: z.literal('state'), state: PublicState }),
  z.object({ t: z.literal('receipt'), receipt: Receipt, ...Renewal.shape }),
  z.object({ t: z.literal('pong'), serverNowMs: EpochMs, ...Renewal.shape }),
  z.object({
    t: z.literal('error'),
    code: AudienceErrorCode,
    message: z.string().describe('For people; it may change.'),
    ref: z.string().describe('The id of the ballot that is meant, where one could be read.').optional(),
    retryAfterMs: z.number().int().describe('Wait at least this long before trying again.').optional(),
  }),
  z.object({
    t: z.literal('bye'),
    reason: z.string(),
    retryAfterMs: z.number().int().describe('Come back after this, plus a random part of `jitterMs`.'),
  }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;

/** Close codes that a server-made end carries, after its `bye`. */
export const CLOSE = { restart: 1012, tryLater: 1013, slowReader: 4008, badToken: 4401 } as const;
