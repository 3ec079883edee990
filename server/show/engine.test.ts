import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Who } from '../../shared/domain/roles.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import { monotonicMs } from '../../shared/domain/time.ts';
import { Command, type CommandAnswer, type CommandType } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { PollId, RunId } from '../../shared/protocol/ids.ts';
import type { ShowFile } from '../../shared/protocol/show-file.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { type Applied, Engine, type EngineOptions } from './engine.ts';
import type { FormerTime } from './former-times.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';

const PRODUCER: Who = { actor: 'producer', roles: ['producer'], source: 'test' };
const SECOND_DESK: Who = { actor: 'owner', roles: ['owner'], source: 'desk:2' };
const SHOW = onePoll({});
const TWO_POLLS: ShowFile = { ...SHOW, cues: [...SHOW.cues, ...onePoll({ id: 'q2' as PollId }).cues] };

let dir: string;
let nowMs: number;
/** On the machine's monotonic clock. */
let elapsedMs: number;
let former: FormerTime[];
let applied: Applied[];
let orders: HeldOrder[];
let held: ShowState[];
let fenced: string[];
const open: Engine[] = [];

/** Of an engine on this journal, in a world where all is well. */
const optionsOn = (journal: Journal): EngineOptions => ({
  journal,
  epoch: 1,
  nowMs: () => nowMs,
  monotonicNow: () => monotonicMs(elapsedMs),
  formerTimes: () => former,
  world: () => ({ preflight: null, identityConnected: false, edgesRestarting: false, alarms: null }),
  recountMatches: async () => true,
  onApplied: (a) => applied.push(a),
  onOrders: (list) => {
    orders = [...list];
  },
  onHeld: ({ after }) => held.push(after),
  onFenced: (message) => fenced.push(message),
});

async function engineOn(journal: Journal, more: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = new Engine({ ...optionsOn(journal), ...more });
  open.push(engine);
  return engine;
}

function command(type: CommandType, more: object = {}): Command {
  return Command.parse({ id: randomUUID(), type, target: 'q1', clientTimeMs: nowMs, ...more });
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-engine-'));
  nowMs = 1_800_000_000_000;
  elapsedMs = 5_000;
  former = [];
  applied = [];
  orders = [];
  held = [];
  fenced = [];
});
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the command path', () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1));
    await engine.importShow(SHOW, 'live');
  });

  it('answers the same id of the same actor with the stored answer and does it once', async () => {
    const arm = command('cue.arm');
    const first = await engine.execute(arm, PRODUCER, nowMs);
    nowMs += 60_000;
    expect(first.status).toBe('accepted');
    expect(await engine.execute(arm, PRODUCER, nowMs)).toEqual(first);
    expect(applied.filter((a) => a.entry.type === 'cue.arm')).toHaveLength(1);
    const other = await engine.execute(arm, SECOND_DESK, arm.clientTimeMs);
    expect(other).toMatchObject({ status: 'refused', code: 'wrong-intake' });
  });

  it('refuses a command that is older than two seconds, or from the future, and journals the refusal', async () => {
    const arm = command('cue.arm');
    expect(await engine.execute(arm, PRODUCER, nowMs + 2_001)).toMatchObject({ status: 'refused', code: 'too-old' });
    expect(await engine.execute(command('cue.arm', { clientTimeMs: nowMs + 2_001 }), PRODUCER, nowMs)).toMatchObject({
      code: 'too-old',
    });
    expect((await engine.execute(command('cue.arm'), PRODUCER, nowMs + 2_000)).status).toBe('accepted');
    expect(applied.map((a) => [a.entry.type, a.entry.answer.status])).toEqual([
      ['show.import', 'accepted'],
      ['cue.arm', 'refused'],
      ['cue.arm', 'refused'],
      ['cue.arm', 'accepted'],
    ]);
    expect(engine.state.revision).toBe(4);
  });

  it('judges a command by the core time that it was stamped by, when core time was set a moment ago', async () => {
    for (const setOnMs of [-9_100, 9_100]) {
      former = [{ setOnMs, until: monotonicMs(elapsedMs) }];
      elapsedMs += 50;
      nowMs += setOnMs + 50;
      const before = nowMs - setOnMs;
      expect(
        await engine.execute(command('show.control', { target: undefined, clientTimeMs: before }), PRODUCER, nowMs),
      ).toMatchObject({ status: 'accepted' });
      expect(await engine.execute(command('show.control', { target: undefined }), PRODUCER, nowMs)).toMatchObject({
        status: 'accepted',
      });
      const old = command('show.control', { target: undefined, clientTimeMs: before - 2_001 });
      expect(await engine.execute(old, PRODUCER, nowMs)).toMatchObject({ status: 'refused', code: 'too-old' });
      elapsedMs += 12_000;
      nowMs += 12_000;
    }
    // What takes away has no other rule.
    former = [{ setOnMs: -9_100, until: monotonicMs(elapsedMs) }];
    const clear = (clientTimeMs: number) => command('show.clear', { target: undefined, clientTimeMs });
    expect(await engine.execute(clear(nowMs + 9_000), PRODUCER, nowMs)).toMatchObject({ status: 'accepted' });
    expect(await engine.execute(clear(nowMs + 9_000 - 2_000), PRODUCER, nowMs)).toMatchObject({ code: 'too-old' });
  });

  it('bars an id for good once it was asked about before it came', async () => {
    const arm = command('cue.arm');
    expect(await engine.lookup(PRODUCER, arm.id)).toEqual({ status: 'never-seen' });
    expect(await engine.execute(arm, PRODUCER, nowMs)).toMatchObject({ status: 'refused', code: 'barred' });
    expect(await engine.lookup(PRODUCER, arm.id)).toEqual({ status: 'never-seen' });
    expect(engine.state.runs).toMatchObject({ 'q1:live:1': { intake: 'ready' } });
  });

  it('lets exactly one of two GOs in the same tick through and tells the other who won', async () => {
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    const expectedRevision = engine.state.revision;
    const [go, late] = [command('cue.go', { expectedRevision }), command('cue.go', { expectedRevision })];
    const answers = await Promise.all([engine.execute(go, PRODUCER, nowMs), engine.execute(late, SECOND_DESK, nowMs)]);
    expect(answers.map((a) => a.status)).toEqual(['accepted', 'refused']);
    expect(answers[1]).toMatchObject({
      code: 'stale-revision',
      conflict: { actor: 'producer', source: 'test', commandId: go.id },
    });
  });

  it('comes back from the journal as it was, answers included, with the next epoch', async () => {
    const arm = command('cue.arm');
    const answer = await engine.execute(arm, PRODUCER, nowMs);
    await engine.execute(command('cue.go'), PRODUCER, nowMs);
    const { state } = engine;
    await engine.close();
    open.splice(0);

    const journal = await openJournal(join(dir, 'journal.db'), 1);
    expect(journal.loaded.epoch).toBe(2);
    const again = await engineOn(journal);
    expect(again.state).toEqual(state);
    nowMs += 3_600_000;
    expect(await again.execute(arm, PRODUCER, nowMs)).toEqual(answer);
  });
});

it('replays to the same state from entries alone, without a snapshot', async () => {
  const path = join(dir, 'journal.db');
  const first = await openJournal(path, 1);
  const engine = new Engine(optionsOn(first));
  await engine.importShow(SHOW, 'rehearsal');
  await engine.execute(command('cue.arm'), PRODUCER, nowMs);
  const { state } = engine;
  // As after a kill: the journal is closed without the engine's closing snapshot.
  await first.close();
  const journal = await openJournal(path, 1);
  expect(journal.loaded.snapshot).toBeNull();
  expect((await engineOn(journal)).state).toEqual(state);
});

it('lets nothing fire late that waited behind a disk which stood still', async () => {
  const real = await openJournal(join(dir, 'journal.db'), 1);
  const atTheDisk = Promise.withResolvers<void>();
  const disk = Promise.withResolvers<void>();
  let stalls = false;
  const engine = await engineOn({
    ...real,
    append: async (entry, rules) => {
      if (stalls) {
        atTheDisk.resolve();
        await disk.promise;
      }
      return real.append(entry, rules);
    },
  });
  await engine.importShow(SHOW, 'live');
  await engine.execute(command('cue.arm'), PRODUCER, nowMs);
  stalls = true;
  const stalled = engine.execute(command('show.control', { target: undefined }), PRODUCER, nowMs);
  const go = engine.execute(command('cue.go'), PRODUCER, nowMs);
  await atTheDisk.promise;
  nowMs += 2_001;
  elapsedMs += 2_001;
  disk.resolve();
  expect((await stalled).status).toBe('accepted');
  expect(await go).toMatchObject({ status: 'refused', code: 'too-old' });
  expect(engine.state.runs).toMatchObject({ 'q1:live:1': { intake: 'armed' } });
});

it('changes nothing and says so when the journal can not be written', async () => {
  const real = await openJournal(join(dir, 'journal.db'), 1);
  let broken = false;
  const engine = await engineOn({
    ...real,
    append: (entry, rules) => (broken ? Promise.reject(new Error('disk full')) : real.append(entry, rules)),
  });
  await engine.importShow(SHOW, 'live');
  broken = true;
  const arm = command('cue.arm');
  expect(await engine.execute(arm, PRODUCER, nowMs)).toMatchObject({ status: 'refused', code: 'unavailable' });
  expect(engine.state.revision).toBe(1);
  expect(engine.journalError).toContain('disk full');
  broken = false;
  expect((await engine.execute(arm, PRODUCER, nowMs)).status).toBe('accepted');
  expect(engine.journalError).toBeNull();
});

it('takes what can’t be stored for the command’s own fault, and the disk for good', async () => {
  const engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1));
  await engine.importShow(SHOW, 'live');
  let own: unknown = 1;
  for (let level = 0; level < 20_000; level++) own = [own];
  const cue = { id: 'q9', kind: 'note' as const, text: 'x', durationMs: 1_000, own };
  const add = command('cue.add', { target: undefined, payload: { cue } });
  expect(await engine.execute(add, PRODUCER, nowMs)).toMatchObject({ status: 'refused', code: 'malformed' });
  expect(engine.journalError).toBeNull();
  expect((await engine.execute(command('cue.arm'), PRODUCER, nowMs)).status).toBe('accepted');
});

it('keeps of a refused command neither a cue’s texts nor a list of answers', async () => {
  const journal = await openJournal(join(dir, 'journal.db'), 1);
  const engine = await engineOn(journal);
  await engine.importShow(SHOW, 'live');
  const cue = { id: 'q9', kind: 'note' as const, text: 'x'.repeat(500), durationMs: 1_000 };
  const add = command('cue.add', { target: undefined, payload: { cue } });
  const verifier: Who = { ...PRODUCER, roles: ['verifier'] };
  expect(await engine.execute(add, verifier, nowMs)).toMatchObject({ status: 'refused', code: 'role' });
  const { entries } = await journal.page(1, 10);
  expect(entries).toMatchObject([{ type: 'cue.add', answer: { code: 'role' } }]);
  expect(entries[0]?.command).toEqual({ id: add.id, type: 'cue.add' });
});

describe('what takes away', () => {
  /** A journal whose disk is full, or takes nothing and says nothing, while it is told to be. */
  async function troubled(): Promise<{
    journal: Journal;
    disk: { is: 'well' | 'full' | 'stalled'; free: () => void };
  }> {
    const real = await openJournal(join(dir, 'journal.db'), 1);
    let released = Promise.withResolvers<void>();
    const disk = {
      is: 'well' as 'well' | 'full' | 'stalled',
      free: () => {
        disk.is = 'well';
        released.resolve();
        released = Promise.withResolvers();
      },
    };
    const append: Journal['append'] = async (entry, rules) => {
      if (disk.is === 'full') throw new Error('disk full');
      if (disk.is === 'stalled') await released.promise;
      return real.append(entry, rules);
    };
    return { journal: { ...real, append }, disk };
  }
  const clear = (more: object = {}) => command('show.clear', { target: undefined, ...more });
  const entriesOf = async (journal: Journal, type: string) =>
    (await journal.page(0, 1_000)).entries.filter((entry) => entry.type === type);
  const run = (engine: Engine) => engine.state.runs['q1:live:1' as keyof typeof engine.state.runs];

  async function onAir(journal: Journal): Promise<Engine> {
    const engine = await engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    await engine.execute(command('cue.go'), PRODUCER, nowMs);
    return engine;
  }

  it('acts at once while the journal can not be written, is held by others, and is journaled once, first, with its own time', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    disk.is = 'full';
    const revision = engine.state.revision;
    const air = clear();
    const atMs = nowMs;
    const answer = await engine.execute(air, PRODUCER, nowMs);
    expect(answer).toEqual({ status: 'accepted', revision, atMs, journaled: false });
    expect(run(engine)).toMatchObject({ intake: 'closing', closesAtMs: atMs });
    expect(engine.state.air.poll).toBeNull();
    expect(held).toHaveLength(1);
    expect(orders).toMatchObject([{ command: { id: air.id }, actor: 'producer', atMs, runId: null, epoch: 1 }]);
    expect(await engine.lookup(PRODUCER, air.id)).toEqual(answer);
    expect(await engine.execute(air, PRODUCER, nowMs)).toEqual(answer);
    nowMs += 60_000;
    expect(await engine.execute(command('show.control', { target: undefined }), PRODUCER, nowMs)).toMatchObject({
      code: 'unavailable',
    });
    disk.free();
    const control = await engine.execute(command('show.control', { target: undefined }), PRODUCER, nowMs);
    expect(control).toMatchObject({ status: 'accepted', revision: revision + 2 });
    expect(orders).toEqual([]);
    expect(await entriesOf(journal, 'show.clear')).toMatchObject([
      { revision: revision + 1, atMs, commandId: air.id, answer: { status: 'accepted', revision: revision + 1, atMs } },
    ]);
    expect(run(engine)).toMatchObject({ intake: 'closing', closesAtMs: atMs });
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
    const answer = await engine.execute(given, who, nowMs);
    expect(answer, given.type).toMatchObject({ status: 'accepted' });
  };

  it.for(TAKING)('is %s: at once on a full disk, and one entry when it has room', async ([, type, onStage, more]) => {
    const { journal, disk } = await troubled();
    const engine = await engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await must(engine, command('cue.arm'));
    if (onStage !== 'armed') await must(engine, command('cue.go'));
    if (onStage === 'shown') {
      await must(engine, command('poll.close', { payload: { confirmed: true } }));
      await engine.step({ type: 'system.seal', runId: RUN, head: 'ab', tally: { total: 0, options: [] } });
      await engine.step({ type: 'system.verify', runId: RUN, recountMatches: true });
      for (const surface of ['audience', 'overlay']) {
        await must(engine, command('poll.reveal', { payload: { surface, visibility: 'counts' } }));
      }
      await must(
        engine,
        command('overlay.take', { target: undefined, payload: { surface: 'main', runId: RUN } }),
        DIRECTOR,
      );
    }
    const before = engine.state;
    disk.is = 'full';
    const taking = command(type, more);
    const answer = await engine.execute(taking, type === 'overlay.hide' ? DIRECTOR : PRODUCER, nowMs);
    expect(answer).toMatchObject({ status: 'accepted', journaled: false });
    expect(orders.map(({ command: { id } }) => id)).toEqual([taking.id]);
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
    await engine.execute(command('poll.close', { payload: { confirmed: true } }), PRODUCER, nowMs);
    disk.free();
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    expect(await entriesOf(journal, 'poll.close')).toHaveLength(1);
  });

  it('outlives the core: the next one takes it from those who held it, and not twice', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    disk.is = 'full';
    const air = clear();
    await engine.execute(air, PRODUCER, nowMs);
    const heldByOthers = orders;
    // The core dies; its successor finds the disk as full.
    await journal.close();
    open.splice(0);
    const again = await troubled();
    again.disk.is = 'full';
    const next = await engineOn(again.journal);
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

  it('does not wait for a disk that stands still, nor for what waits for it', async () => {
    const { journal, disk } = await troubled();
    const engine = await engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    disk.is = 'stalled';
    const go = engine.execute(command('cue.go'), PRODUCER, nowMs);
    const answer = await engine.execute(clear(), PRODUCER, nowMs);
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
    expect(await engine.execute(clear(), PRODUCER, nowMs)).toMatchObject({ journaled: false });
    disk.free();
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    expect(await entriesOf(journal, 'show.clear')).toHaveLength(1);
    expect(orders).toEqual([]);
  });

  it('asks what the run is and not what was changed on it: ten seconds more do not refuse a CLOSE, another round does', async () => {
    const { journal } = await troubled();
    const engine = await onAir(journal);
    const expectedRevision = engine.state.revision;
    await engine.execute(command('poll.extend', { payload: { byMs: 10_000 } }), SECOND_DESK, nowMs);
    const close = command('poll.close', { expectedRevision, payload: { confirmed: true } });
    expect((await engine.execute(close, PRODUCER, nowMs)).status).toBe('accepted');
    const runId = 'q1:live:1' as RunId;
    await engine.step({ type: 'system.seal', runId, head: 'ab', tally: { total: 0, options: [] } });
    await engine.execute(command('cue.rerun'), PRODUCER, nowMs);
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    const disarm = command('cue.disarm', { expectedRevision });
    expect(await engine.execute(disarm, PRODUCER, nowMs)).toMatchObject({ code: 'stale-revision' });
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
    await engine.execute(command('poll.close', { payload: { confirmed: true } }), PRODUCER, nowMs);
    await engine.step({ type: 'system.seal', runId: RUN, head: 'ab', tally: { total: 0, options: [] } });
    await engine.step({ type: 'system.verify', runId: RUN, recountMatches: true });
    await engine.execute(clear(), PRODUCER, nowMs);
    disk.is = 'stalled';
    const payload = { surface: 'audience', visibility: 'counts' };
    const reveal = engine.execute(command('poll.reveal', { payload }), PRODUCER, nowMs);
    return { engine, reveal, free: disk.free, journal };
  }

  it('takes back what was on its way to the disk when it came, though nothing was to be seen yet', async () => {
    const hide = { target: 'q1', payload: { surface: 'audience', visibility: 'hidden' } };
    for (const taking of [clear(), command('poll.reveal', hide)]) {
      const { engine, reveal, free } = await revealing();
      expect(await engine.execute(taking, PRODUCER, nowMs), taking.type).toMatchObject({ journaled: false });
      free();
      expect((await reveal).status).toBe('accepted');
      await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
      expect(engine.state.air.results, taking.type).toBeNull();
      await engine.close();
      open.splice(0);
      rmSync(join(dir, 'journal.db'));
    }
  });

  it('that found nothing after all leaves no entry', async () => {
    const { engine, reveal, free, journal } = await revealing();
    const { revision } = engine.state;
    const nothing = clear();
    await engine.execute(nothing, PRODUCER, nowMs);
    const again = clear();
    await engine.execute(again, PRODUCER, nowMs);
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
    const engine = await engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    disk.is = 'stalled';
    const go = engine.execute(command('cue.go'), PRODUCER, nowMs);
    expect(await engine.execute(command('cue.disarm'), SECOND_DESK, nowMs)).toMatchObject({ journaled: false });
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
      const close = command('poll.close', { payload: { confirmed: true }, clientTimeMs: nowMs + aheadMs });
      const answering = engine.execute(close, PRODUCER, nowMs);
      // The time that the engine has waited when it looks again.
      const passing = setInterval(() => (elapsedMs += 50), 10);
      const answer = await answering;
      clearInterval(passing);
      disk.free();
      await engine.execute(command('show.control', { target: undefined }), PRODUCER, nowMs);
      await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
      expect(run(engine)?.intake).toBe(answer.status === 'accepted' ? 'closing' : 'open');
      expect(await engine.lookup(PRODUCER, close.id)).toMatchObject({ status: answer.status });
      await engine.close();
      open.splice(0);
      rmSync(join(dir, 'journal.db'));
    }
  });

  it('with an id that the journal has already does not stand in the way of everything after it', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    const old = command('poll.pause', { payload: { reason: 'a test' } });
    await engine.execute(old, PRODUCER, nowMs);
    await engine.execute(command('poll.resume'), PRODUCER, nowMs);
    await engine.close();
    open.splice(0);
    const again = await troubled();
    const next = await engineOn(again.journal);
    again.disk.is = 'stalled';
    const control = next.execute(command('show.control', { target: undefined }), PRODUCER, nowMs);
    await next.execute({ ...old, clientTimeMs: nowMs }, PRODUCER, nowMs);
    again.disk.free();
    await control;
    await vi.waitFor(() => expect(next.orders).toEqual([]), { timeout: 10_000 });
    expect((await next.execute(command('show.control', { target: undefined }), PRODUCER, nowMs)).status).toBe(
      'accepted',
    );
    expect(await entriesOf(again.journal, 'poll.pause')).toHaveLength(1);
    expect(disk.is).toBe('well');
  });

  it('is never journaled before what was done earlier', async () => {
    const { journal } = await troubled();
    let failures = 0;
    const engine = await onAir({
      ...journal,
      append: (entry, rules) =>
        failures-- > 0 ? Promise.reject(new Error('disk full')) : journal.append(entry, rules),
    });
    // Room comes between the two writes of the second act.
    failures = 1;
    await engine.execute(command('poll.pause', { payload: { reason: 'first' } }), PRODUCER, nowMs);
    failures = 1;
    nowMs += 10;
    await engine.execute(command('poll.close', { payload: { confirmed: true } }), PRODUCER, nowMs);
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
    const types = (await journal.page(0, 1_000)).entries.map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['poll.pause', 'poll.close']);
    expect(run(engine)).toMatchObject({ intake: 'closing' });
  });

  it('is taken over as a whole, also where the journal can not be read', async () => {
    await (await onAir((await troubled()).journal)).close();
    open.splice(0);
    const { journal } = await troubled();
    const lists: number[] = [];
    const unreadable: Journal = { ...journal, answerTo: () => Promise.reject(new Error('disk I/O error')) };
    const next = await engineOn(unreadable, { onOrders: (list) => lists.push(list.length) });
    const order = (type: 'poll.pause' | 'poll.close'): HeldOrder => ({
      ...{ epoch: 1, runId: RUN, actor: 'producer', roles: ['producer'], source: 'test', atMs: nowMs },
      command: command(type, { payload: type === 'poll.pause' ? { reason: 'a test' } : { confirmed: true } }),
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
      append: (entry, rules) => (broken ? fails() : journal.append(entry, rules)),
      answerTo: (actor, id) => (broken ? fails() : journal.answerTo(actor, id)),
    });
    broken = true;
    expect(await engine.execute(clear(), PRODUCER, nowMs)).toMatchObject({ status: 'accepted', journaled: false });
    expect(run(engine)).toMatchObject({ intake: 'closing' });
    broken = false;
    await vi.waitFor(() => expect(engine.orders).toEqual([]), { timeout: 10_000 });
  });

  it('still judges: a role, a run that is not on air, and what is too old are refused while the disk is full', async () => {
    const { journal, disk } = await troubled();
    const engine = await onAir(journal);
    disk.is = 'full';
    const director: Who = { actor: 'director', roles: ['director'], source: 'test' };
    const close = (more: object = {}) => command('poll.close', { payload: { confirmed: true }, ...more });
    expect(await engine.execute(close(), director, nowMs)).toMatchObject({ code: 'role' });
    expect(await engine.execute(close({ clientTimeMs: nowMs - 2_001 }), PRODUCER, nowMs)).toMatchObject({
      code: 'too-old',
    });
    expect((await engine.execute(close(), PRODUCER, nowMs)).status).toBe('accepted');
    expect(await engine.execute(close(), PRODUCER, nowMs)).toMatchObject({ code: 'wrong-intake' });
    expect(engine.orders).toHaveLength(1);
  });

  it('CLEAR AIR disarms everything, and is answered without an entry where there is nothing to clear', async () => {
    const { journal } = await troubled();
    const engine = await engineOn(journal);
    await engine.importShow(SHOW, 'live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    expect((await engine.execute(clear(), PRODUCER, nowMs)).status).toBe('accepted');
    expect(run(engine)).toMatchObject({ intake: 'ready', armedAtMs: null });
    const { revision } = engine.state;
    expect(await engine.execute(clear(), PRODUCER, nowMs)).toEqual({ status: 'accepted', revision, atMs: nowMs });
    expect(engine.state.revision).toBe(revision);
  });
});

describe('time that was set', () => {
  it('keeps a second between two GOs by what has passed, whatever the clock says, over a restart too', async () => {
    const engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1));
    await engine.importShow(TWO_POLLS, 'live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    await engine.execute(command('cue.arm', { target: 'q2' }), PRODUCER, nowMs);
    await engine.execute(command('cue.go'), PRODUCER, nowMs);
    await engine.execute(command('poll.close', { payload: { confirmed: true } }), PRODUCER, nowMs);
    // Somebody sets the clock right, an hour back.
    nowMs -= 3_600_000;
    elapsedMs += 999;
    const go = () => engine.execute(command('cue.go', { target: 'q2' }), PRODUCER, nowMs);
    expect(await go()).toMatchObject({ code: 'too-soon', nextAllowedAtMs: nowMs + 1 });
    elapsedMs += 1;
    expect((await go()).status).toBe('accepted');
  });

  it('costs the core that comes back a second at most', async () => {
    const engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1));
    await engine.importShow(TWO_POLLS, 'live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    await engine.execute(command('cue.go'), PRODUCER, nowMs);
    await engine.execute(command('poll.close', { payload: { confirmed: true } }), PRODUCER, nowMs);
    await engine.close();
    open.splice(0);
    nowMs -= 3_600_000;
    const next = await engineOn(await openJournal(join(dir, 'journal.db'), 1));
    await next.execute(command('cue.arm', { target: 'q2' }), PRODUCER, nowMs);
    elapsedMs += 1_000;
    expect((await next.execute(command('cue.go', { target: 'q2' }), PRODUCER, nowMs)).status).toBe('accepted');
  });

  it('RECALL does not take a time in the future for one that is less than five seconds ago', async () => {
    const engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1));
    await engine.importShow(SHOW, 'live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    await engine.execute(command('cue.go'), PRODUCER, nowMs);
    nowMs -= 600_000;
    expect(await engine.execute(command('poll.recall'), PRODUCER, nowMs)).toMatchObject({ code: 'recall-expired' });
  });
});

it('verifies on a recount that matches and never on none: a VERIFY that came while the seal was written counts again', async () => {
  const editorial = onePoll({ class: 'editorial' });
  const recounts: string[] = [];
  let matches = false;
  const engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1), {
    recountMatches: async (runId) => {
      recounts.push(runId);
      return matches;
    },
  });
  await engine.importShow(editorial, 'live');
  await engine.execute(command('cue.arm'), PRODUCER, nowMs);
  await engine.execute(command('cue.go'), PRODUCER, nowMs);
  await engine.execute(command('poll.close', { payload: { confirmed: true } }), PRODUCER, nowMs);
  const runId = 'q1:live:1' as RunId;
  const sealing = engine.step({ type: 'system.seal', runId, head: 'ab', tally: { total: 0, options: [] } });
  const verify = engine.execute(command('poll.verify'), PRODUCER, nowMs);
  expect((await sealing).status).toBe('accepted');
  expect(await verify).toMatchObject({ status: 'refused', code: 'recount-differs' });
  expect(recounts).toEqual([runId]);
  matches = true;
  expect((await engine.execute(command('poll.verify'), PRODUCER, nowMs)).status).toBe('accepted');
});

it('verifies the run that was counted, and no other that has come in its place', async () => {
  const recounts: string[] = [];
  const counting = Promise.withResolvers<void>();
  const engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1), {
    recountMatches: async (runId) => {
      recounts.push(runId);
      if (recounts.length === 1) await counting.promise;
      return runId.includes(':live:');
    },
  });
  await engine.importShow(onePoll({ class: 'editorial' }), 'rehearsal');
  for (const mode of ['rehearsal', 'live'] as const) {
    if (mode === 'live') await engine.setMode('live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    elapsedMs += 1_000;
    await engine.execute(command('cue.go'), PRODUCER, nowMs);
    await engine.execute(command('poll.close', { payload: { confirmed: true } }), PRODUCER, nowMs);
    const runId = `q1:${mode}:1` as RunId;
    await engine.step({ type: 'system.seal', runId, head: 'ab', tally: { total: 0, options: [] } });
  }
  const verify = engine.execute(command('poll.verify'), PRODUCER, nowMs);
  await engine.setMode('rehearsal');
  counting.resolve();
  expect(await verify).toMatchObject({ status: 'refused', code: 'recount-differs' });
  expect(recounts).toEqual(['q1:live:1', 'q1:rehearsal:1']);
});

it('does not grow old by a recount that takes long', async () => {
  const engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1), {
    recountMatches: async () => {
      elapsedMs += 5_000;
      return true;
    },
  });
  await engine.importShow(onePoll({ class: 'editorial' }), 'live');
  await engine.execute(command('cue.arm'), PRODUCER, nowMs);
  await engine.execute(command('cue.go'), PRODUCER, nowMs);
  await engine.execute(command('poll.close', { payload: { confirmed: true } }), PRODUCER, nowMs);
  await engine.step({ type: 'system.seal', runId: RUN, head: 'ab', tally: { total: 0, options: [] } });
  expect((await engine.execute(command('poll.verify'), PRODUCER, nowMs)).status).toBe('accepted');
});

describe('an engine whose journal another has written to', () => {
  it('acknowledges nothing more, takes nothing away, and says once that it has been replaced', async () => {
    const path = join(dir, 'journal.db');
    const engine = await engineOn(await openJournal(path, 1));
    await engine.importShow(SHOW, 'live');
    await engine.execute(command('cue.arm'), PRODUCER, nowMs);
    const before = engine.state;
    const other = new Engine(optionsOn(await openJournal(path, 1)));
    const own = await other.execute(command('cue.go'), PRODUCER, nowMs);
    expect(own.status).toBe('accepted');

    const taken = { status: 'refused', code: 'unavailable', message: expect.stringContaining('has been replaced') };
    expect(await engine.execute(command('cue.go'), PRODUCER, nowMs)).toMatchObject(taken);
    expect(await engine.execute(command('show.clear', { target: undefined }), PRODUCER, nowMs)).toMatchObject(taken);
    expect(await engine.lookup(PRODUCER, randomUUID())).toBe('unavailable');
    expect(fenced).toEqual([expect.stringContaining('Another server has written to')]);
    expect([engine.state, orders, held]).toEqual([before, [], []]);
    expect(other.state.runs).toMatchObject({ [RUN]: { intake: 'open' } });
    await other.close();
  });
});

it('gives the journal the rules of runs with the entry that makes them, before they are in force', async () => {
  const real = await openJournal(join(dir, 'journal.db'), 1);
  const given: unknown[] = [];
  const engine: Engine = await engineOn({
    ...real,
    append: (entry, rules) => {
      given.push([entry.type, rules.map(({ runId, intake }) => [runId, intake]), engine.state.runs[RUN]?.intake]);
      return real.append(entry, rules);
    },
  });
  await engine.importShow(SHOW, 'live');
  await engine.execute(command('cue.arm'), PRODUCER, nowMs);
  await engine.execute(command('cue.go'), PRODUCER, nowMs);
  expect(given).toEqual([
    ['show.import', [[RUN, 'ready']], undefined],
    ['cue.arm', [[RUN, 'armed']], 'ready'],
    ['cue.go', [[RUN, 'open']], 'armed'],
  ]);
});

it('does not take a journal that can not be written for the answer to a lookup', async () => {
  const real = await openJournal(join(dir, 'journal.db'), 1);
  let broken = false;
  const engine = await engineOn({
    ...real,
    append: (entry, rules) => (broken ? Promise.reject(new Error('disk full')) : real.append(entry, rules)),
  });
  await engine.importShow(SHOW, 'live');
  broken = true;
  const arm = command('cue.arm');
  expect(await engine.lookup(PRODUCER, arm.id)).toBe('unavailable');
  broken = false;
  expect((await engine.execute(arm, PRODUCER, nowMs)).status).toBe('accepted');
});

describe('an alarm', () => {
  const alarm = { id: 'a1', code: 'storage', message: 'The disk is full.', atMs: 7 };

  it('is raised in its turn, unless somebody has acknowledged it by then', async () => {
    const standing = new Set([alarm.id]);
    const engine = await engineOn(await openJournal(join(dir, 'journal.db'), 1), {
      world: () => ({ preflight: null, identityConnected: false, edgesRestarting: false, alarms: [...standing] }),
      onApplied: ({ entry }) => {
        if (entry.type === 'alarm.seen') standing.delete(alarm.id);
      },
    });
    await engine.importShow(SHOW, 'live');
    const seen = engine.execute(
      command('alarm.seen', { target: undefined, payload: { id: alarm.id } }),
      PRODUCER,
      nowMs,
    );
    const raised = engine.raise(alarm, () => standing.has(alarm.id));
    expect(await seen).toMatchObject({ status: 'accepted' });
    expect(await raised).toMatchObject({ status: 'refused', code: 'unknown-alarm' });
    expect(engine.state.alarms).toEqual([]);
    expect(await engine.raise({ ...alarm, id: 'a2' }, () => true)).toMatchObject({ status: 'accepted' });
    expect(engine.state.alarms).toEqual([{ ...alarm, id: 'a2' }]);
  });
});
