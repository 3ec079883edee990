/** What takes away acts at once where the disk takes no writes, and is journaled once, in order, as soon as it does. */
import { describe, expect, it, vi } from 'vitest';
import type { Who } from '../../shared/domain/roles.ts';
import type { Command, CommandType } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { Journal } from '../journal/journal.ts';
import type { Engine } from './engine.ts';
import { EngineRig, PRODUCER, SECOND_DESK } from './engine-rig.test-part.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';
import { entriesOf, onePollOnAir, troubledJournal } from './troubled-journal.test-part.ts';

const rig = new EngineRig();
const SHOW = onePoll({});
const troubled = () => troubledJournal(rig);
const onAir = (journal: Journal) => onePollOnAir(rig, journal);
const clear = (more: object = {}) => rig.command('show.clear', { target: undefined, ...more });
const run = (engine: Engine) => engine.state.runs[RUN];

describe('what takes away', () => {
  it('acts at once while the journal can not be written, is held by others, and is journaled once, first, with its own time', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    disk.is = 'full';
    const revision = engine.state.revision;
    const air = clear();
    const atMs = rig.nowMs;
    const answer = await engine.execute(air, PRODUCER, rig.nowMs);
    expect(answer).toEqual({ status: 'accepted', revision, atMs, journaled: false });
    expect(run(engine)).toMatchObject({ intake: 'closing', closesAtMs: atMs });
    expect(engine.state.air.poll).toBeNull();
    expect(rig.held).toHaveLength(1);
    expect(rig.orders).toMatchObject([{ command: { id: air.id }, actor: 'producer', atMs, runId: null, epoch: 1 }]);
    expect(await engine.lookup(PRODUCER, air.id)).toEqual(answer);
    expect(await engine.execute(air, PRODUCER, rig.nowMs)).toEqual(answer);
    rig.nowMs += 60_000;
    expect(await engine.execute(rig.command('show.control', { target: undefined }), PRODUCER, rig.nowMs)).toMatchObject(
      {
        code: 'unavailable',
      },
    );
    disk.free();
    const control = await engine.execute(rig.command('show.control', { target: undefined }), PRODUCER, rig.nowMs);
    expect(control).toMatchObject({ status: 'accepted', revision: revision + 2 });
    expect(rig.orders).toEqual([]);
    expect(await entriesOf(journal, 'show.clear')).toMatchObject([
      { revision: revision + 1, atMs, commandId: air.id, answer: { status: 'accepted', revision: revision + 1, atMs } },
    ]);
    expect(run(engine)).toMatchObject({ intake: 'closing', closesAtMs: atMs });
  });

  it('stays in force when a disk that refused its entry holds it after all, and is not taken for journaled by a core that has not read it', async () => {
    const { journal, disk } = await troubled();
    let lands = false;
    const engine = await onAir({
      ...journal,
      append: async (...given) => {
        if (disk.is === 'full' && lands) {
          const beside = await rig.journal();
          await beside.append(...given);
          await beside.close();
        }
        return journal.append(...given);
      },
    });
    disk.is = 'full';
    lands = true;
    const pause = rig.command('poll.pause', { payload: { reason: 'a technical fault' } });
    expect(await engine.execute(pause, PRODUCER, rig.nowMs)).toMatchObject({ status: 'accepted', journaled: false });
    lands = false;
    const { revision } = engine.state;
    expect(await engine.execute(rig.command('poll.resume'), PRODUCER, rig.nowMs)).toMatchObject({
      code: 'unavailable',
    });
    expect(await entriesOf(journal, 'poll.pause')).toMatchObject([{ commandId: pause.id, revision: revision + 1 }]);
    expect(run(engine)?.intake).toBe('paused');
    expect(rig.orders).toMatchObject([{ command: { id: pause.id } }]);
  });

  type Taking = [what: string, type: CommandType, onStage: 'armed' | 'on air' | 'shown', more: object];
  const TAKING: Taking[] = [
    ['CLEAR AIR', 'show.clear', 'on air', { target: undefined }],
    ['CLOSE', 'poll.close', 'on air', { payload: { confirmed: true } }],
    ['HOLD', 'poll.pause', 'on air', { payload: { reason: 'a test' } }],
    ['REVOKE', 'poll.revoke', 'on air', { payload: { reason: 'a test' } }],
    ['RECALL', 'poll.recall', 'on air', {}],
    ['HIDE from viewers', 'poll.reveal', 'shown', { payload: { surface: 'audience', visibility: 'hidden' } }],
    ['HIDE from the overlay', 'poll.reveal', 'shown', { payload: { surface: 'overlay', visibility: 'hidden' } }],
    ['HIDE of the overlay', 'overlay.hide', 'shown', { target: undefined, payload: { surface: 'main' } }],
    ['DISARM', 'cue.disarm', 'armed', {}],
  ];
  const DIRECTOR: Who = { actor: 'director', roles: ['director'], source: 'test' };
  const must = async (engine: Engine, given: Command, who = PRODUCER) => {
    const answer = await engine.execute(given, who, rig.nowMs);
    expect(answer, given.type).toMatchObject({ status: 'accepted' });
  };

  it.for(TAKING)('is %s: at once on a full disk, and one entry when it has room', async ([, type, onStage, more]) => {
    const { journal, disk } = await troubled();
    const engine = rig.engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await must(engine, rig.command('cue.arm'));
    if (onStage !== 'armed') await must(engine, rig.command('cue.go'));
    if (onStage === 'shown') {
      await must(engine, rig.command('poll.close', { payload: { confirmed: true } }));
      await engine.step({ type: 'system.seal', runId: RUN, head: 'ab', tally: { total: 0, options: [] } });
      await engine.step({ type: 'system.verify', runId: RUN, recountMatches: true });
      for (const surface of ['audience', 'overlay']) {
        await must(engine, rig.command('poll.reveal', { payload: { surface, visibility: 'counts' } }));
      }
      await must(
        engine,
        rig.command('overlay.take', { target: undefined, payload: { surface: 'main', runId: RUN } }),
        DIRECTOR,
      );
    }
    const before = engine.state;
    disk.is = 'full';
    const taking = rig.command(type, more);
    const answer = await engine.execute(taking, type === 'overlay.hide' ? DIRECTOR : PRODUCER, rig.nowMs);
    expect(answer).toMatchObject({ status: 'accepted', journaled: false });
    expect(rig.orders.map(({ command: { id } }) => id)).toEqual([taking.id]);
    expect([engine.state.air, engine.state.overlay, engine.state.runs]).not.toEqual([
      before.air,
      before.overlay,
      before.runs,
    ]);
    disk.free();
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    expect((await entriesOf(journal, type)).filter(({ commandId }) => commandId === taking.id)).toHaveLength(1);
  });

  it('is journaled by itself as soon as the disk takes it', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    disk.is = 'full';
    await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
    disk.free();
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    expect(await entriesOf(journal, 'poll.close')).toHaveLength(1);
  });

  it('outlives the core: the next one takes it from those who held it, and not twice', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    disk.is = 'full';
    const air = clear();
    await engine.execute(air, PRODUCER, rig.nowMs);
    const heldByOthers = rig.orders;
    // The core dies; its successor finds the disk as full.
    await rig.closeAll();
    const again = await troubled();
    again.disk.is = 'full';
    const next = rig.engineOn(again.journal);
    expect(run(next)).toMatchObject({ intake: 'open' });
    await next.takeOrders(heldByOthers);
    await next.takeOrders(heldByOthers);
    expect(run(next)).toMatchObject({ intake: 'closing' });
    expect(await next.lookup(PRODUCER, air.id)).toMatchObject({ status: 'accepted', journaled: false });
    again.disk.free();
    await vi.waitFor(() => expect(next.orders).toEqual([]), { timeout: 10_000 });
    await next.takeOrders(heldByOthers);
    expect(next.orders).toEqual([]);
    expect(await entriesOf(again.journal, 'show.clear')).toHaveLength(1);
  });

  it('asks what the run is and not what was changed on it: ten seconds more do not refuse a CLOSE, another round does', async () => {
    const { journal } = await troubled();
    const engine = await onAir(journal);
    const expectedRevision = engine.state.revision;
    await engine.execute(rig.command('poll.extend', { payload: { byMs: 10_000 } }), SECOND_DESK, rig.nowMs);
    const close = rig.command('poll.close', { expectedRevision, payload: { confirmed: true } });
    expect((await engine.execute(close, PRODUCER, rig.nowMs)).status).toBe('accepted');
    const runId = 'q1:live:1' as RunId;
    await engine.step({ type: 'system.seal', runId, head: 'ab', tally: { total: 0, options: [] } });
    await engine.execute(rig.command('cue.rerun'), PRODUCER, rig.nowMs);
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    const disarm = rig.command('cue.disarm', { expectedRevision });
    expect(await engine.execute(disarm, PRODUCER, rig.nowMs)).toMatchObject({ code: 'stale-revision' });
  });

  it('is never journaled before what was done earlier', async () => {
    const { journal } = await troubled();
    let failures = 0;
    const engine = await onAir({
      ...journal,
      append: (...given) => (failures-- > 0 ? Promise.reject(new Error('disk full')) : journal.append(...given)),
    });
    // Room comes between the two writes of the second act.
    failures = 1;
    await engine.execute(rig.command('poll.pause', { payload: { reason: 'first' } }), PRODUCER, rig.nowMs);
    failures = 1;
    rig.nowMs += 10;
    await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    const types = (await journal.page(0, 1_000)).entries.map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['poll.pause', 'poll.close']);
    expect(run(engine)).toMatchObject({ intake: 'closing' });
  });

  it('is taken over as a whole, also where the journal can not be read', async () => {
    await onAir((await troubled()).journal);
    await rig.closeAll();
    const { journal } = await troubled();
    const lists: number[] = [];
    const unreadable: Journal = { ...journal, answerTo: () => Promise.reject(new Error('disk I/O error')) };
    const next = rig.engineOn(unreadable, { onOrders: (list) => lists.push(list.length) });
    const order = (type: 'poll.pause' | 'poll.close'): HeldOrder => ({
      ...{ epoch: 1, runId: RUN, actor: 'producer', roles: ['producer'], source: 'test', atMs: rig.nowMs },
      command: rig.command(type, { payload: type === 'poll.pause' ? { reason: 'a test' } : { confirmed: true } }),
    });
    await next.takeOrders([order('poll.pause'), order('poll.close')]);
    expect(lists).toEqual([2]);
    expect(run(next)).toMatchObject({ intake: 'closing' });
  });

  it('is done where the journal can not even be read', async () => {
    const { journal } = await troubled();
    let broken = false;
    const fails = () => Promise.reject(new Error('disk I/O error'));
    const engine = await onAir({
      ...journal,
      append: (...given) => (broken ? fails() : journal.append(...given)),
      answerTo: (actor, id) => (broken ? fails() : journal.answerTo(actor, id)),
    });
    broken = true;
    expect(await engine.execute(clear(), PRODUCER, rig.nowMs)).toMatchObject({ status: 'accepted', journaled: false });
    expect(run(engine)).toMatchObject({ intake: 'closing' });
    broken = false;
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
  });

  it('still judges: a role, a run that is not on air, and what is too old are refused while the disk is full', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    disk.is = 'full';
    const director: Who = { actor: 'director', roles: ['director'], source: 'test' };
    const close = (more: object = {}) => rig.command('poll.close', { payload: { confirmed: true }, ...more });
    expect(await engine.execute(close(), director, rig.nowMs)).toMatchObject({ code: 'role' });
    expect(await engine.execute(close({ clientTimeMs: rig.nowMs - 2_001 }), PRODUCER, rig.nowMs)).toMatchObject({
      code: 'too-old',
    });
    expect((await engine.execute(close(), PRODUCER, rig.nowMs)).status).toBe('accepted');
    expect(await engine.execute(close(), PRODUCER, rig.nowMs)).toMatchObject({ code: 'wrong-intake' });
    expect(engine.orders).toHaveLength(1);
  });

  it('CLEAR AIR disarms everything, and is answered without an entry where there is nothing to clear', async () => {
    const { journal } = await troubled();
    const engine = rig.engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    expect((await engine.execute(clear(), PRODUCER, rig.nowMs)).status).toBe('accepted');
    expect(run(engine)).toMatchObject({ intake: 'ready', armedAtMs: null });
    const { revision } = engine.state;
    expect(await engine.execute(clear(), PRODUCER, rig.nowMs)).toEqual({
      status: 'accepted',
      revision,
      atMs: rig.nowMs,
    });
    expect(engine.state.revision).toBe(revision);
  });
});
