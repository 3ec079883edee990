/** What a desk and the server say to each other around one GO. */

const NOW = 1_795_892_400_000;
const CUE = {
  id: 'winner',
  number: '7',
  kind: 'single',
  text: 'Who wins the Saturday Finale?',
  options: [
    { id: 'ada-quist', text: 'Ada Quist' },
    { id: 'lanterns', text: 'The Lanterns' },
  ],
  durationMs: 90_000,
  graceMs: 30_000,
  revision: 118,
  airRevision: 118,
  skipped: false,
  runId: 'winner:live:1',
  runRevision: 1,
  round: 1,
  intake: 'open',
  visibility: { desk: 'counts', audience: 'hidden', overlay: 'hidden', api: 'hidden' },
  seenOn: [],
  answerState: 'unset',
  openedAtMs: NOW,
  closesAtMs: NOW + 90_000,
};
const ON_AIR = { poll: 'winner', cta: null, reaction: null };
const SWITCH = { id: 'results-cadence', position: 'auto', revision: 0, requested: false, inForce: false };

export const SNAPSHOT = {
  revision: 118,
  serverNowMs: NOW,
  state: {
    revision: 118,
    serverNowMs: NOW,
    show: { title: 'Saturday Finale', mode: 'live', revision: 1 },
    cues: [CUE],
    onAir: ON_AIR,
    switches: [SWITCH],
  },
};
export const CHANGES = {
  revision: 118,
  changes: [
    { kind: 'cue', id: 'winner', value: CUE },
    { kind: 'show', id: 'onAir', value: ON_AIR },
  ],
};
export const NOTICE = { code: 'clock', message: 'The clock of this machine was set.', atMs: NOW, level: 'warn' };
export const COMMAND = {
  id: '0198c0de-4c1a-7c3e-9a51-2f6b1f0a7d11',
  type: 'cue.go',
  target: 'winner',
  expectedRevision: 117,
  clientTimeMs: NOW - 50,
};
export const COMMAND_ACKS = {
  done: { status: 'accepted', revision: 118, atMs: NOW },
  refused: { status: 'refused', code: 'wrong-intake', message: 'ARM comes first.', serverNowMs: NOW },
  'no command': { error: { code: 'malformed', message: 'type: Invalid input' } },
};
export const SERVER_TIME = NOW;
