/** One evening in examples: the same poll, voter and ballot in every document of the audience port. */

const HINTS = { level: 0, cadenceMs: 1_000, jitterMs: 3_000, retryAfterMs: 1_000, transport: 'ws' };
const POLL = {
  id: 'winner',
  round: 1,
  kind: 'single',
  text: 'Who wins the Saturday Finale?',
  options: [
    { id: 'ada-quist', text: 'Ada Quist' },
    { id: 'lanterns', text: 'The Lanterns' },
  ],
  min: 1,
  max: 1,
  openedAtMs: 1_795_892_400_000,
  closesAtMs: 1_795_892_490_000,
  graceMs: 30_000,
};

const SHOW = 'b7c9f1de-5a42-4f0e-9d3b-6f2a8c1e4d70';

export const STATE_OPEN = {
  v: 1,
  epoch: 3,
  rev: 41,
  show: SHOW,
  mode: 'live',
  title: 'Saturday Finale',
  poll: { ...POLL, intake: 'open' },
  hints: HINTS,
};
export const STATE_RESULTS = {
  ...STATE_OPEN,
  rev: 57,
  poll: { ...POLL, intake: 'closed' },
  results: {
    pollId: 'winner',
    round: 1,
    visibility: 'percentages',
    options: [
      { id: 'ada-quist', share: 0.573 },
      { id: 'lanterns', share: 0.427 },
    ],
    leads: ['ada-quist'],
    final: true,
    atMs: 1_795_892_520_000,
  },
};
export const STATE_QUIET = {
  v: 1,
  epoch: 3,
  rev: 12,
  show: SHOW,
  mode: 'live',
  title: 'Saturday Finale',
  hints: HINTS,
};

export const TOKEN = 'v1.5b0c2f1e.l.Zk3vQ0m2R8y7bVd1sXw9aA.tqx2k0.9wq7M0yPzv4K1s8uJcXo2hTnLbE5rGdQfAiV3mYkZxU';
const VOTER = { voterId: 'Zk3vQ0m2R8y7bVd1sXw9aA', expiresAtMs: 1_796_497_200_000 };
const NOW = { serverNowMs: 1_795_892_411_250 };

export const JOINED = { token: TOKEN, ...VOTER, ...NOW, state: STATE_OPEN };
export const BALLOT = { id: 'p9Xq2-Vw7sLk', pollId: 'winner', round: 1, choice: ['lanterns'] };
const CAST = { ballotId: BALLOT.id, pollId: 'winner', round: 1 };
export const RECEIPTS = {
  accepted: { ...CAST, status: 'accepted', ref: 'J7tq0ZrXb5mC', atMs: 1_795_892_412_003 },
  duplicate: { ...CAST, status: 'duplicate', atMs: 1_795_892_430_120 },
  late: { ...CAST, status: 'late', atMs: 1_795_892_521_007 },
  'over-limit': { ...CAST, status: 'over-limit', atMs: 1_795_892_430_120 },
  'not-eligible': { ...CAST, pollId: 'unheard-of', status: 'not-eligible', atMs: 1_795_892_412_003 },
};

export const CLIENT_FRAMES = {
  hello: {
    arrival: { t: 'hello', token: null },
    return: { t: 'hello', token: TOKEN, epoch: 3, rev: 41 },
  },
  ballot: { vote: { t: 'ballot', ...BALLOT } },
  ping: { ping: { t: 'ping' } },
};
export const SERVER_FRAMES = {
  welcome: {
    'a new voter': { t: 'welcome', token: TOKEN, ...VOTER, ...NOW, state: STATE_OPEN },
    'a voter who came back': { t: 'welcome', voterId: VOTER.voterId, ...NOW, state: STATE_OPEN },
  },
  state: {
    'a poll opens': { t: 'state', state: STATE_OPEN },
    'its result': { t: 'state', state: STATE_RESULTS },
  },
  receipt: Object.fromEntries(Object.entries(RECEIPTS).map(([status, receipt]) => [status, { t: 'receipt', receipt }])),
  pong: { pong: { t: 'pong', ...NOW } },
  error: {
    'no ballot': { t: 'error', code: 'malformed', message: 'This is not a ballot for this poll.', ref: BALLOT.id },
    'not known': {
      t: 'error',
      code: 'unavailable',
      message: 'Not possible right now. Try again in a moment.',
      ref: BALLOT.id,
      retryAfterMs: 1_000,
    },
  },
  bye: { restart: { t: 'bye', reason: 'restart', retryAfterMs: 2_310 } },
};
