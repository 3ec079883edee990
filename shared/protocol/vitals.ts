/** How the show and its edges are doing, four times a second. Never journaled. */
import { z } from 'zod';
import { Concentration, SwitchId, VisibleTally } from './desk-state.ts';
import { EpochMs, RunId } from './ids.ts';

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
