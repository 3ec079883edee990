/** The desk port: commands, the desk's state, vitals and answers. */
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
  /** The target's own revision as the sender saw it; absent = not compared. */
  expectedRevision: z.number().int().optional(),
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
  onCue('cue.edit', z.object({ cue: CueEdit })),
  onCue('cue.move', z.object({ before: PollId.nullable() })),
  onCue('cue.remove', none),
  onCue('cue.skip', none),
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
    z.union([z.object({ answer: z.array(OptionId).min(1).max(50) }), z.object({ reveal: z.literal(true) })]),
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
export const SessionResponse = z.object({ token: z.string(), roles: z.array(Role), actor: z.string() });
export type SessionResponse = z.infer<typeof SessionResponse>;

/** `POST /api/v1/sessions/end`: what ended besides the sessions. */
export const SessionsEnded = z.object({ codes: z.number().int().describe('Codes that nobody had used yet.') });
export type SessionsEnded = z.infer<typeof SessionsEnded>;

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

/** A cue with its current run. `revision`: the journal sequence of the last change to either. */
export const DeskCue = Cue.extend({
  revision: z.number().int(),
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
  t0Ms: EpochMs.optional(),
  /** Expected viewers. */
  audience: z.number().int().optional(),
  lastGoAtMs: EpochMs.optional(),
  control: Act.optional(),
  overlay: z.object({ surface: z.string(), runId: RunId }).optional(),
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
  /** What the position, or the automatic, asks for now. */
  requested: z.boolean(),
  /** Requested, and every living edge has confirmed it; as of the message that carries it. */
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

/** One line of the pre-flight, with the reason where it fails. */
export const Check = z.object({ ok: z.boolean(), text: z.string() });
export type Check = z.infer<typeof Check>;
export const Preflight = z.object({
  storage: Check,
  clock: Check,
  edges: Check,
  forecast: Check,
  /** Whether the ledger of the show's mode holds what the journal knows of it. */
  ledger: Check,
  atMs: EpochMs,
});
export type Preflight = z.infer<typeof Preflight>;

export const EdgeVitals = z.object({
  id: z.string(),
  pid: z.number().int(),
  ready: z.boolean(),
  /** Its successor has taken its place, and its viewers are being sent there. */
  leaving: z.boolean(),
  /** Since the core last heard from it. */
  ageMs: z.number().int(),
  ws: z.number().int(),
  sse: z.number().int(),
  poll: z.number().int(),
  arrivalsPerS: z.number(),
  queueDepth: z.number().int(),
  queueHeadAgeMs: z.number().int(),
  ackP50Ms: z.number(),
  ackP99Ms: z.number(),
  rssMb: z.number(),
  /** Delay of its event loop over the last second, p99, ms. */
  loopP99Ms: z.number(),
  /** How long the last fan-out round took, ms; 0 before the first. */
  roundMs: z.number(),
  /** Of its file descriptors: in use, and the most it may have. */
  descriptors: z.number().int(),
  descriptorLimit: z.number().int(),
  /** Switches that have been turned and that it has not confirmed yet. */
  pending: z.array(SwitchId),
});
export type EdgeVitals = z.infer<typeof EdgeVitals>;

/** Counts of a run that is taking or has just taken ballots; numbers absent where this desk may not see them. */
export const RunVitals = z.object({
  runId: RunId,
  ...VisibleTally.shape,
  perS: z.number().optional(),
  /** Absent where the total is, or where no network is beyond the threshold. */
  concentrated: Concentration.optional(),
  /** Live count and acknowledged receipts agree. */
  reconciled: z.boolean(),
  /** While it closes: edges that may still hold ballots of it, and until when (core time) one that stays silent is waited for. */
  waitsFor: z.object({ edges: z.array(z.string()), untilMs: EpochMs }).optional(),
});
export type RunVitals = z.infer<typeof RunVitals>;

/** How far the living edges are with a switch. */
export const SwitchVitals = z.object({
  id: SwitchId,
  requested: z.boolean(),
  /** Living edges that have confirmed what is requested now, of `edges`. */
  confirmed: z.number().int(),
  edges: z.number().int(),
  /** Every living edge has confirmed that it is on. */
  inForce: z.boolean(),
  /** Viewers on edges where it is on. */
  touched: z.number().int(),
});
export type SwitchVitals = z.infer<typeof SwitchVitals>;

/** Commits of ballots to the ledger in the last 5 s. */
export const CommitVitals = z.object({
  /** Ballots that one commit answers, whatever became of them. */
  ballotsP50: z.number().int(),
  ballotsMax: z.number().int(),
  /** BEGIN to COMMIT, rows, hashes and fsync included, ms. */
  tookP50Ms: z.number(),
  tookP99Ms: z.number(),
  /**
   * Of that the COMMIT statement alone, ms: it writes the log and waits for its fsync. SQLite doesn't tell the two
   * apart; measured with and without, the write was less than a twentieth.
   */
  writeFsyncP50Ms: z.number(),
  writeFsyncP99Ms: z.number(),
});
export type CommitVitals = z.infer<typeof CommitVitals>;

/** Counted ballots by the age of their voter's token when they were received; a renewed token counts from its renewal. */
export const TokenAges = z.object({
  minute: z.number().int().describe('Under a minute.'),
  hour: z.number().int().describe('A minute to an hour.'),
  day: z.number().int().describe('An hour to a day.'),
  older: z.number().int().describe('Over a day.'),
});
export type TokenAges = z.infer<typeof TokenAges>;

/** What came from one network. Kept in memory only: the ledger knows networks by a keyed hash. */
export const NetworkVitals = z.object({
  network: z.string().describe('An IPv4 address, or the /64 of an IPv6 address.'),
  tokens: z.number().int().describe('Voter tokens made for it, at all edges, since this core began.'),
  tokensPerMin: z.number().int().describe('The same in the last minute.'),
  refusedPerMin: z.number().int().describe('Arrivals that its limit turned away in the last minute.'),
  ballots: z
    .number()
    .int()
    .describe(
      'Counted ballots of the newest poll. This and what follows is absent where a desk may not know how many voted.',
    )
    .optional(),
  ballotsPerMin: z.number().int().describe('The same in the last minute.').optional(),
  share: z.number().describe('0..1 of all counted ballots of that poll, in whole thousandths.').optional(),
  ages: TokenAges.describe('Its ballots by the age that their voter’s token had.').optional(),
  isBeyond: z.boolean().describe('Its ballots are more than the threshold of that poll.').optional(),
});
export type NetworkVitals = z.infer<typeof NetworkVitals>;

/** Something that a person has to know of; it stays until somebody has seen it. */
export const Alarm = z.object({
  id: z.string(),
  code: z.string(),
  message: z.string(),
  /** When it was raised first. */
  atMs: EpochMs,
});
export type Alarm = z.infer<typeof Alarm>;

/** 4 Hz, never journaled. */
export const Vitals = z.object({
  serverNowMs: EpochMs,
  revision: z.number().int(),
  epoch: z.number().int(),
  level: z.number().int(),
  online: z.number().int(),
  byTransport: z.object({ ws: z.number().int(), sse: z.number().int(), poll: z.number().int() }),
  rehearsing: z.number().int().describe('Of those on sockets and streams, the ones who are in the rehearsal.'),
  arrivalsPerS: z.number(),
  /** Where this desk may not know how many have voted, figures of ballots are told only from 100 or 1,000 ms on; below they are 0. */
  queueDepth: z.number().int(),
  queueHeadAgeMs: z.number().int(),
  /** Absent when no ballot was committed in that time. */
  commits: CommitVitals.optional(),
  ackP50Ms: z.number(),
  ackP99Ms: z.number(),
  edges: z.array(EdgeVitals),
  edgesExpected: z.number().int(),
  /** They are being restarted, one by one. */
  edgesRestarting: z.boolean(),
  desks: z.number().int(),
  runs: z.array(RunVitals),
  networks: z
    .array(NetworkVitals)
    .describe(
      'The networks that stand out, at most 12: most counted ballots of the newest poll first, then most tokens. Absent for roles that don’t look after the audience (an address is a person’s matter).',
    )
    .optional(),
  switches: z.array(SwitchVitals),
  preflight: Preflight,
  /** Votes per second that the edges can take, and the forecast's peak. */
  capacity: z.object({ viewers: z.number().int(), forecastPeakPerS: z.number(), forecastViewers: z.number().int() }),
  /** Those that nobody has acknowledged (`alarm.seen`), oldest first. */
  alarms: z.array(Alarm),
});
export type Vitals = z.infer<typeof Vitals>;

export const Notice = z.object({
  code: z.string(),
  message: z.string(),
  atMs: EpochMs,
  level: z.enum(['info', 'warn']),
});
export type Notice = z.infer<typeof Notice>;

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

/** Socket.IO events of the desk socket, both ways. */
export interface DeskServerEvents {
  snapshot: (snapshot: Snapshot) => void;
  changes: (changes: Changes) => void;
  vitals: (vitals: Vitals) => void;
  notice: (notice: Notice) => void;
}
/** What a desk log's record gets: null once it is on disk. */
export type ActionAck = DeskError | null;
/** A command's acknowledgement: its answer, or an error when it was no command at all. */
export type CommandAck = CommandAnswer | DeskError;
export interface DeskClientEvents {
  command: (command: unknown, ack: (answer: CommandAck) => void) => void;
  /** A browser desk's own log of its actions, which the core keeps; acknowledged when it is on disk. */
  action: (record: unknown, ack: (result: ActionAck) => void) => void;
  /** Core time, for the desk's clock and the link's latency. */
  time: (ack: (serverNowMs: number) => void) => void;
  resync: (ack?: (snapshot: Snapshot) => void) => void;
}
