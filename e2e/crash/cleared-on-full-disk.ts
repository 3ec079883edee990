import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { Accepted, CommandAnswer } from '../../shared/protocol/commands.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import { audienceCall } from '../server/testing/http-viewer.ts';
import { SseViewer } from '../server/testing/sse-viewer.ts';
import { until } from '../server/testing/until.ts';
import type { CrashStage } from './crash-stage.ts';
import { CORE_ALARMS, type FaultPlan, type FaultScene, STORAGE_ALARMS } from './fault.ts';

const POLL_MS = 100;

/** Who dies once the air is clear. */
export interface DeathsAfterClear {
  /** They die, and are back. @param expectKnown to be called after each: whether the new ones know of the act */
  act: (expectKnown: () => Promise<void>) => Promise<void>;
  alarms: readonly (readonly string[])[];
}

/** The core dies, once or twice, while the disk takes nothing. */
export function coreAfterClear(scene: FaultScene): FaultPlan {
  const { random, stage, note } = scene;
  const deaths = random.between(1, 2);
  const onMs = random.between(0, 400);
  const act = async (expectKnown: () => Promise<void>): Promise<void> => {
    for (let death = 0; death < deaths; death += 1) {
      await stage.killAndAwait('core');
      await expectKnown();
    }
    await sleep(onMs);
    stage.disk?.free();
    note(`core killed ${deaths} times; disk freed`);
  };
  return clearedOnFullDisk(scene, { act, alarms: [CORE_ALARMS, STORAGE_ALARMS] });
}

/** The poll is taken off the air while nothing can be written, and stays off whatever dies. */
export function clearedOnFullDisk(scene: FaultScene, deaths: DeathsAfterClear): FaultPlan {
  const { random, stage, cueId, sockets, votingMs, hindered, unheard, note } = scene;
  const fromMs = random.between(0, votingMs);
  const afterMs = random.between(0, 300);
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
    const { id, atMs, journaled } = cleared;
    await deaths.act(async () => {
      const { show } = await stage.desk().state();
      const { closesAtMs } = await stage.desk().cue(cueId);
      expect(closesAtMs, 'the new core knows that it was taken off, and when').toBe(atMs);
      const isStillFull = stage.disk?.isFull ?? false;
      if (journaled === false && isStillFull) expect(show.unjournaled, 'and that it is not journaled').toBe(1);
      const lookup = await stage.desk().call('GET', `/api/v1/commands/${id}`);
      expect(lookup.body).toMatchObject({ status: 'accepted', atMs });
    });
    hindered();
    await until(async () => (await stage.desk().state()).show.unjournaled === undefined, {
      what: 'the act is journaled',
      isQuiet: true,
    });
    isOver = true;
    await polling;
  };
  const after = async (): Promise<void> => {
    const { id, atMs } = cleared ?? { id: '', atMs: 0 };
    stage.cleared.add(cueId);
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
    alarms: deaths.alarms,
    after,
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
