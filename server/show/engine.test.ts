import { beforeEach, describe, expect, it } from 'vitest';
import type { Who } from '../../shared/domain/roles.ts';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { CommandType } from '../../shared/protocol/commands.ts';
import { Engine } from './engine.ts';
import { EngineRig, PRODUCER, SECOND_DESK } from './engine-rig.test-part.ts';
import { onePoll } from './one-poll.test-part.ts';

const rig = new EngineRig();
const SHOW = onePoll({});

describe('the command path', () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = rig.engineOn(await rig.journal());
    await engine.importShow(SHOW, 'live');
  });

  it('answers the same id of the same actor with the stored answer and does it once', async () => {
    const arm = rig.command('cue.arm');
    const first = await engine.execute(arm, PRODUCER, rig.nowMs);
    rig.nowMs += 60_000;
    expect(first.status).toBe('accepted');
    expect(await engine.execute(arm, PRODUCER, rig.nowMs)).toEqual(first);
    expect(rig.applied.filter((a) => a.entry.type === 'cue.arm')).toHaveLength(1);
    const other = await engine.execute(arm, SECOND_DESK, arm.clientTimeMs);
    expect(other).toMatchObject({ status: 'refused', code: 'wrong-intake' });
  });

  it('refuses a command that is older than two seconds, or from the future, and journals the refusal', async () => {
    const arm = rig.command('cue.arm');
    expect(await engine.execute(arm, PRODUCER, rig.nowMs + 2_001)).toMatchObject({
      status: 'refused',
      code: 'too-old',
    });
    expect(
      await engine.execute(rig.command('cue.arm', { clientTimeMs: rig.nowMs + 2_001 }), PRODUCER, rig.nowMs),
    ).toMatchObject({
      code: 'too-old',
    });
    expect((await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs + 2_000)).status).toBe('accepted');
    expect(rig.applied.map((a) => [a.entry.type, a.entry.answer.status])).toEqual([
      ['show.import', 'accepted'],
      ['cue.arm', 'refused'],
      ['cue.arm', 'refused'],
      ['cue.arm', 'accepted'],
    ]);
    expect(engine.state.revision).toBe(4);
  });

  it('refuses a press that was looked up in another journal, which had come further, and takes away all the same', async () => {
    const further = { expectedRevision: engine.state.revision + 400 };
    const press = (type: CommandType) => engine.execute(rig.command(type, further), PRODUCER, rig.nowMs);
    expect(await press('cue.arm')).toMatchObject({ code: 'stale-revision' });
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    expect(await press('cue.go')).toMatchObject({ code: 'stale-revision' });
    const mode = rig.command('show.mode', { target: undefined, payload: { mode: 'rehearsal' }, ...further });
    expect(await engine.execute(mode, PRODUCER, rig.nowMs)).toMatchObject({ code: 'stale-revision' });
    expect(await press('cue.disarm')).toMatchObject({ status: 'accepted' });
  });

  it('judges a command by the core time that it was stamped by, when core time was set a moment ago', async () => {
    for (const setOnMs of [-9_100, 9_100]) {
      rig.former = [{ setOnMs, until: monotonicMs(rig.elapsedMs) }];
      rig.elapsedMs += 50;
      rig.nowMs += setOnMs + 50;
      const before = rig.nowMs - setOnMs;
      expect(
        await engine.execute(
          rig.command('show.control', { target: undefined, clientTimeMs: before }),
          PRODUCER,
          rig.nowMs,
        ),
      ).toMatchObject({ status: 'accepted' });
      expect(
        await engine.execute(rig.command('show.control', { target: undefined }), PRODUCER, rig.nowMs),
      ).toMatchObject({
        status: 'accepted',
      });
      const old = rig.command('show.control', { target: undefined, clientTimeMs: before - 2_001 });
      expect(await engine.execute(old, PRODUCER, rig.nowMs)).toMatchObject({ status: 'refused', code: 'too-old' });
      rig.elapsedMs += 12_000;
      rig.nowMs += 12_000;
    }
    // What takes away has no other rule.
    rig.former = [{ setOnMs: -9_100, until: monotonicMs(rig.elapsedMs) }];
    const clear = (clientTimeMs: number) => rig.command('show.clear', { target: undefined, clientTimeMs });
    expect(await engine.execute(clear(rig.nowMs + 9_000), PRODUCER, rig.nowMs)).toMatchObject({ status: 'accepted' });
    expect(await engine.execute(clear(rig.nowMs + 9_000 - 2_000), PRODUCER, rig.nowMs)).toMatchObject({
      code: 'too-old',
    });
  });

  it('bars an id for good once it was asked about before it came', async () => {
    const arm = rig.command('cue.arm');
    expect(await engine.lookup(PRODUCER, arm.id)).toEqual({ status: 'never-seen' });
    expect(await engine.execute(arm, PRODUCER, rig.nowMs)).toMatchObject({ status: 'refused', code: 'barred' });
    expect(await engine.lookup(PRODUCER, arm.id)).toEqual({ status: 'never-seen' });
    expect(engine.state.runs).toMatchObject({ 'q1:live:1': { intake: 'ready' } });
  });

  it('lets exactly one of two GOs in the same tick through and tells the other who won', async () => {
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    const expectedRevision = engine.state.revision;
    const [go, late] = [rig.command('cue.go', { expectedRevision }), rig.command('cue.go', { expectedRevision })];
    const answers = await Promise.all([
      engine.execute(go, PRODUCER, rig.nowMs),
      engine.execute(late, SECOND_DESK, rig.nowMs),
    ]);
    expect(answers.map((a) => a.status)).toEqual(['accepted', 'refused']);
    expect(answers[1]).toMatchObject({
      code: 'stale-revision',
      conflict: { actor: 'producer', source: 'test', commandId: go.id },
    });
  });

  it('comes back from the journal as it was, answers included, with the next epoch', async () => {
    const arm = rig.command('cue.arm');
    const answer = await engine.execute(arm, PRODUCER, rig.nowMs);
    await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
    const { state } = engine;
    await rig.closeAll();

    const journal = await rig.journal();
    expect(journal.loaded.epoch).toBe(2);
    const again = rig.engineOn(journal);
    expect(again.state).toEqual(state);
    rig.nowMs += 3_600_000;
    expect(await again.execute(arm, PRODUCER, rig.nowMs)).toEqual(answer);
  });
});
it('replays to the same state from entries alone, without a snapshot', async () => {
  const first = await rig.journal();
  const engine = new Engine(rig.optionsOn(first));
  await engine.importShow(SHOW, 'rehearsal');
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  const { state } = engine;
  // As after a kill: the journal is closed without the engine's closing snapshot.
  await first.close();
  const journal = await rig.journal();
  expect(journal.loaded.snapshot).toBeNull();
  expect(rig.engineOn(journal).state).toEqual(state);
});

it('lets nothing fire late that waited behind a disk which stood still', async () => {
  const real = await rig.journal();
  const atTheDisk = Promise.withResolvers<void>();
  const disk = Promise.withResolvers<void>();
  let stalls = false;
  const engine = rig.engineOn({
    ...real,
    append: async (...given) => {
      if (stalls) {
        atTheDisk.resolve();
        await disk.promise;
      }
      return real.append(...given);
    },
  });
  await engine.importShow(SHOW, 'live');
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  stalls = true;
  const stalled = engine.execute(rig.command('show.control', { target: undefined }), PRODUCER, rig.nowMs);
  const go = engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
  await atTheDisk.promise;
  rig.nowMs += 2_001;
  rig.elapsedMs += 2_001;
  disk.resolve();
  expect((await stalled).status).toBe('accepted');
  expect(await go).toMatchObject({ status: 'refused', code: 'too-old' });
  expect(engine.state.runs).toMatchObject({ 'q1:live:1': { intake: 'armed' } });
});

it('changes nothing and says so when the journal can not be written', async () => {
  const real = await rig.journal();
  let broken = false;
  const engine = rig.engineOn({
    ...real,
    append: (...given) => (broken ? Promise.reject(new Error('disk full')) : real.append(...given)),
  });
  await engine.importShow(SHOW, 'live');
  broken = true;
  const arm = rig.command('cue.arm');
  expect(await engine.execute(arm, PRODUCER, rig.nowMs)).toMatchObject({ status: 'refused', code: 'unavailable' });
  expect(engine.state.revision).toBe(1);
  expect(engine.journalError).toContain('disk full');
  broken = false;
  expect((await engine.execute(arm, PRODUCER, rig.nowMs)).status).toBe('accepted');
  expect(engine.journalError).toBeNull();
});

it('takes what can’t be stored for the command’s own fault, and the disk for good', async () => {
  const engine = rig.engineOn(await rig.journal());
  await engine.importShow(SHOW, 'live');
  let own: unknown = 1;
  for (let level = 0; level < 20_000; level++) own = [own];
  const cue = { id: 'q9', kind: 'note' as const, text: 'x', durationMs: 1_000, own };
  const add = rig.command('cue.add', { target: undefined, payload: { cue } });
  expect(await engine.execute(add, PRODUCER, rig.nowMs)).toMatchObject({ status: 'refused', code: 'malformed' });
  expect(engine.journalError).toBeNull();
  expect((await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs)).status).toBe('accepted');
});

it('keeps of a refused command neither a cue’s texts nor a list of answers', async () => {
  const journal = await rig.journal();
  const engine = rig.engineOn(journal);
  await engine.importShow(SHOW, 'live');
  const cue = { id: 'q9', kind: 'note' as const, text: 'x'.repeat(500), durationMs: 1_000 };
  const add = rig.command('cue.add', { target: undefined, payload: { cue } });
  const verifier: Who = { ...PRODUCER, roles: ['verifier'] };
  expect(await engine.execute(add, verifier, rig.nowMs)).toMatchObject({ status: 'refused', code: 'role' });
  const { entries } = await journal.page(1, 10);
  expect(entries).toMatchObject([{ type: 'cue.add', answer: { code: 'role' } }]);
  expect(entries[0]?.command).toEqual({ id: add.id, type: 'cue.add' });
});
it('does not take a journal that can not be written for the answer to a lookup', async () => {
  const real = await rig.journal();
  let broken = false;
  const engine = rig.engineOn({
    ...real,
    append: (...given) => (broken ? Promise.reject(new Error('disk full')) : real.append(...given)),
  });
  await engine.importShow(SHOW, 'live');
  broken = true;
  const arm = rig.command('cue.arm');
  expect(await engine.lookup(PRODUCER, arm.id)).toBe('unavailable');
  broken = false;
  expect((await engine.execute(arm, PRODUCER, rig.nowMs)).status).toBe('accepted');
});

describe('an alarm', () => {
  const alarm = { id: 'a1', code: 'storage', message: 'The disk is full.', atMs: 7 };

  it('is raised in its turn, unless somebody has acknowledged it by then', async () => {
    const standing = new Set([alarm.id]);
    const engine = rig.engineOn(await rig.journal(), {
      world: () => ({ preflight: null, identityConnected: false, edgesRestarting: false, alarms: [...standing] }),
      onApplied: ({ entry }) => {
        if (entry.type === 'alarm.seen') standing.delete(alarm.id);
      },
    });
    await engine.importShow(SHOW, 'live');
    const seen = engine.execute(
      rig.command('alarm.seen', { target: undefined, payload: { id: alarm.id } }),
      PRODUCER,
      rig.nowMs,
    );
    const raised = engine.raise(alarm, () => standing.has(alarm.id));
    expect(await seen).toMatchObject({ status: 'accepted' });
    expect(await raised).toMatchObject({ status: 'refused', code: 'unknown-alarm' });
    expect(engine.state.alarms).toEqual([]);
    expect(await engine.raise({ ...alarm, id: 'a2' }, () => true)).toMatchObject({ status: 'accepted' });
    expect(engine.state.alarms).toEqual([{ ...alarm, id: 'a2' }]);
  });
});
