/** Two things that go wrong together. Each alone is survived; what one of them relies on may be what the other takes away. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { LIVING_MS } from '../../server/backplane/hub.ts';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { Accepted, CommandAnswer, JournalEntry } from '../../shared/protocol/desk.ts';
import { audienceCall } from '../server/testing/http-viewer.ts';
import { killIfAlive } from '../server/testing/processes.ts';
import { SseViewer } from '../server/testing/sse-viewer.ts';
import { until } from '../server/testing/until.ts';
import type { CrashStage } from './crash-stage.ts';
import {
  anEdge,
  CORE_ALARMS,
  deathsOf,
  EDGE_ALARMS,
  type Fault,
  type FaultPlan,
  type FaultScene,
  killAt,
  PLAIN,
} from './fault.ts';

const STORAGE_ALARMS = ['supervisor-storage'] as const;
/** Both die within this. */
const TOGETHER_MS = 200;
/** The longest that a link is away, and how old an edge's last word may be when it goes. */
const MOST_AWAY_MS = 1_400;
const PULSE_MS = 400;
const POLL_MS = 100;

function clockAndCore(scene: FaultScene): FaultPlan {
  const { random, clock } = scene;
  // Before the step has been noticed, or after.
  const atMs = (clock?.steps.at(-1)?.atMs ?? 0) + random.between(5, 700);
  return { moments: [killAt(scene, ['core'], atMs)], alarms: [CORE_ALARMS] };
}

function edgeAndCore(scene: FaultScene): FaultPlan {
  const { random, votingMs } = scene;
  const atMs = random.between(50, votingMs);
  const thenMs = atMs + random.between(1, TOGETHER_MS);
  const edge = anEdge(random);
  const [first, second] = random.pick([
    ['core', edge],
    [edge, 'core'],
  ] as const);
  return {
    moments: [killAt(scene, [first], atMs), killAt(scene, [second], thenMs)],
    alarms: deathsOf([first, second]),
  };
}

/** The edge has to be back while the disk takes nothing. */
function diskAndEdge({ random, stage, votingMs, hindered, note }: FaultScene): FaultPlan {
  const fromMs = random.between(0, votingMs);
  const afterMs = random.between(0, 400);
  const onMs = random.between(0, 500);
  const edge = anEdge(random);
  const act = async (): Promise<void> => {
    stage.fillDisk();
    note(`${fromMs} ms: disk full`);
    await sleep(afterMs);
    await stage.killAndAwait(edge);
    await sleep(onMs);
    stage.disk?.free();
    hindered();
    note(`edge ${edge.edge} was killed ${afterMs} ms later and came back; disk freed ${onMs} ms after that`);
  };
  return { moments: [{ atMs: fromMs, act }], alarms: [EDGE_ALARMS, STORAGE_ALARMS] };
}

/** Somebody makes room and starts the server again; or starts it, and makes room when it can't. */
function diskAndSupervisor({ random, stage, votingMs, hindered, note }: FaultScene): FaultPlan {
  const fromMs = random.between(0, votingMs);
  const afterMs = random.between(0, 600);
  const isFreedFirst = random.pick([true, false]);
  const act = async (): Promise<void> => {
    stage.fillDisk();
    await sleep(afterMs);
    stage.server.kill('supervisor');
    await stage.server.exited;
    note(`${fromMs} ms: disk full; supervisor killed ${afterMs} ms later`);
    if (isFreedFirst) stage.disk?.free();
    try {
      await stage.startAgain();
      note(isFreedFirst ? 'disk freed and started again' : 'started again on the full disk');
    } catch (error) {
      if (isFreedFirst) throw error;
      stage.disk?.free();
      await stage.startAgain();
      note('started again once the disk was freed');
    }
    stage.disk?.free();
    hindered();
  };
  return { moments: [{ atMs: fromMs, act }] };
}

/** The poll is taken off the air while nothing can be written, and stays off whatever dies. */
function clearedOnFullDisk(scene: FaultScene): FaultPlan {
  const { random, stage, cueId, sockets, votingMs, hindered, unheard, note } = scene;
  const fromMs = random.between(0, votingMs);
  const afterMs = random.between(0, 300);
  const deaths = random.between(1, 2);
  const onMs = random.between(0, 400);
  let cleared: (Accepted & { id: string }) | null = null;
  let stream: SseViewer | null = null;
  let since = { revision: 0, sockets: [] as number[], stream: 0 };
  const polled: PublicState[] = [];
  let isOver = false;
  const poller = async () => {
    while (!isOver) {
      await audienceCall(`${stage.server.audienceUrl}/v1/state`)
        .then(({ body }) => polled.push(body as PublicState))
        .catch(() => {});
      await sleep(POLL_MS);
    }
  };
  const isOff = (state: PublicState | null | undefined) => state != null && state.poll?.id !== cueId;
  const offEverywhere = () => sockets.every(({ state }) => isOff(state)) && isOff(stream?.events.at(-1)?.data);

  const act = async (): Promise<void> => {
    const { revision } = await stage.desk().state();
    stage.fillDisk();
    // What can't be written is to be sent again, and may come too late then.
    unheard();
    note(`${fromMs} ms: disk full`);
    await sleep(afterMs);
    cleared = await clearAir(stage);
    note(`CLEAR AIR ${afterMs} ms later, ${cleared.journaled === false ? 'not journaled' : 'journaled all the same'}`);
    await until(offEverywhere, { what: 'the poll is off every phone', isQuiet: true });
    since = { revision, sockets: sockets.map((viewer) => viewer.states().length), stream: stream?.events.length ?? 0 };
    const polling = poller();
    for (let death = 0; death < deaths; death += 1) {
      await stage.killAndAwait('core');
      const { show } = await stage.desk().state();
      const { closesAtMs } = await stage.desk().cue(cueId);
      expect(closesAtMs, 'the new core knows that it was taken off, and when').toBe(cleared.atMs);
      if (cleared.journaled === false) expect(show.unjournaled, 'and that it is not journaled').toBe(1);
      const lookup = await stage.desk().call('GET', `/api/v1/commands/${cleared.id}`);
      expect(lookup.body).toMatchObject({ status: 'accepted', atMs: cleared.atMs });
    }
    await sleep(onMs);
    stage.disk?.free();
    hindered();
    note(`core killed ${deaths} times; disk freed`);
    await until(async () => (await stage.desk().state()).show.unjournaled === undefined, {
      what: 'the act is journaled',
      isQuiet: true,
    });
    isOver = true;
    await polling;
  };
  const after = async (): Promise<void> => {
    const { id, atMs } = cleared ?? { id: '', atMs: 0 };
    const entries = (await journalAfter(stage, since.revision)).filter(
      ({ type, answer }) => type === 'show.clear' && answer.status === 'accepted',
    );
    expect(entries, 'it is one entry, with its own time').toMatchObject([{ atMs, commandId: id, answer: { atMs } }]);
    const seenLater = [
      ...sockets.flatMap((viewer, n) => viewer.states().slice(since.sockets[n])),
      ...(stream?.events ?? []).slice(since.stream).map(({ data }) => data),
      ...polled,
    ];
    expect(
      seenLater.filter((state) => !isOff(state)),
      'it never came back',
    ).toEqual([]);
  };
  const openStream = async (): Promise<void> => {
    stream = await SseViewer.open(stage.server.audienceUrl);
  };
  return {
    moments: [
      { atMs: 0, act: openStream },
      { atMs: fromMs, act },
    ],
    alarms: [CORE_ALARMS, STORAGE_ALARMS],
    after,
  };
}

/** What an edge received in time counts, though it could not say so in time. */
function linkAndClose({ random, stage, cueId, windowMs, votingMs, hindered, unheard, note }: FaultScene): FaultPlan {
  const { edge } = anEdge(random);
  const way = random.pick(['cut', 'held', 'paused'] as const);
  const isClosedByPerson = windowMs > votingMs;
  const closeMs = isClosedByPerson ? random.between(700, votingMs) : windowMs;
  const fromMs = Math.max(0, closeMs - random.between(0, 800));
  const lastsMs = random.between(100, MOST_AWAY_MS);
  const act = async (): Promise<void> => {
    const pid = stage.server.pidOf({ edge });
    const sinceMs = performance.now();
    if (way === 'cut') stage.links.cut(pid);
    else if (way === 'held') stage.links.hold(pid);
    else killIfAlive(pid, 'SIGSTOP');
    await sleep(lastsMs);
    if (way === 'paused') killIfAlive(pid, 'SIGCONT');
    else stage.links.mend(pid);
    hindered();
    // Nobody receives while it stands still; and away for longer than it counts as living, it was not waited for.
    if (way === 'paused' || performance.now() - sinceMs > LIVING_MS - PULSE_MS) unheard();
    note(`${fromMs} ms: ${way === 'paused' ? `edge ${edge}` : `the link of edge ${edge}`} ${way} for ${lastsMs} ms`);
  };
  const close = async (): Promise<void> => {
    await stage.close(cueId);
    note(`${closeMs} ms: closed`);
  };
  return {
    moments: [{ atMs: fromMs, act }, ...(isClosedByPerson ? [{ atMs: closeMs, act: close }] : [])],
  };
}

/** With an id of its own each time: a refusal is remembered with its id. */
async function clearAir(stage: CrashStage): Promise<Accepted & { id: string }> {
  return until(
    async () => {
      const id = randomUUID();
      const answer = (await stage.send('show.clear', { id })).body as CommandAnswer;
      return answer.status === 'accepted' && { ...answer, id };
    },
    { what: 'CLEAR AIR', isQuiet: true },
  );
}

async function journalAfter(stage: CrashStage, revision: number): Promise<JournalEntry[]> {
  const { body } = await stage.desk().call('GET', `/api/v1/log?after=${revision}&limit=1000`);
  return body.entries as JournalEntry[];
}

export const PAIRS: Readonly<Record<string, Fault>> = {
  'clock + core': { ...PLAIN, clock: 'always', plan: clockAndCore },
  'disk + edge': { ...PLAIN, needs: 'mount', plan: diskAndEdge },
  'disk + supervisor': { ...PLAIN, needs: 'mount', plan: diskAndSupervisor },
  'disk + core after CLEAR AIR': { ...PLAIN, window: 'long', needs: 'mount', plan: clearedOnFullDisk },
  'link + close': { ...PLAIN, plan: linkAndClose },
  'edge + core': { ...PLAIN, plan: edgeAndCore },
};
