/** A switch of the degradation board: from the operator's word to the last phone, and back by itself. */
import { afterEach, expect, test } from 'vitest';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { SwitchState } from '../../shared/protocol/desk-state.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import type { SwitchVitals } from '../../shared/protocol/vitals.ts';
import { crowdOf } from './testing/crowd.ts';
import type { DeskClient } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { audienceCall, HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { type Server, startServer } from './testing/server.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { newPoll } from './testing/stage.ts';
import { until, untilTime } from './testing/until.ts';
import type { WsViewer } from './testing/ws-viewer.ts';

const here = fileServer({ mode: 'live', edges: 2 });
const ID = 'results-cadence';
const reason = 'a fire drill';

function set(desk: DeskClient, position: SwitchState['position'], revertAfterMs?: number) {
  const revert = revertAfterMs === undefined ? {} : { revertAfterMs };
  return desk.command('switch.set', null, { switch: ID, position, reason, ...revert });
}

async function stateOf(desk: DeskClient): Promise<SwitchState> {
  const found = (await desk.state()).switches.find(({ id }) => id === ID);
  if (found === undefined) throw new Error('the desk is told of no such switch');
  return found;
}

async function progressOf(desk: DeskClient): Promise<SwitchVitals> {
  const found = (await desk.vitals()).switches.find(({ id }) => id === ID);
  if (found === undefined) throw new Error('the vitals tell of no such switch');
  return found;
}

/** Waits until both edges have confirmed what is asked for. */
function settled(desk: DeskClient, isOn: boolean): Promise<SwitchVitals> {
  return until(
    async () => {
      const progress = await progressOf(desk);
      return progress.requested === isOn && progress.confirmed === 2 && progress.edges === 2 && progress;
    },
    { what: `both edges confirm that it is ${isOn ? 'on' : 'off'}`, withinMs: 60_000 },
  );
}

/** Viewers on both edges. Which edge a connection reaches is the system's choice, so more come until each has some. */
async function crowdOnBoth(server: Server, comesBack = false): Promise<WsViewer[]> {
  const viewers: WsViewer[] = [];
  for (;;) {
    viewers.push(...(await crowdOf(4, { audienceUrl: server.audienceUrl, comesBack })));
    const { edges } = await until(
      async () => {
        const vitals = await server.desk().vitals();
        return vitals.online >= viewers.length && vitals;
      },
      { what: `${viewers.length} viewers are counted` },
    );
    if (edges.filter(({ ws }) => ws > 0).length === 2) return viewers;
  }
}

const journal = async (desk: DeskClient, after: number) =>
  (await desk.call('GET', `/api/v1/log?after=${after}&limit=1000`)).body.entries as JournalEntry[];

afterEach(() => set(here.server.desk(), 'auto'));

test('slower results reach viewers on every transport, and are in force once both edges have said so', async () => {
  const desk = here.server.desk('operator');
  const socket = await DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskTokens.director });
  const viewers = await crowdOnBoth(here.server);
  const sse = await SseViewer.open(here.server.audienceUrl);
  const polled = async () => (await audienceCall(`${here.server.audienceUrl}/v1/state`)).body as PublicState;
  const before = await polled();
  expect(before.hints.cadenceMs).toBe(1_000);

  const { revision } = await set(desk, 'on');
  const seen = [
    () => viewers.map(({ state }) => state),
    () => [sse.events.at(-1)?.data],
    async () => [await polled(), await polled(), await polled(), await polled()],
  ];
  for (const [i, look] of seen.entries()) {
    const states = await until(
      async () => {
        const all = await look();
        return all.every((state) => state?.hints.cadenceMs === 3_000) && all;
      },
      { what: `viewers on ${['WebSocket', 'SSE', 'polling'][i]} are told` },
    );
    for (const state of states) {
      expect(state?.hints).toEqual({ ...before.hints, cadenceMs: 3_000 });
      expect(state?.rev).toBeGreaterThan(before.rev);
    }
  }
  const progress = await settled(desk, true);
  expect(progress).toMatchObject({ inForce: true });
  await until(async () => (await progressOf(desk)).touched === (await desk.vitals()).online, {
    what: 'all viewers count as touched',
  });
  expect(progress.touched).toBeGreaterThanOrEqual(viewers.length);

  // The board: what is asked for is a change; that it is in force stands in the vitals, and costs no desk a snapshot.
  const change = await until(
    () => socket.changes.flatMap(({ changes }) => changes).find(({ kind, id }) => kind === 'switch' && id === ID),
    { what: 'the desk hears of the switch' },
  );
  const setBy = expect.objectContaining({ actor: 'operator', source: 'api' });
  const pinned = { id: ID, position: 'on', revision: expect.any(Number), requested: true, reason, setBy };
  expect(change).toEqual({ kind: 'switch', id: ID, value: { ...pinned, inForce: false } });
  await until(() => socket.vitals.at(-1)?.switches[0]?.inForce, { what: 'the desk hears that it is in force' });
  expect(await stateOf(desk)).toEqual({ ...pinned, inForce: true });
  const [entry] = (await journal(desk, revision - 1)).slice(0, 1);
  expect(entry).toMatchObject({ revision, actor: 'operator', type: 'switch.set', command: { payload: { reason } } });
  const metrics = (await desk.call('GET', '/metrics')).body as string;
  for (const state of ['requested', 'in-force']) {
    expect(metrics).toContain(`tallyroom_switch{switch="${ID}",state="${state}"} 1`);
  }

  await set(desk, 'off');
  expect(await settled(desk, false)).toMatchObject({ inForce: false });
  await until(() => viewers.every(({ state }) => state?.hints.cadenceMs === 1_000), { what: 'viewers are told back' });
  await until(() => socket.vitals.at(-1)?.switches[0]?.inForce === false, { what: 'the desk hears that it is over' });
  expect(socket.snapshots).toHaveLength(1);
});

test('live results come every three seconds at most while it is on, and none is kept back for good', async () => {
  const desk = here.server.desk('operator');
  await set(desk, 'on');
  await settled(desk, true);
  const viewers = await crowdOf(4, { audienceUrl: here.server.audienceUrl });
  const sse = await SseViewer.open(here.server.audienceUrl);
  const { id } = await here.stage.air(newPoll({ live: { audience: 'counts' } }));
  const resultsOf = (states: readonly PublicState[]) => {
    const shown = states.flatMap(({ poll: on, results }) => (on?.id === id && results ? [results] : []));
    return shown.filter(({ atMs }, i) => shown[i - 1]?.atMs !== atMs);
  };
  let votes = 0;
  await until(
    async () => {
      const voter = await HttpViewer.arrive({ audienceUrl: here.server.audienceUrl });
      await voter.vote(id, ['a']);
      votes += 1;
      return viewers.every((viewer) => resultsOf(viewer.states()).length >= 4);
    },
    { what: 'four live results', withinMs: 60_000 },
  );
  expect(votes).toBeGreaterThan(4);
  const crowds = [...viewers.map((viewer) => viewer.states()), sse.events.map(({ data }) => data)];
  for (const states of crowds) {
    const times = resultsOf(states).map(({ atMs }) => atMs);
    for (const [i, atMs] of times.entries()) {
      if (i > 0) expect(atMs - (times[i - 1] ?? 0), `${times}`).toBeGreaterThanOrEqual(3_000);
    }
  }
  await until(() => viewers.every(({ state }) => state?.results?.total === votes), { what: 'the last vote is shown' });
});

test('it goes back by itself when its time is over, and a repeated set renews that time', async () => {
  const desk = here.server.desk('operator');
  await set(desk, 'on', 1_000);
  await set(desk, 'on', 4_000);
  const renewed = await stateOf(desk);
  if (renewed.revertsAtMs === undefined) throw new Error('no time to go back');
  await untilTime(renewed.revertsAtMs - 1_500);
  expect(await stateOf(desk)).toMatchObject({ position: 'on', revertsAtMs: renewed.revertsAtMs });
  const auto = await until(
    async () => {
      const state = await stateOf(desk);
      return state.position === 'auto' && state;
    },
    { what: 'it is back on auto' },
  );
  expect(auto).toEqual({
    ...{ id: ID, position: 'auto', requested: false, inForce: false },
    setBy: expect.objectContaining({ actor: 'server' }),
    revision: expect.any(Number),
  });
  expect(auto.setBy?.atMs).toBeGreaterThanOrEqual(renewed.revertsAtMs);
  const entry = (await journal(desk, 0)).findLast(({ type }) => type === 'system.revert');
  expect(entry).toMatchObject({ actor: 'server', command: { switch: ID, reason: expect.stringContaining(reason) } });
  await settled(desk, false);
});

test('it is not for producer, director and verifier, nor for longer than a day', async () => {
  const payload = { switch: ID, position: 'on', reason };
  for (const role of ['producer', 'director', 'verifier'] as const) {
    const { status, body } = await here.server.desk(role).send({ type: 'switch.set', payload });
    expect([status, body.code], role).toEqual([403, 'role']);
  }
  const long = await here.server
    .desk()
    .send({ type: 'switch.set', payload: { ...payload, revertAfterMs: 86_400_001 } });
  expect(long).toMatchObject({
    status: 400,
    body: { error: { code: 'malformed', message: expect.stringMatching(/day/) } },
  });
  const { position: _position, ...noReason } = payload;
  expect((await here.server.desk().send({ type: 'switch.set', payload: noReason })).status).toBe(400);
  expect(await stateOf(here.server.desk())).toMatchObject({ position: 'auto', requested: false });
});

test('an edge that stands still has confirmed nothing; it has once it moves again', async () => {
  const desk = here.server.desk('operator');
  await settled(desk, false);
  here.server.kill({ edge: 1 }, 'SIGSTOP');
  await set(desk, 'on');
  const moving = await until(
    async () => {
      const progress = await progressOf(desk);
      return progress.confirmed === 1 && progress;
    },
    { what: 'one edge confirms' },
  );
  // For two seconds it counts as living, and then as gone.
  expect([1, 2]).toContain(moving.edges);
  expect(moving.inForce).toBe(moving.edges === 1);
  here.server.kill({ edge: 1 }, 'SIGCONT');
  expect(await settled(desk, true)).toMatchObject({ inForce: true });
});

test('a pin outlives core and edges: both come back with it, and no viewer is told otherwise meanwhile', async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 60_000, graceMs: 500 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 2 });
  const desk = server.desk('operator');
  const viewers = await crowdOnBoth(server, true);
  await set(desk, 'on', 3_600_000);
  await settled(desk, true);
  await until(() => viewers.every(({ state }) => state?.hints.cadenceMs === 3_000), { what: 'viewers are told' });
  const pinned = await stateOf(desk);
  const epoch = viewers[0]?.state?.epoch ?? 0;
  for (const viewer of viewers) viewer.frames.length = 0;

  let told = server.events.length;
  server.kill('core');
  await server.waitFor('restarted', { after: told });
  await settled(desk, true);
  expect(await stateOf(desk)).toEqual(pinned);
  await until(() => viewers.every(({ state }) => (state?.epoch ?? 0) > epoch), { what: 'viewers hear the new core' });

  told = server.events.length;
  server.kill({ edge: 0 });
  await server.waitFor('restarted', { after: told });
  await settled(desk, true);
  await until(async () => (await progressOf(desk)).touched >= viewers.length, { what: 'all viewers are back' });
  const cadences = viewers.flatMap((viewer) => viewer.states().map(({ hints }) => hints.cadenceMs));
  expect(new Set(cadences)).toEqual(new Set([3_000]));

  // Its time passes while there is no core, which makes up for it.
  await set(desk, 'on', 1_000);
  told = server.events.length;
  server.kill('core');
  await server.waitFor('restarted', { after: told });
  await until(async () => (await stateOf(desk)).position === 'auto', { what: 'it has gone back' });
  await settled(desk, false);
  await until(() => viewers.every(({ state }) => state?.hints.cadenceMs === 1_000), { what: 'viewers are told back' });
  expect(await server.stop()).toBe(0);
});
