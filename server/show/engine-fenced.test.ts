/** One journal has one writer: who finds another has been replaced. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { Fenced } from '../journal/journal.ts';
import { Engine } from './engine.ts';
import { EngineRig, PRODUCER } from './engine-rig.test-part.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';
import { onePollOnAir, troubledJournal } from './troubled-journal.test-part.ts';

const rig = new EngineRig();
const SHOW = onePoll({});

it('an engine whose journal another has written to acknowledges nothing more, takes nothing away, and says once that it has been replaced', async () => {
  const engine = rig.engineOn(await rig.journal());
  await engine.importShow(SHOW, 'live');
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  const before = engine.state;
  const other = new Engine(rig.optionsOn(await rig.journal()));
  const own = await other.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
  expect(own.status).toBe('accepted');

  const taken = { status: 'refused', code: 'unavailable', message: expect.stringContaining('has been replaced') };
  expect(await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs)).toMatchObject(taken);
  const clear = rig.command('show.clear', { target: undefined });
  expect(await engine.execute(clear, PRODUCER, rig.nowMs)).toMatchObject(taken);
  expect(await engine.lookup(PRODUCER, randomUUID())).toBe('unavailable');
  expect(rig.fenced).toEqual([expect.stringContaining('Another server has written to')]);
  expect([engine.state, rig.orders, rig.held]).toEqual([before, [], []]);
  expect(other.state.runs).toMatchObject({ [RUN]: { intake: 'open' } });
  await other.close();
});

it('the journal is given the rules of runs with the entry that makes them, before they are in force', async () => {
  const real = await rig.journal();
  const given: unknown[] = [];
  const engine: Engine = rig.engineOn({
    ...real,
    append: (entry, rules) => {
      given.push([entry.type, rules.map(({ runId, intake }) => [runId, intake]), engine.state.runs[RUN]?.intake]);
      return real.append(entry, rules);
    },
  });
  await engine.importShow(SHOW, 'live');
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
  expect(given).toEqual([
    ['show.import', [[RUN, 'ready']], undefined],
    ['cue.arm', [[RUN, 'armed']], 'ready'],
    ['cue.go', [[RUN, 'open']], 'armed'],
  ]);
});

it('an engine that has been replaced does nothing more, also where its journal would take the next entry', async () => {
  const real = await rig.journal();
  let isOfAnother = false;
  const engine = rig.engineOn({
    ...real,
    append: async (...given) => {
      if (!isOfAnother) return real.append(...given);
      isOfAnother = false;
      throw new Fenced('Another server has written to it: this one has been replaced.');
    },
  });
  await engine.importShow(SHOW, 'live');
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  const before = engine.state;
  isOfAnother = true;
  const taken = { status: 'refused', code: 'unavailable', message: expect.stringContaining('has been replaced') };
  expect(await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs)).toMatchObject(taken);
  expect(await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs)).toMatchObject(taken);
  expect(await engine.execute(rig.command('cue.disarm'), PRODUCER, rig.nowMs)).toMatchObject(taken);
  expect([engine.state, rig.orders, rig.fenced.length]).toEqual([before, [], 1]);
});

it('what was held on a full disk stays in force and held when the journal turns out to be another’s', async () => {
  const { journal, disk } = await troubledJournal(rig);
  const engine = await onePollOnAir(rig, journal);
  disk.is = 'full';
  const pause = rig.command('poll.pause', { payload: { reason: 'a technical fault' } });
  expect(await engine.execute(pause, PRODUCER, rig.nowMs)).toMatchObject({ status: 'accepted', journaled: false });
  const other = new Engine(rig.optionsOn(await rig.journal()));
  await other.note('session.end', PRODUCER, null);
  disk.free();
  const go = await engine.execute(rig.command('show.control', { target: undefined }), PRODUCER, rig.nowMs);
  expect(go).toMatchObject({ code: 'unavailable', message: expect.stringContaining('has been replaced') });
  expect(rig.fenced).toHaveLength(1);
  expect(engine.state.runs).toMatchObject({ [RUN]: { intake: 'paused' } });
  expect(rig.orders).toMatchObject([{ command: { id: pause.id } }]);
  await other.close();
});
