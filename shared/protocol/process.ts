/** Between the supervisor and its children (IPC), its parent (control socket), and whoever reads its standard output. */
import { z } from 'zod';
import type { Role } from './commands.ts';
import type { HeldOrder } from './held-order.ts';
import type { Mode } from './ids.ts';

/** A signing key: `secret` is base64url of at least 32 bytes. The first in a list signs, all verify. */
const SigningKey = z.object({
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z, a-z, 0-9, _ and -'),
  secret: z.string().regex(/^[A-Za-z0-9_-]{43,}$/, 'must be base64url of at least 32 bytes'),
});
export type SigningKey = z.infer<typeof SigningKey>;

/**
 * How long an edge may take to leave, from the order to its last byte: receipts it owes, goodbyes, its word to the core. The
 * supervisor kills it after that, and the core has three seconds more, so that SIGTERM ends a server within ten.
 */
export const EDGE_LEAVE_MS = 6_000;

/** A one-time code that buys a desk session. */
export interface DeskCode {
  code: string;
  actor: string;
  /** What this person is called; a supervisor of an earlier version, under which a newer core is started again, says none. */
  name?: string;
  roles: Role[];
  source: string;
}

/**
 * What core time was at a moment of the machine's monotonic clock. It outlives the core, so that deadlines keep their time
 * whatever somebody has set the wall clock to meanwhile.
 */
export const ClockAnchor = z.object({
  /** Names the boot of the machine that the other two count in; null where the system has no name for it. */
  bootId: z.string().nullable(),
  /** Core epoch ms at that moment. */
  coreMs: z.number(),
  /** The machine's monotonic clock, ms. */
  monotonicMs: z.number(),
  /** Ms since boot, sleep included. */
  uptimeMs: z.number(),
  /** How far the wall clock is known to be ahead of core time, ms; absent: not at all. */
  offsetMs: z.number().optional(),
  /** What core time was before it was set in the last seconds: until when, and by how much it has been set on since; absent: it was not. */
  former: z.array(z.object({ setOnMs: z.number(), untilMs: z.number() })).optional(),
});
export type ClockAnchor = z.infer<typeof ClockAnchor>;

/** Something that the supervisor wants every desk to know of, until somebody has seen it. */
export interface PartAlarm {
  id: string;
  code: string;
  message: string;
}

/** What becomes of desk sessions, as moments of the machine's monotonic clock, ms; it outlives the core, as the tokens do. */
export interface SessionBook {
  /** Sessions that began before this have ended, but for `kept`; null: none was ended. */
  endedBeforeMs: number | null;
  /** The session of whoever ended the others. */
  kept: string | null;
  /** When each was used last, to the hour; one that is not here was used when it began. */
  usedMs: Record<string, number>;
}
export const NO_SESSIONS: SessionBook = { endedBeforeMs: null, kept: null, usedMs: {} };

/** Of a new rehearsal code that is on disk and not in force: the command that wants it, as the journal knows it. */
export interface CodeChange {
  /** This attempt's own. */
  id: string;
  actor: string;
  commandId: string;
}

export interface CoreInit {
  t: 'init';
  part: 'core';
  dataDir: string;
  backplanePath: string;
  deskHost: string;
  /** 0 = any; the number that was found at the first start stays for later ones. */
  deskPort: number;
  /** Absolute path of a show file to import where the folder holds no show, or null. */
  showFile: string | null;
  /** Import even though the folder holds a show: the old journal and ledgers are kept beside, renamed. Only at the first start of a supervisor. */
  newShow: boolean;
  mode: Mode | null;
  deskTokens: Record<Role, string>;
  /** Signs desk sessions; the same over restarts of the core. */
  sessionSecret: string;
  sessions: SessionBook;
  codes: DeskCode[];
  rehearsalCode: string;
  /** A new rehearsal code that the last core has not decided about; null where there is none. */
  undecidedCode: CodeChange | null;
  /** How many edges there are to be; 1 until that is decided, which takes the show. */
  edgesExpected: number;
  /** Why so many, as a sentence without its full stop; null until it is decided. */
  edgesWhy: string | null;
  /** A restart of the edges, one by one, is under way. */
  edgesRestarting: boolean;
  /** Null until edge 1 has resolved it. */
  audienceUrl: string | null;
  /** The same for other devices, where the port is open to the network. */
  networkUrl: string | null;
  publicUrl: string | null;
  /** Folder of the built desk page, served to browsers. */
  deskPageDir: string;
  /** The least that the epoch of this life may be. */
  epoch: number;
  /** What the last core's time hung on; null where none is known that holds for this boot. */
  anchor: ClockAnchor | null;
  /** Why there is no anchor though the folder holds a show, as a sentence; null where there is one, or none is needed. */
  anchorLost: string | null;
  /** Acts that took away and are not in the journal, as the last core told them. */
  orders: HeldOrder[];
  /** Alarms that no core has taken yet. */
  alarms: PartAlarm[];
  /** For files that nobody needs after this server's end; removed with it. */
  runtimeDir: string;
}

const someText = z.string('must be a text').min(1, 'must not be empty');
const PORT = 'must be a whole number from 0 to 65535';

/** What an edge is told to begin with: by its supervisor, or, where it has none, in its environment (`EDGE_INIT_VARIABLE`). */
export const EdgeInit = z.object({
  t: z.literal('init'),
  part: z.literal('edge'),
  /** Its own among the edges of a show, and the same in every life. */
  edgeId: someText,
  backplanePath: someText,
  host: someText,
  port: z.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT),
  reusePort: z.boolean('must be true or false').default(false),
  keys: z.array(SigningKey, 'must be a list of keys').min(1, 'must have at least one key'),
  rehearsalCode: someText,
  /** Those before it, the latest first: who comes with one of them guesses nothing. */
  formerCodes: z.array(someText, 'must be a list of codes').default([]),
  trustedProxies: z
    .array(
      z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], 'must be an address or a network such as 10.0.0.0/8'),
      'must be a list of addresses',
    )
    .default([]),
  /** What core time hung on last, for an edge that viewers find before the core does; null where none is known. */
  anchor: ClockAnchor.nullable().default(null),
  /** Folder of the built viewer page. */
  audiencePageDir: someText,
});
export type EdgeInit = z.infer<typeof EdgeInit>;

/** The init of an edge without a supervisor, as JSON; `t` and `part` go without saying. */
export const EDGE_INIT_VARIABLE = 'TALLYROOM_EDGE_INIT';
/** How an edge ends whose init is wrong (`EX_CONFIG`): starting it again would fail the same way. */
export const EDGE_INIT_WRONG = 78;

export type EdgesNoticeCode = 'edges-restarting' | 'edges-restarted' | 'edges-not-restarted';

export type SupervisorToPart =
  | CoreInit
  | EdgeInit
  | { t: 'code'; code: DeskCode }
  | { t: 'audience'; audienceUrl: string; networkUrl: string | null }
  /** To the core: the same as in its init, when it has been decided or has changed. */
  | { t: 'edges'; expected: number; why: string | null; restarting: boolean }
  /** To the core: for the people at the desks. */
  | { t: 'notice'; code: EdgesNoticeCode; message: string; level: 'info' | 'warn' }
  /** To the core. Answered with `alarms-taken`; what was not is in the next core's init. */
  | { t: 'alarm'; alarm: PartAlarm }
  /** To an edge: hold these keys from now on, the first to sign with. Answered with `confirmed`. */
  | { t: 'keys'; ref: number; keys: SigningKey[] }
  /** To an edge: this is the rehearsal's code from now on, and whoever is in there with another leaves. Answered with `confirmed`. */
  | { t: 'rehearsal-code'; ref: number; rehearsalCode: string; formerCodes: string[] }
  /** To the core: the new rehearsal code it asked for is on disk and waits for the journal; or why it is not, as a sentence. */
  | { t: 'recode-prepared'; id: string; refusal: string | null }
  /** To the core: this code is in force, at every edge that answers. */
  | { t: 'recoded'; id: string; rehearsalCode: string }
  /** To an edge: successors listen on the port, so take nobody new. Whoever is here stays until `stop`. */
  | { t: 'retire' }
  /** Leave now: say goodbye, finish what is under way, exit 0. */
  | { t: 'stop' };

/**
 * Another core writes the journal of this show: this one has been replaced. It says so as a `fatal` of this code and ends by itself
 * with this exit code; it is not started again.
 */
export const FENCED = 'fenced';
export const FENCED_EXIT = 75;

export type PartToSupervisor =
  /** `port`: what it listens on. `fileMode` etc. are none of the supervisor's business. */
  | { t: 'ready'; port: number }
  /** At least once a second; 3 s of silence and it is killed. */
  | { t: 'beat' }
  | { t: 'code-used'; code: string }
  /** What was asked under this number has been done. */
  | { t: 'confirmed'; ref: number }
  /** From the core, before it is ready for the first time: viewers that the show expects. */
  | { t: 'show'; audience: number | null }
  /** From the core: somebody at a desk wants the edges restarted, one by one. */
  | { t: 'restart-edges'; reason: string }
  | { t: 'alarm'; code: string; message: string }
  /** From the core: a new rehearsal code is wanted on disk. Answered with `recode-prepared`. */
  | { t: 'recode'; change: CodeChange }
  /** From the core: whether the journal has the command that wanted it. Where it has, `recoded` follows. */
  | { t: 'recode-decided'; id: string; accepted: boolean }
  /** From the core: it tells these alarms of the supervisor's to the desks from now on, and keeps them. */
  | { t: 'alarms-taken'; ids: string[] }
  /** From the core: acts that took away and are not in the journal yet; the whole list. The supervisor hands it to the next core. */
  | { t: 'orders'; orders: HeldOrder[] }
  /** From the core: the epoch of its life. The next one's is higher. */
  | { t: 'epoch'; epoch: number }
  /** From the core, at its start and whenever its time gets a new anchor. */
  | { t: 'anchor'; anchor: ClockAnchor }
  /** From the core, whenever it changes. The supervisor hands it to the next core. */
  | { t: 'sessions'; book: SessionBook }
  /** Starting again would fail the same way (newer data file, broken show file): say this and stop. */
  | { t: 'fatal'; code: string; message: string };

/** `DATA/run.json`, mode 0600: how a relaunched app finds a running supervisor. */
export const RunFile = z.object({
  version: z.literal(1),
  pid: z.number().int(),
  startedAtMs: z.number().int(),
  controlPath: z.string(),
  controlToken: z.string(),
  deskUrl: z.string(),
  audienceUrl: z.string(),
  publicUrl: z.string().nullable(),
});
export type RunFile = z.infer<typeof RunFile>;

export interface Pids {
  supervisor: number;
  core: number;
  edges: number[];
}

export interface ReadyEvent {
  event: 'ready';
  /** `http://host:port`, with a one-time code as fragment (`#code=…`). */
  deskUrl: string;
  /** The desk's address for other machines, without a code; absent where its port is not open on every address. */
  deskNetworkUrl?: string;
  deskToken: string;
  deskTokens: Record<Role, string>;
  audienceUrl: string;
  rehearsalCode: string;
  pids: Pids;
  /** Why there are so many edges, as a sentence without its full stop. */
  edgesWhy: string;
}

/** One JSON object a line on standard output with `--json`. */
export type ServerEvent =
  | ReadyEvent
  | { event: 'restarted'; what: 'core' | 'edge'; pids: Pids }
  /** `part`: the core does not start, or keeps dying; `restarted` says that it is there again. */
  | { event: 'alarm'; code: string; message: string; part?: 'core' }
  /** There is another rehearsal code than the one that was told before. */
  | { event: 'rehearsal-code'; rehearsalCode: string }
  | { event: 'stopped'; code: number };

/** Control socket, one JSON object a line. The first line must be `hello` with the run file's token. */
export type ControlRequest =
  /** `owner`: as long as this connection stands, the supervisor has a parent. */
  | { t: 'hello'; token: string; owner: boolean }
  /** A one-time code that buys one session with this role. */
  | { t: 'code'; ref: number; role: Role }
  | { t: 'status'; ref: number }
  /** Restarts the edges one by one, on request after voters' tokens have got a new signing key. */
  | { t: 'restart-edges'; ref: number; rotateKey: boolean }
  | { t: 'stop' };

export type ControlReply =
  | { t: 'welcome'; ready: ReadyEvent | null }
  | { t: 'refused'; message: string }
  | { t: 'code'; ref: number; code: string }
  | { t: 'status'; ref: number; ready: ReadyEvent | null }
  /** `refused`: why it was not begun; null when it was. Each edge that has been restarted is told as an event. */
  | { t: 'restart-edges'; ref: number; refused: EdgesRefusal | null }
  | { t: 'event'; event: ServerEvent };

/** Why the edges are not restarted now. */
export interface EdgesRefusal {
  code: 'restart-under-way' | 'not-ready' | 'keys-from-environment';
  message: string;
}
