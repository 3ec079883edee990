import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Command, type CommandType } from '../../shared/protocol/desk.ts';
import { type Applied, Engine, type Who } from './engine.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import { onePoll } from './testing/one-poll.test-part.ts';

const PRODUCER: Who = { actor: 'producer', roles: ['producer'], source: 'test' };
const SECOND_DESK: Who = { actor: 'owner', roles: ['owner'], source: 'desk:2' };
const SHOW = onePoll({});

let dir: string;
let nowMs: number;
let applied: Applied[];
const open: Engine[] = [];

async function engineOn(journal: Journal): Promise<Engine> {
  const engine = new Engine({
    journal,
    nowMs: () => nowMs,
    world: () => ({ preflight: null, identityConnected: false, edgesRestarting: false, alarms: null }),
    recountMatches: async () => true,
    onApplied: (a) => applied.push(a),
  });
  open.push(engine);
  return engine;
}

function command(type: CommandType, more: object = {}): Command {
  return Command.parse({ id: randomUUID(), type, target: 'q1', clientTimeMs: nowMs, ...more });
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-engine-'));
  nowMs = 1_800_000_000_000;
  applied = [];
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
  const engine = new Engine({
    journal: first,
    nowMs: () => nowMs,
    world: () => ({ preflight: null, identityConnected: false, edgesRestarting: false, alarms: null }),
    recountMatches: async () => true,
    onApplied: () => undefined,
  });
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
    append: async (entry) => {
      if (stalls) {
        atTheDisk.resolve();
        await disk.promise;
      }
      return real.append(entry);
    },
  });
  await engine.importShow(SHOW, 'live');
  await engine.execute(command('cue.arm'), PRODUCER, nowMs);
  stalls = true;
  const stalled = engine.execute(command('show.control', { target: undefined }), PRODUCER, nowMs);
  const go = engine.execute(command('cue.go'), PRODUCER, nowMs);
  await atTheDisk.promise;
  nowMs += 2_001;
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
    append: (entry) => (broken ? Promise.reject(new Error('disk full')) : real.append(entry)),
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
