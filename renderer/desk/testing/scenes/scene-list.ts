/** Every state of every screen that somebody may have to trust, by name. */

import type { DeskCue } from '../../../../shared/protocol/desk-state.ts';
import { CommandId, type OptionId, type PollId, runIdOf } from '../../../../shared/protocol/ids.ts';
import type { Vitals } from '../../../../shared/protocol/vitals.ts';
import type { CommandPhase, CommandRecord } from '../../store/command-record.ts';
import { type DeskData, EMPTY_DESK } from '../../store/desk-store.ts';
import type { Screen, WindowData } from '../../store/window-store.ts';
import { OVERLAY_SURFACE } from '../../words/overlay-output.ts';
import { cueId, NOW_MS, VITALS } from '../show-fixture.ts';
import { desk } from './scene-data.ts';
import { DIRECTIONS } from './scene-directions.ts';
import type { sceneHistory } from './scene-history.ts';
import { NETWORKS } from './scene-networks.ts';
import { TROUBLES } from './scene-troubles.ts';

export interface Scene {
  name: string;
  desk: DeskData;
  window: Partial<WindowData>;
  history: Parameters<typeof sceneHistory>[0];
  /** Whether the log can be read. */
  log: 'entries' | 'empty' | 'loading' | 'failed';
}

const SCREENS: readonly Screen[] = ['producer', 'director', 'operator', 'log', 'settings'];

const old = (ageMs: number): Partial<DeskData> => ({ vitals: { value: VITALS, receivedAtMs: NOW_MS - ageMs } });
const rehearsing = { mode: 'rehearsal', viewerUrl: 'http://192.168.1.20:4320/?code=K7XW2MPQ' } as const;
const withoutCommits = ({ commits: _, ...vitals }: Vitals): Vitals => vitals;
const nothing = (data: DeskData): DeskData => {
  if (data.show === null) return data;
  const { state } = data.show;
  const show = { ...state, cues: [], onAir: { poll: null, cta: null, reaction: null } };
  const vitals = data.vitals && { ...data.vitals, value: withoutCommits(data.vitals.value) };
  const untitled = { ...show, show: { title: 'Untitled show', mode: 'live' as const, revision: 1 } };
  return { ...data, vitals, show: { ...data.show, state: untitled } };
};
const noVotes: Partial<Vitals> = {
  runs: [],
  online: 0,
  byTransport: { ws: 0, sse: 0, poll: 0 },
  arrivalsPerS: 0,
  queueDepth: 0,
  queueHeadAgeMs: 0,
  edges: VITALS.edges.map((edge) => ({ ...edge, ws: 0, sse: 0, poll: 0, arrivalsPerS: 0, queueDepth: 0 })),
};

/** A rating that is closed and verified. */
const RATED: Partial<DeskCue> = {
  ...{
    kind: 'rating',
    text: 'How was the opening number?',
    intake: 'verified',
    verifiedBy: 'Mara L.',
    closedAtMs: NOW_MS - 9_000,
  },
  options: ['1', '2', '3', '4', '5'].map((text) => ({ id: text as OptionId, text })),
  tally: {
    total: 1_000,
    options: [50, 80, 170, 300, 400].map((count, i) => ({
      id: String(i + 1) as OptionId,
      count,
      share: count / 1_000,
    })),
  },
};

/** The states that all screens share. */
const SHARED: readonly Omit<Scene, 'window'>[] = [
  { name: 'normal', desk: desk({}), history: 'whole', log: 'entries' },
  { name: 'empty', desk: nothing(desk({ vitals: noVotes })), history: 'whole', log: 'empty' },
  { name: 'loading', desk: desk({ desk: { vitals: null } }), history: 'loading', log: 'loading' },
  { name: 'stale', desk: desk({ desk: old(4_200) }), history: 'whole', log: 'entries' },
  {
    name: 'no-link',
    desk: desk({ desk: { ...old(12_000), link: { kind: 'down', sinceMs: NOW_MS - 12_000, attempt: 3 } } }),
    history: 'whole',
    log: 'entries',
  },
  {
    name: 'error',
    desk: desk({
      vitals: {
        edges: VITALS.edges.slice(0, 7),
        preflight: {
          ...VITALS.preflight,
          storage: { ok: false, text: 'the journal can’t be written: disk full' },
          edges: { ok: false, text: '7 of 8 edges are up' },
        },
        alarms: [{ id: 'a1', code: 'edge', message: 'Edge e8 died three times in 30 s.', atMs: NOW_MS - 3_000 }],
      },
    }),
    history: 'failed',
    log: 'failed',
  },
  { name: 'rehearsal', desk: desk({ show: rehearsing }), history: 'whole', log: 'entries' },
];

const closed7 = { [cueId(7)]: { intake: 'verified' } } as const;

function commanded(data: DeskData, phase: CommandPhase): DeskData {
  const record: CommandRecord = {
    id: CommandId.parse('0e4a2f6e-1111-4111-8111-111111111111'),
    slot: `cue.go ${cueId(8)}`,
    actionId: 'go',
    label: 'GO cue 8',
    intent: { type: 'cue.go', target: cueId(8) },
    source: 'key',
    pressedAtMs: NOW_MS - 40,
    phase,
  };
  return { ...data, commands: { [record.slot]: record }, last: { kind: 'command', slot: record.slot } };
}

const refused: CommandPhase = {
  kind: 'answered',
  atMs: NOW_MS - 300,
  outcome: {
    kind: 'refused',
    latencyMs: 18,
    settledLater: false,
    answer: {
      status: 'refused',
      code: 'stale-revision',
      message: 'Tom W. edited cue 8 at 21:14:36. Check it, then ARM again.',
      serverNowMs: NOW_MS,
    },
  },
};
const accepted: CommandPhase = {
  kind: 'answered',
  atMs: NOW_MS - 900,
  outcome: {
    kind: 'accepted',
    latencyMs: 18,
    settledLater: false,
    answer: { status: 'accepted', revision: 42, atMs: NOW_MS - 1_000 },
  },
};
const opened8 = {
  ...closed7,
  [cueId(8)]: { intake: 'open', openedAtMs: NOW_MS - 1_000, closesAtMs: NOW_MS + 59_000 },
} as const;

/** What the producer's buttons go through. */
const GO: readonly { name: string; desk: DeskData; window: Partial<WindowData> }[] = [
  { name: 'go-idle', desk: desk({ cues: { ...closed7, [cueId(8)]: { intake: 'ready' } } }), window: {} },
  { name: 'go-armed', desk: desk({ cues: closed7 }), window: {} },
  {
    name: 'go-holding',
    desk: desk({ cues: { ...closed7, [cueId(8)]: { intake: 'ready' }, [cueId(10)]: { intake: 'armed' } } }),
    window: { holding: { actionId: 'go', startedAtMs: NOW_MS - 480, holdMs: 800 } },
  },
  {
    name: 'go-sent',
    desk: commanded(desk({ cues: closed7 }), { kind: 'sending', sinceMs: NOW_MS - 40 }),
    window: {},
  },
  { name: 'go-confirmed', desk: commanded(desk({ cues: opened8 }), accepted), window: {} },
  { name: 'go-refused', desk: commanded(desk({ cues: closed7 }), refused), window: {} },
  {
    name: 'go-unknown',
    desk: commanded(desk({ cues: closed7 }), { kind: 'unknown', sinceMs: NOW_MS - 400 }),
    window: {},
  },
  {
    name: 'paused',
    desk: desk({ cues: { [cueId(7)]: { intake: 'paused', remainingMs: 23_000, reason: 'The lead singer is late' } } }),
    window: {},
  },
  {
    name: 'rating',
    desk: desk({ cues: { [cueId(7)]: RATED } }),
    window: {},
  },
  {
    name: 'closing',
    desk: desk({ cues: { [cueId(7)]: { intake: 'closing', closesAtMs: NOW_MS - 500 } } }),
    window: {},
  },
  { name: 'question-reason', desk: desk({}), window: ask({ kind: 'reason', act: 'void', cueId: cueId(6) }) },
  { name: 'question-surfaces', desk: desk({}), window: ask({ kind: 'surfaces', cueId: cueId(6) }) },
  { name: 'question-more', desk: desk({}), window: ask({ kind: 'more', cueId: cueId(6) }) },
  { name: 'question-mode', desk: desk({}), window: ask({ kind: 'mode' }) },
  { name: 'question-quit', desk: desk({}), window: ask({ kind: 'quit' }) },
  { name: 'typing', desk: desk({}), window: { typing: true } },
  {
    name: 'toasts',
    desk: desk({
      desk: {
        toasts: [
          toast('warn', 'Edge e6 was restarted; 13,667 viewers came back.', 1),
          toast('info', 'Text of cue 9 changed by Tom W.', 2),
        ],
      },
    }),
    window: {},
  },
];

function ask(question: WindowData['question']): Partial<WindowData> {
  return { question, selected: cueId(6) as PollId };
}

function toast(level: 'info' | 'warn', message: string, n: number): DeskData['toasts'][number] {
  return {
    key: `toast ${n}`,
    level,
    message,
    atMs: NOW_MS - n * 1_000,
    receivedAtMs: NOW_MS - n * 1_000,
    alarmId: null,
  };
}

/** A director from whose desk the numbers are kept. */
const hiddenRun = { runId: VITALS.runs[0]?.runId, reconciled: true } as Vitals['runs'][number];
const DIRECTOR: readonly { name: string; desk: DeskData; history: Scene['history'] }[] = [
  {
    name: 'embargo',
    desk: desk({
      cues: { [cueId(7)]: { visibility: { desk: 'hidden', audience: 'hidden', overlay: 'hidden', api: 'hidden' } } },
      vitals: { runs: [hiddenRun] },
    }),
    history: 'loading',
  },
  { name: 'verified', desk: desk({ cues: closed7 }), history: 'whole' },
  {
    name: 'taken',
    desk: desk({
      cues: { [cueId(6)]: { visibility: { desk: 'counts', audience: 'counts', overlay: 'counts', api: 'hidden' } } },
      show: { overlay: { [OVERLAY_SURFACE]: { runId: runIdOf(cueId(6), 'live', 1), revision: 41 } } },
    }),
    history: 'whole',
  },
];

const NO_SESSION: readonly { name: string; desk: DeskData }[] = [
  { name: 'opening', desk: { ...EMPTY_DESK, localNowMs: NOW_MS } },
  {
    name: 'failed',
    desk: {
      ...EMPTY_DESK,
      localNowMs: NOW_MS,
      session: { kind: 'failed', message: 'Port 4310 is in use by another program.' },
    },
  },
  {
    name: 'over',
    desk: {
      ...EMPTY_DESK,
      localNowMs: NOW_MS,
      session: {
        kind: 'over',
        message: 'Your session has ended: the server was started anew.',
        hint: 'Open the link that the server printed when it started. Each link works once.',
      },
    },
  },
];

export const SCENES: readonly Scene[] = [
  ...SCREENS.flatMap((screen) =>
    SHARED.map((scene) => ({ ...scene, name: `${screen}-${scene.name}`, window: { screen } })),
  ),
  ...GO.map(({ name, desk: data, window }) => ({
    name: `producer-${name}`,
    desk: data,
    window: { screen: 'producer' as const, ...window },
    history: 'whole' as const,
    log: 'entries' as const,
  })),
  ...DIRECTOR.map((scene) => ({
    ...scene,
    name: `director-${scene.name}`,
    window: { screen: 'director' as const },
    log: 'entries' as const,
  })),
  ...DIRECTIONS.map((scene) => ({ ...scene, history: 'whole' as const, log: 'entries' as const })),
  ...NETWORKS.map((scene) => ({ ...scene, history: 'whole' as const, log: 'entries' as const })),
  ...TROUBLES.map((scene) => ({ ...scene, history: 'whole' as const, log: 'entries' as const })),
  ...NO_SESSION.map(({ name, desk: data }) => ({
    name: `session-${name}`,
    desk: data,
    window: {},
    history: 'loading' as const,
    log: 'loading' as const,
  })),
];
