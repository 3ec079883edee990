import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampleOf } from '../../../shared/domain/series.ts';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import { type RunId, runIdOf } from '../../../shared/protocol/ids.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { createDeskStore, type DeskStore, snapshotCame, socketChanged, vitalsCame } from '../store/desk-store.ts';
import { cueId, NOW_MS, SHOW, VITALS } from '../testing/show-fixture.ts';
import { FINE_STEP_MS } from './curves.ts';
import { createHistory, type DeskHistory } from './history.ts';
import { gapsOf } from './timeline.ts';

const RUN = runIdOf(cueId(7), 'live', 1);

/** A core that has kept every second, and can be made to fail. */
let core: Server;
let asked: URL[];
let failing: boolean;
/** Answers wait for it. */
let held: Promise<void>;
let desk: DeskStore;
let history: DeskHistory;

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000 });

function keptBetween(fromMs: number, toMs: number, stepMs: number) {
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const steps = Array.from({ length: Math.max(0, Math.floor((toMs - first) / stepMs)) }, (_, i) => first + i * stepMs);
  return steps.map((atMs) => ({ ...sampleOf(VITALS), atMs }));
}

function answerTo(url: URL): unknown {
  const { searchParams } = url;
  const number = (name: string) => Number(searchParams.get(name));
  if (url.pathname === '/api/v1/series') {
    const [fromMs, toMs, stepMs] = [number('fromMs'), number('toMs'), number('stepMs')];
    return { fromMs, toMs, stepMs, serverNowMs: toMs, points: keptBetween(fromMs, toMs, stepMs) };
  }
  const points = [0, 1, 2].map((s) => ({ atMs: NOW_MS - 67_000 + s * 1_000, online: 100, total: s * 10 }));
  return { runId: RUN, stepMs: 1_000, serverNowMs: NOW_MS, points };
}

beforeEach(async () => {
  asked = [];
  failing = false;
  held = Promise.resolve();
  core = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    asked.push(url);
    const body = failing ? { error: { code: 'unavailable', message: 'The disk is gone.' } } : answerTo(url);
    const status = failing ? 503 : 200;
    void held.then(() => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  });
  await new Promise<void>((listening) => core.listen(0, '127.0.0.1', listening));
  const deskUrl = `http://127.0.0.1:${(core.address() as AddressInfo).port}`;
  const me = { actor: 'Mara L.', roles: ['owner' as const] };
  desk = createDeskStore();
  history = createHistory({ desk, session: () => ({ deskUrl, token: 't', me }) });
  history.start();
  desk.setState({ session: { kind: 'open', me, deskUrl } });
});
afterEach(async () => {
  history.stop();
  await new Promise((closed) => core.close(closed));
});

const snapshot = (state: DeskState, atMs: number) =>
  desk.setState((data) => snapshotCame(data, { revision: state.revision, serverNowMs: atMs, state }, atMs));
function join(atMs: number): void {
  snapshot(SHOW, atMs);
  desk.setState((data) => socketChanged(data, { joined: true, attempt: 0, nowMs: atMs }));
}
const cut = (atMs: number) => desk.setState((data) => socketChanged(data, { joined: false, attempt: 1, nowMs: atMs }));
const hear = (atMs: number, changes: Partial<Vitals> = {}) =>
  desk.setState((data) => vitalsCame(data, { ...VITALS, serverNowMs: atMs, ...changes }, atMs).data);
function hearFrom(fromMs: number, toMs: number): void {
  for (let atMs = fromMs; atMs < toMs; atMs += 250) hear(atMs);
}
const fine = () => history.store.getState().traffic.fine;
const run = () => history.store.getState().runs.get(RUN);

test('a desk that joins late has the evening before it, joined to what it hears', async () => {
  join(NOW_MS);
  hearFrom(NOW_MS, NOW_MS + 2_250);
  await eventually(() => expect(history.store.getState().traffic.fetched.kind).toBe('whole'));
  expect(fine().length).toBe(1_200 + 1);
  expect(gapsOf(fine(), FINE_STEP_MS)).toEqual([]);
});

test('a cut leaves a gap, and the reconnect asks for what was missed and fills it', async () => {
  join(NOW_MS);
  hearFrom(NOW_MS, NOW_MS + 3_000);
  await eventually(() => expect(history.store.getState().traffic.fetched.kind).toBe('whole'));
  asked = [];
  cut(NOW_MS + 3_000);
  join(NOW_MS + 33_000);
  hearFrom(NOW_MS + 33_000, NOW_MS + 35_250);
  await eventually(() => expect(asked).not.toEqual([]));
  await eventually(() => expect(gapsOf(fine(), FINE_STEP_MS)).toEqual([]));
  const from = Math.min(
    ...asked
      .filter((url) => url.searchParams.get('stepMs') === '1000')
      .map((url) => Number(url.searchParams.get('fromMs'))),
  );
  // Not the whole evening again.
  expect(from).toBeGreaterThan(NOW_MS - 60_000);
});

test('a run is fetched when it is first looked at, and only then', async () => {
  join(NOW_MS);
  hearFrom(NOW_MS, NOW_MS + 1_250);
  const series = () => asked.filter((url) => url.pathname.includes('/polls/'));
  expect(run()?.fetched).toBeNull();
  history.look(RUN);
  history.look(RUN);
  await eventually(() => expect(run()?.fetched?.kind).toBe('whole'));
  expect(series().map((url) => decodeURIComponent(url.pathname))).toEqual([`/api/v1/polls/${RUN}/series`]);
  expect(run()?.points.map(({ total }) => total)).toEqual([0, 10, 20, 61_482]);
});

test('what can’t be had is told, and is there after another try', async () => {
  failing = true;
  join(NOW_MS);
  history.look('cue-6:live:1' as RunId);
  await eventually(() =>
    expect(history.store.getState().traffic.fetched).toEqual({ kind: 'failed', message: 'The disk is gone.' }),
  );
  const ofRun = () => history.store.getState().runs.get('cue-6:live:1' as RunId)?.fetched?.kind;
  // What is still under way is not asked for again.
  await eventually(() => expect(ofRun()).toBe('failed'));
  failing = false;
  history.tryAgain();
  await eventually(() => expect(history.store.getState().traffic.fetched.kind).toBe('whole'));
  await eventually(() => expect(ofRun()).toBe('whole'));
});

const hidden7: DeskState = {
  ...SHOW,
  revision: 43,
  cues: SHOW.cues.map((cue) =>
    cue.id === cueId(7) ? { ...cue, visibility: { ...cue.visibility, desk: 'hidden' as const } } : cue,
  ),
};

test('a poll that is hidden from this desk is forgotten here at once', async () => {
  join(NOW_MS);
  history.look(RUN);
  await eventually(() => expect(run()?.points.length).toBe(3));
  snapshot(hidden7, NOW_MS + 500);
  expect(run()?.points).toEqual([]);
});

test('an answer from before a poll was hidden does not bring its numbers back', async () => {
  join(NOW_MS);
  let letGo: () => void = () => {};
  held = new Promise((resolve) => {
    letGo = resolve;
  });
  history.look(RUN);
  await eventually(() => expect(asked.some((url) => url.pathname.includes('/polls/'))).toBe(true));
  const before = asked.length;
  failing = true;
  snapshot(hidden7, NOW_MS + 500);
  await eventually(() => expect(asked.length).toBe(before + 1));
  letGo();
  await eventually(() => expect(run()?.fetched?.kind).toBe('failed'));
  expect(run()?.points).toEqual([]);
});

test('an extension is remembered at the time of the act', () => {
  join(NOW_MS);
  hear(NOW_MS);
  const cues = SHOW.cues.map((cue) =>
    cue.id === cueId(7) && cue.lastAct
      ? { ...cue, windowMs: 120_000, lastAct: { ...cue.lastAct, atMs: NOW_MS + 400 } }
      : cue,
  );
  snapshot({ ...SHOW, cues, revision: 43 }, NOW_MS + 500);
  expect(run()?.marks).toEqual([{ atMs: NOW_MS + 400, what: { kind: 'extended', byMs: 30_000 } }]);
});

test('a run that has closed grows no further', () => {
  join(NOW_MS);
  hearFrom(NOW_MS, NOW_MS + 1_250);
  const cues = SHOW.cues.map((cue) => (cue.id === cueId(7) ? { ...cue, intake: 'closed' as const } : cue));
  snapshot({ ...SHOW, cues, revision: 43 }, NOW_MS + 1_300);
  hearFrom(NOW_MS + 1_500, NOW_MS + 4_000);
  expect(run()?.points.map(({ atMs }) => atMs - NOW_MS)).toEqual([0, 1_000]);
});

test('a run that has closed and left the vitals has its last step all the same', () => {
  join(NOW_MS);
  hearFrom(NOW_MS, NOW_MS + 1_250);
  const cues = SHOW.cues.map((cue) => (cue.id === cueId(7) ? { ...cue, intake: 'closed' as const } : cue));
  snapshot({ ...SHOW, cues, revision: 43 }, NOW_MS + 1_300);
  hear(NOW_MS + 1_500, { runs: [] });
  expect(run()).toMatchObject({ open: null });
  expect(run()?.points.map(({ atMs }) => atMs - NOW_MS)).toEqual([0, 1_000]);
});

test('a core that comes back with its clock set back is asked for what it kept, and not for the future', async () => {
  join(NOW_MS);
  hearFrom(NOW_MS, NOW_MS + 3_000);
  await eventually(() => expect(history.store.getState().traffic.fetched.kind).toBe('whole'));
  cut(NOW_MS + 3_000);
  asked = [];
  const backMs = NOW_MS - 3_600_000;
  desk.setState((data) => ({ ...data, clock: { ...data.clock, offsetMs: -3_600_000 } }));
  desk.setState((data) => socketChanged(data, { joined: true, attempt: 0, nowMs: NOW_MS + 4_000 }));
  desk.setState((data) => vitalsCame(data, { ...VITALS, serverNowMs: backMs + 4_250 }, NOW_MS + 4_250).data);
  await eventually(() => expect(asked.length).toBeGreaterThan(1));
  for (const { searchParams } of asked) {
    expect(Number(searchParams.get('fromMs'))).toBeLessThan(Number(searchParams.get('toMs')));
  }
});

test('a run that ended while the link was cut is fetched to its end', async () => {
  join(NOW_MS);
  history.look(RUN);
  hearFrom(NOW_MS, NOW_MS + 1_250);
  await eventually(() => expect(run()?.fetched?.kind).toBe('whole'));
  cut(NOW_MS + 1_300);
  asked = [];
  const cues = SHOW.cues.map((cue) => (cue.id === cueId(7) ? { ...cue, intake: 'closed' as const } : cue));
  snapshot({ ...SHOW, cues, revision: 43 }, NOW_MS + 9_000);
  desk.setState((data) => socketChanged(data, { joined: true, attempt: 0, nowMs: NOW_MS + 9_000 }));
  await eventually(() => expect(asked.some((url) => url.pathname.includes('/polls/'))).toBe(true));
});

test('another core has an evening of its own', async () => {
  join(NOW_MS);
  hearFrom(NOW_MS, NOW_MS + 2_250);
  await eventually(() => expect(fine().length).toBeGreaterThan(1_000));
  desk.setState({
    session: { kind: 'open', me: { actor: 'Mara L.', roles: ['owner'] }, deskUrl: 'http://127.0.0.1:1' },
  });
  expect(fine()).toEqual([]);
});
