/** Persons are ids: names stand beside them in the journal. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import { Command } from '../../shared/protocol/commands.ts';
import { openJournal } from '../journal/journal.ts';
import { Engine } from './engine.ts';
import { onePoll } from './one-poll.test-part.ts';
import type { Applied } from './show-book.ts';

const PIA = { actor: 'p-1', roles: ['producer'], source: 'desk:1' } as const;
const NOW_MS = 1_800_000_000_000;

let dir: string;
let applied: Applied[];
let engine: Engine;

async function engineOnDisk(): Promise<Engine> {
  return new Engine({
    journal: await openJournal(join(dir, 'journal.db'), 1),
    epoch: 1,
    nowMs: () => NOW_MS,
    monotonicNow: () => monotonicMs(5_000),
    formerTimes: () => [],
    world: () => ({ preflight: null, identityConnected: false, edgesRestarting: false, alarms: null }),
    recountMatches: async () => true,
    onApplied: (a) => applied.push(a),
    onOrders: () => {},
    onHeld: () => {},
    onFenced: () => {},
  });
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-signed-in-'));
  applied = [];
  engine = await engineOnDisk();
  await engine.importShow(onePoll({}), 'live');
});
afterEach(async () => {
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

it('whoever signs in is named once, renamed under another name, and the same person all the while and after a restart', async () => {
  const take = Command.parse({ id: randomUUID(), type: 'show.control', clientTimeMs: NOW_MS });
  await engine.signedIn(PIA, 'Pia');
  const first = await engine.execute(take, PIA, NOW_MS);
  await engine.signedIn(PIA, 'Pia');
  await engine.signedIn(PIA, 'Pia Berg');
  expect(applied.flatMap(({ entry }) => entry.events).filter(({ type }) => type === 'person.named')).toEqual([
    { type: 'person.named', id: 'p-1', name: 'Pia' },
    { type: 'person.named', id: 'p-1', name: 'Pia Berg' },
  ]);
  expect(await engine.execute(take, PIA, NOW_MS)).toEqual(first);
  await engine.close();
  engine = await engineOnDisk();
  expect(engine.state.persons).toEqual({ 'p-1': 'Pia Berg' });
  expect(engine.state.control).toMatchObject({ actor: 'p-1' });
  expect(await engine.execute(take, PIA, NOW_MS)).toEqual(first);
});

it('whoever is called by their id is named by nothing', async () => {
  await engine.signedIn({ ...PIA, actor: 'producer' }, 'producer');
  expect(applied.at(-1)?.entry).toMatchObject({ type: 'session.open', actor: 'producer', events: [] });
  expect(engine.state.persons).toEqual({});
});
