/**
 * One moment of a Saturday-night finale, 21:14:37. Every figure adds up with every other: tests and screenshots rely on it.
 * Longer than 300 lines because these sums, of cues, edges and vitals alike, can only be seen to be right in one place.
 */
import { sharesOf } from '../../../shared/domain/shares.ts';
import type { Act, DeskCue, DeskState } from '../../../shared/protocol/desk-state.ts';
import { type OptionId, type PollId, runIdOf } from '../../../shared/protocol/ids.ts';
import type { EdgeVitals, Vitals } from '../../../shared/protocol/vitals.ts';

/** 20:00:00 local time of some Saturday. */
export const T0_MS = new Date(2026, 10, 21, 20, 0, 0).getTime();
export const at = (hours: number, minutes: number, seconds: number): number =>
  new Date(2026, 10, 21, hours, minutes, seconds).getTime();
export const NOW_MS = at(21, 14, 37);

export const MARA: Act = { actor: 'Mara L.', source: 'desk', commandId: 'c-1', atMs: at(21, 14, 22) };

const option = (id: string, text: string) => ({ id: id as OptionId, text });

interface Draft {
  n: number;
  kind: DeskCue['kind'];
  text: string;
  planned: number;
  durationMs: number;
  intake: DeskCue['intake'];
  opened?: number;
  options?: { id: OptionId; text: string }[];
  more?: Partial<DeskCue>;
}

export const cueId = (n: number): PollId => `cue-${n}` as PollId;

function counted(votes: readonly (readonly [id: string, count: number])[]) {
  const counts = votes.map(([, count]) => count);
  const shares = sharesOf(
    counts,
    counts.reduce((sum, n) => sum + n, 0),
  );
  return votes.map(([id, count], i) => ({ id: id as OptionId, count, share: shares[i] ?? 0 }));
}

function cue({ n, kind, text, planned, durationMs, intake, opened, options, more }: Draft): DeskCue {
  return {
    id: cueId(n),
    number: String(n),
    kind,
    text,
    durationMs,
    revision: 30 + n,
    airRevision: 30 + n,
    skipped: false,
    runId: runIdOf(cueId(n), 'live', 1),
    runRevision: 1,
    round: 1,
    intake,
    visibility: { desk: 'counts', audience: 'hidden', overlay: 'hidden', api: 'hidden' },
    seenOn: [],
    answerState: 'unset',
    trigger: { offsetMs: planned - T0_MS },
    windowMs: durationMs,
    ...(opened === undefined ? {} : { openedAtMs: opened, closesAtMs: opened + durationMs }),
    ...(options ? { options } : {}),
    ...more,
  };
}

/** Cue 6's sealed result: 17,940 + 15,210 + 12,350 + 9,100 + 6,500 = 61,100. */
const BEST = [
  ['a', 'Opening number', 17_940],
  ['b', 'Brass & Bone', 15_210],
  ['c', 'Nina Vale', 12_350],
  ['d', 'The Lanterns', 9_100],
  ['e', 'The jury duet', 6_500],
] as const;

export const CUES: readonly DeskCue[] = [
  cue({
    n: 1,
    kind: 'cta',
    text: 'Join: scan the code',
    planned: at(20, 0, 0),
    durationMs: 300_000,
    intake: 'verified',
    opened: at(20, 0, 0),
  }),
  cue({
    n: 2,
    kind: 'prediction',
    text: 'Who makes the final two?',
    planned: at(20, 8, 0),
    durationMs: 120_000,
    intake: 'closed',
    opened: at(20, 8, 11),
    options: [option('a', 'Brass & Bone and Nina Vale'), option('b', 'Nina Vale and The Lanterns')],
  }),
  cue({
    n: 3,
    kind: 'quiz',
    text: 'Which year did it begin?',
    planned: at(20, 21, 30),
    durationMs: 30_000,
    intake: 'verified',
    opened: at(20, 21, 48),
    options: [option('a', '1998'), option('b', '2004'), option('c', '2011')],
    more: { answer: ['b' as OptionId], answerState: 'revealed' },
  }),
  cue({
    n: 4,
    kind: 'rating',
    text: 'Rate the opening number',
    planned: at(20, 36, 0),
    durationMs: 60_000,
    intake: 'verified',
    opened: at(20, 36, 27),
    more: { max: 5 },
  }),
  cue({
    n: 5,
    kind: 'reaction',
    text: 'Applause for Brass & Bone',
    planned: at(20, 48, 0),
    durationMs: 30_000,
    intake: 'closed',
    opened: at(20, 48, 25),
    options: [option('a', '👏')],
  }),
  cue({
    n: 6,
    kind: 'single',
    text: 'Best performance so far?',
    planned: at(21, 2, 15),
    durationMs: 90_000,
    intake: 'verified',
    opened: at(21, 2, 46),
    options: BEST.map(([id, text]) => option(id, text)),
    more: {
      class: 'editorial',
      verifiedBy: 'Mara L.',
      head: '9f31c2ab77d0',
      closedAtMs: at(21, 4, 18),
      tally: {
        total: 61_100,
        options: counted(BEST.map(([id, , count]) => [id, count] as const)),
      },
    },
  }),
  cue({
    n: 7,
    kind: 'single',
    text: 'Who sings the final song?',
    planned: at(21, 12, 48),
    durationMs: 90_000,
    intake: 'open',
    opened: at(21, 13, 30),
    options: [option('a', 'Brass & Bone'), option('b', 'Nina Vale'), option('c', 'The Lanterns')],
    more: { class: 'editorial', lastAct: { ...MARA, atMs: at(21, 13, 30) } },
  }),
  cue({
    n: 8,
    kind: 'single',
    text: 'Should the jury save stand?',
    planned: at(21, 15, 30),
    durationMs: 60_000,
    intake: 'armed',
    options: [option('a', 'Yes, Brass & Bone stay'), option('b', 'No, they leave')],
    more: {
      notes:
        'The jury is split two to two: Mara asks for the vote as soon as the lights change. GO on her word “decide”.',
      contingency: 'No decision in the picture: leave it closed and go on with cue 9.',
      class: 'editorial',
      revision: 41,
      armedAtMs: at(21, 14, 22),
      armedBy: 'Mara L.',
      disarmsAtMs: at(21, 19, 22),
      lastAct: MARA,
    },
  }),
  cue({
    n: 9,
    kind: 'cta',
    text: 'Hear the winner’s single',
    planned: at(21, 21, 0),
    durationMs: 120_000,
    intake: 'ready',
    more: { link: 'https://example.org/single' },
  }),
  cue({
    n: 10,
    kind: 'single',
    text: 'Who wins the finale?',
    planned: at(21, 40, 0),
    durationMs: 300_000,
    intake: 'ready',
    options: [option('a', 'Brass & Bone'), option('b', 'Nina Vale')],
    more: { class: 'regulated', trigger: { offsetMs: at(21, 40, 0) - T0_MS, autoGo: true } },
  }),
  cue({
    n: 11,
    kind: 'reaction',
    text: 'Confetti for the winner',
    planned: at(21, 46, 0),
    durationMs: 60_000,
    intake: 'ready',
    options: [option('a', '🎉')],
  }),
  cue({
    n: 12,
    kind: 'prediction',
    text: 'Will it reach the top 10?',
    planned: at(21, 52, 0),
    durationMs: 360_000,
    intake: 'draft',
    options: [option('a', 'Yes')],
  }),
];

export const SHOW: DeskState = {
  revision: 42,
  serverNowMs: NOW_MS,
  show: {
    title: 'Saturday Finale',
    mode: 'live',
    revision: 1,
    t0Ms: T0_MS,
    audience: 120_000,
    lastGoAtMs: at(21, 13, 30),
    control: { ...MARA, atMs: T0_MS },
  },
  cues: [...CUES],
  onAir: { poll: cueId(7), cta: null, reaction: null },
  switches: [
    {
      id: 'results-cadence',
      position: 'on',
      revision: 40,
      requested: true,
      inForce: true,
      reason: 'Fan-out rounds near a second',
      setBy: { actor: 'Jonas P.', source: 'desk', commandId: 'c-switch', atMs: at(21, 10, 49) },
      revertsAtMs: at(21, 25, 49),
    },
  ],
};

/** Eight edges: 8 × 13,667 + 5,910 + 2,958 = 118,204 viewers, 8 × 39 = 312 ballots queued. */
const EDGES: EdgeVitals[] = Array.from({ length: 8 }, (_, i) => ({
  id: `e${i + 1}`,
  pid: 4_000 + i,
  ready: true,
  ageMs: 120,
  ws: 13_667,
  sse: i < 6 ? 739 : 738,
  poll: i < 6 ? 370 : 369,
  arrivalsPerS: 23,
  queueDepth: 39,
  queueHeadAgeMs: 252,
  ackP50Ms: 18,
  ackP99Ms: 96,
  rssMb: 210,
  loopP99Ms: 21,
  roundMs: 540,
  descriptors: 14_790,
  descriptorLimit: 20_000,
  pending: [],
  leaving: false,
}));

const VOTES = [
  ['a', 24_806],
  ['b', 21_118],
  ['c', 15_558],
] as const;
const TOTAL = 61_482;

export const VITALS: Vitals = {
  serverNowMs: NOW_MS,
  revision: 42,
  epoch: 1,
  level: 1,
  online: 118_204,
  byTransport: { ws: 109_336, sse: 5_910, poll: 2_958 },
  rehearsing: 0,
  arrivalsPerS: 184,
  queueDepth: 312,
  queueHeadAgeMs: 252,
  commits: {
    ballotsP50: 14,
    ballotsMax: 188,
    tookP50Ms: 3.14,
    tookP99Ms: 24.6,
    writeFsyncP50Ms: 2.31,
    writeFsyncP99Ms: 22.9,
  },
  ackP50Ms: 18,
  ackP99Ms: 96,
  edges: EDGES,
  edgesExpected: 8,
  edgesRestarting: false,
  desks: 2,
  runs: [
    {
      runId: runIdOf(cueId(7), 'live', 1),
      total: TOTAL,
      options: counted(VOTES),
      perS: 1_240,
      reconciled: true,
    },
  ],
  switches: [{ id: 'results-cadence', requested: true, confirmed: 8, edges: 8, inForce: true, touched: 118_204 }],
  preflight: {
    storage: { ok: true, text: 'writable, 212 GB free' },
    clock: { ok: true, text: "within 3 ms of the machine's" },
    edges: { ok: true, text: '8 of 8 hold the newest cues; 8 edges hold 144,000 viewers, 120,000 are expected' },
    forecast: { ok: true, text: '120,000 of 144,000 viewers, 7,961 votes/s' },
    ledger: { ok: true, text: 'holds what the journal knows' },
    atMs: NOW_MS,
  },
  capacity: { viewers: 144_000, forecastPeakPerS: 7_961, forecastViewers: 120_000 },
  alarms: [],
};
