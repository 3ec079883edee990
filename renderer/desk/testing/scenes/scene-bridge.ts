/** The Electron side of a scene: a logbook with an evening in it, or one that can't be read. */
import type { DeskBridge, HostState } from '../../../../shared/protocol/bridge.ts';
import type { LogEntry } from '../../../../shared/protocol/logbook.ts';
import { CUES, cueId, NOW_MS } from '../show-fixture.ts';
import type { Scene } from './scene-list.ts';

const ACTS = [
  'cue.arm',
  'cue.go',
  'poll.pause',
  'poll.resume',
  'poll.extend',
  'poll.close',
  'poll.verify',
  'poll.reveal',
];

function entryOf(seq: number, count: number): LogEntry {
  const atMs = NOW_MS - (count - seq) * 9_000;
  const type = ACTS[seq % ACTS.length] ?? 'cue.arm';
  const target = cueId((seq % CUES.length) + 1);
  const isRefused = seq % 7 === 3;
  const serverNowMs = atMs + 20;
  const message = 'Cue 7 is on air until 21:15:00.';
  return {
    seq,
    id: `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    atMs,
    actor: seq % 5 === 0 ? 'Tom W.' : 'Mara L.',
    source: seq % 3 === 0 ? 'key' : 'button',
    type,
    target,
    command: { type, target, clientTimeMs: atMs, ...(type === 'poll.extend' ? { payload: { byMs: 10_000 } } : {}) },
    outcome: isRefused ? 'refused' : 'accepted',
    code: isRefused ? 'lane-busy' : null,
    message: isRefused ? message : null,
    latencyMs: 12 + (seq % 9),
    answer: isRefused
      ? { status: 'refused', code: 'lane-busy', message, serverNowMs }
      : { status: 'accepted', revision: seq, atMs: serverNowMs },
    loggedLate: false,
    settled: seq % 11 === 0,
  };
}

const COUNT = 80;

export const sceneHost: HostState = {
  versions: { app: '0.1.0', electron: '45.4.1', chromium: '146.0.0.0', node: '24.21.0' },
  dataDir: '/home/mara/.local/share/tallyroom',
  windows: [
    { id: 1, screen: 'producer', display: 'Display 1, 1920 × 1080', fullScreen: false, mine: true },
    { id: 2, screen: 'director', display: 'Display 2, 2560 × 1440', fullScreen: true, mine: false },
  ],
  server: {
    remote: null,
    local: { kind: 'running', deskUrl: 'http://127.0.0.1:4310', adopted: false },
    coreTrouble: null,
    network: null,
    lastRemote: null,
    keepsSession: true,
  },
  awake: true,
};

export function sceneBridge(log: Scene['log']): DeskBridge {
  const entries = log === 'entries' ? Array.from({ length: COUNT }, (_, i) => entryOf(i + 1, COUNT)) : [];
  return {
    connection: () => new Promise(() => {}),
    logIntent: async () => {},
    logOutcome: async () => {},
    logList: (afterSeq) => {
      if (log === 'loading') return new Promise(() => {});
      if (log === 'failed') return Promise.reject(new Error('The logbook file is damaged.'));
      return Promise.resolve(entries.filter(({ seq }) => seq > afterSeq));
    },
    logBefore: (beforeSeq, limit) => {
      if (log === 'loading') return new Promise(() => {});
      if (log === 'failed') return Promise.reject(new Error('The logbook file is damaged.'));
      return Promise.resolve(entries.filter(({ seq }) => beforeSeq === null || seq < beforeSeq).slice(-limit));
    },
    onLogChanged: () => () => {},
    onServerStatus: () => () => {},
    onQuitAsked: () => () => {},
    quitAnswer: () => {},
    setBusyRuns: () => {},
    setAwake: () => {},
    onHostState: (listener) => {
      listener(sceneHost);
      return () => {};
    },
    setScreen: () => {},
    openWindow: () => {},
    showWindow: () => {},
    oneTimeLink: () => Promise.resolve('http://127.0.0.1:4310/#code=once'),
    openInBrowser: async () => {},
    connectTo: async () => ({ kind: 'refused', code: 'unreachable', message: 'Nothing answers there.' }),
    backToOwnServer: async () => {},
  };
}
