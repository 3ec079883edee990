/** What takes away does not wait for a disk that stands still, and holds against what was on its way to it. */
import { rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
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
  it('does not wait for a disk that stands still, nor for what waits for it', async () => {
    const { journal, disk } = await troubled();
    const engine = rig.engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    disk.is = 'stalled';
    const go = engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
    const answer = await engine.execute(clear(), PRODUCER, rig.nowMs);
    expect(answer).toMatchObject({ status: 'accepted', journaled: false });
    expect(run(engine)).toMatchObject({ intake: 'ready' });
    // The GO was on its way to the disk: it lands there first, and what it opened is cleared in the same turn.
    disk.free();
    expect(await go).toMatchObject({ status: 'accepted' });
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    expect(run(engine)).toMatchObject({ intake: 'closing' });
    expect(engine.state.air.poll).toBeNull();
    const types = (await journal.page(0, 1_000)).entries.map(({ type }) => type);
    expect(types).toEqual(['show.import', 'cue.arm', 'cue.go', 'show.clear']);
  });

  it('that was on its way to the disk when this stood still is journaled once', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    disk.is = 'stalled';
    expect(await engine.execute(clear(), PRODUCER, rig.nowMs)).toMatchObject({ journaled: false });
    disk.free();
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    expect(await entriesOf(journal, 'show.clear')).toHaveLength(1);
    expect(rig.orders).toEqual([]);
  });

  /** A reveal of its result that is on its way to a disk which stands still. */
  async function revealing(): Promise<{
    engine: Engine;
    reveal: Promise<CommandAnswer>;
    free: () => void;
    journal: Journal;
  }> {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
    await engine.step({ type: 'system.seal', runId: RUN, head: 'ab', tally: { total: 0, options: [] } });
    await engine.step({ type: 'system.verify', runId: RUN, recountMatches: true });
    await engine.execute(clear(), PRODUCER, rig.nowMs);
    disk.is = 'stalled';
    const payload = { surface: 'audience', visibility: 'counts' };
    const reveal = engine.execute(rig.command('poll.reveal', { payload }), PRODUCER, rig.nowMs);
    return { engine, reveal, free: disk.free, journal };
  }

  it('takes back what was on its way to the disk when it came, though nothing was to be seen yet', async () => {
    const hide = { target: 'q1', payload: { surface: 'audience', visibility: 'hidden' } };
    for (const taking of [clear(), rig.command('poll.reveal', hide)]) {
      const { engine, reveal, free } = await revealing();
      expect(await engine.execute(taking, PRODUCER, rig.nowMs), taking.type).toMatchObject({ journaled: false });
      free();
      expect((await reveal).status).toBe('accepted');
      await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
      expect(engine.state.air.results, taking.type).toBeNull();
      await rig.closeAll();
      rmSync(rig.path);
    }
  });

  it('that found nothing after all leaves no entry', async () => {
    const { engine, reveal, free, journal } = await revealing();
    const { revision } = engine.state;
    const nothing = clear();
    await engine.execute(nothing, PRODUCER, rig.nowMs);
    const again = clear();
    await engine.execute(again, PRODUCER, rig.nowMs);
    free();
    await reveal;
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    // The reveal, and the one CLEAR that it made something of.
    expect(engine.state.revision).toBe(revision + 2);
    expect((await entriesOf(journal, 'show.clear')).map(({ commandId }) => commandId)).toContain(nothing.id);
    expect(await engine.lookup(PRODUCER, again.id)).toMatchObject({ status: 'accepted' });
  });

  it('DISARM holds against a GO that was on its way to the disk', async () => {
    const { journal, disk } = await troubled();
    const engine = rig.engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    disk.is = 'stalled';
    const go = engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
    expect(await engine.execute(rig.command('cue.disarm'), SECOND_DESK, rig.nowMs)).toMatchObject({ journaled: false });
    disk.free();
    expect((await go).status).toBe('accepted');
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    expect(run(engine)).toMatchObject({ intake: 'revoked' });
    expect(engine.state.runs).toMatchObject({ 'q1:live:2': { intake: 'ready' } });
    expect(engine.state.air.poll).toBeNull();
  });

  it('is what it was answered, however near to two seconds its age is when the disk stands still', async () => {
    for (const aheadMs of [2_150, -1_850]) {
      const { journal, disk } = await troubled();
      const engine = await onAir(journal);
      disk.is = 'stalled';
      const close = rig.command('poll.close', { payload: { confirmed: true }, clientTimeMs: rig.nowMs + aheadMs });
      const answering = engine.execute(close, PRODUCER, rig.nowMs);
      // The time that the engine has waited when it looks again.
      const passing = setInterval(() => (rig.elapsedMs += 50), 10);
      const answer = await answering;
      clearInterval(passing);
      disk.free();
      await engine.execute(rig.command('show.control', { target: undefined }), PRODUCER, rig.nowMs);
      await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
      expect(run(engine)?.intake).toBe(answer.status === 'accepted' ? 'closing' : 'open');
      expect(await engine.lookup(PRODUCER, close.id)).toMatchObject({ status: answer.status });
      await rig.closeAll();
      rmSync(rig.path);
    }
  });

  it('with an id that the journal has already does not stand in the way of everything after it', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    const old = rig.command('poll.pause', { payload: { reason: 'a test' } });
    await engine.execute(old, PRODUCER, rig.nowMs);
    await engine.execute(rig.command('poll.resume'), PRODUCER, rig.nowMs);
    await rig.closeAll();
    const again = await troubled();
    const next = rig.engineOn(again.journal);
    again.disk.is = 'stalled';
    const control = next.execute(rig.command('show.control', { target: undefined }), PRODUCER, rig.nowMs);
    await next.execute({ ...old, clientTimeMs: rig.nowMs }, PRODUCER, rig.nowMs);
    again.disk.free();
    await control;
    await vi.waitFor(() => expect(next.orders).toEqual([]), { timeout: 10_000 });
    expect((await next.execute(rig.command('show.control', { target: undefined }), PRODUCER, rig.nowMs)).status).toBe(
      'accepted',
    );
    expect(await entriesOf(again.journal, 'poll.pause')).toHaveLength(1);
    expect(disk.is).toBe('well');
  });
});
