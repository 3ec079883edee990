import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { CommandLookup, Role } from '../../shared/protocol/commands.ts';
import type { ActionRecord, LogOutcome } from '../../shared/protocol/logbook.ts';
import { type ActionDoor, actionDoor } from './action-door.ts';
import { type ActionLog, openActionLog } from './action-log.ts';
import { ActionSettler, SETTLE_AFTER_MS } from './action-settler.ts';

const MAX = 3;
const ANA = { actor: 'Ana', roles: ['producer'] as Role[], source: 'browser:1111' };
const BO = { actor: 'Bo', roles: ['director'] as Role[], source: 'browser:2222' };
const OWNER = { actor: 'Kim', roles: ['owner'] as Role[], source: 'desk:3333' };
const NEWEST = { desk: null, place: { from: 'before', seq: null }, limit: 10 } as const;

let dir: string;
let troubles: string[];
let nowMs: number;
let answer: CommandLookup | 'unavailable';
let log: ActionLog;
let settler: ActionSettler;
let door: ActionDoor;

async function open(): Promise<void> {
  log = await openActionLog({
    path: join(dir, 'browser-log.db'),
    maxPerDesk: MAX,
    onTrouble: (message) => troubles.push(message),
  });
  settler = new ActionSettler(
    {
      nowMs: () => nowMs,
      lookup: async () => answer,
      write: ({ desk }, outcome) => log.keep(desk, { kind: 'outcome', outcome }),
      onTrouble: (error) => troubles.push(String(error)),
    },
    log.leftOpen,
  );
  door = actionDoor({ log, settler, monotonicNow: () => monotonicMs(nowMs) });
}

async function close(): Promise<void> {
  settler.stop();
  await log.close();
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-actions-'));
  [troubles, nowMs, answer] = [[], 10_000, { status: 'never-seen' }];
  await open();
});
afterEach(async () => {
  await close();
  rmSync(dir, { recursive: true, force: true });
});

const intent = (id: string, command: unknown = null): ActionRecord => ({
  kind: 'intent',
  intent: { id, atMs: 1, actor: 'somebody else', source: 'key', type: 'cue.go', target: 'c', command },
});
const outcome = (id: string, of: LogOutcome['outcome']): ActionRecord => ({
  kind: 'outcome',
  outcome: {
    ...{ id, outcome: of, code: null, message: null, latencyMs: 4, answer: null },
    ...{ loggedLate: false, settled: false },
  },
});

test('a record is kept under the name that its token speaks for, whatever its body says', async () => {
  const id = randomUUID();
  expect(await door.take(intent(id), ANA)).toBeNull();
  expect(await door.take(outcome(id, 'accepted'), ANA)).toBeNull();
  expect(await door.page(ANA, NEWEST)).toMatchObject({ entries: [{ id, actor: 'Ana', outcome: 'accepted' }] });
});

test('nobody but the owner reads another desk’s log, and nobody ends another’s action', async () => {
  const id = randomUUID();
  await door.take(intent(id), ANA);
  expect(await door.take(outcome(id, 'accepted'), BO)).toMatchObject({ error: { code: 'not-found' } });
  expect(await door.page(BO, NEWEST)).toEqual({ entries: [] });
  expect(await door.page(BO, { ...NEWEST, desk: ANA.source })).toBe('role');
  expect(await door.page(OWNER, { ...NEWEST, desk: ANA.source })).toMatchObject({ entries: [{ id, outcome: null }] });
});

test('scripts of different roles share no log, though their tokens share a source', async () => {
  await door.take(intent(randomUUID()), { actor: 'producer', roles: ['producer'], source: 'api' });
  expect(await door.page({ actor: 'director', roles: ['director'], source: 'api' }, NEWEST)).toEqual({ entries: [] });
});

test('what is no record, is too large or has no command’s id is refused', async () => {
  expect(await door.take({ kind: 'intent' }, ANA)).toMatchObject({ error: { code: 'malformed' } });
  expect(await door.take(intent('not-a-uuid'), ANA)).toMatchObject({ error: { code: 'malformed' } });
  const large = await door.take(intent(randomUUID(), 'x'.repeat(40_000)), ANA);
  expect(large).toMatchObject({ error: { code: 'malformed', message: expect.stringContaining('longer than') } });
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(await door.take(intent(randomUUID(), deep), ANA)).toMatchObject({ error: { code: 'malformed' } });
});

test('a desk that has written its share is told so, also by the next core, and may still end what it began', async () => {
  const ids = Array.from({ length: MAX }, () => randomUUID());
  for (const id of ids) expect(await door.take(intent(id), ANA)).toBeNull();
  await close();
  await open();
  expect(await door.take(intent(randomUUID()), ANA)).toMatchObject({ error: { code: 'log-full' } });
  expect(await door.take(intent(ids[0] ?? ''), ANA)).toBeNull();
  expect(await door.take(outcome(ids[0] ?? '', 'refused'), ANA)).toBeNull();
  expect(await door.take(intent(randomUUID()), BO)).toBeNull();
});

test('a page that writes without end is held back, and others are not', async () => {
  const bad = () => door.take(null, ANA);
  let refused = await bad();
  for (let n = 0; n < 1_000; n++) refused = await bad();
  expect(refused).toMatchObject({ error: { code: 'rate-limited' } });
  expect(await door.take(intent(randomUUID()), BO)).toBeNull();
  nowMs += 1_000;
  expect(await bad()).toMatchObject({ error: { code: 'malformed' } });
});

test('an action whose end was never told is settled from the journal, but not before its command has grown too old', async () => {
  const [open1, ended] = [randomUUID(), randomUUID()];
  answer = { status: 'accepted', revision: 7, atMs: 5 };
  await door.take(intent(open1), ANA);
  await door.take(intent(ended), ANA);
  await door.take(outcome(ended, 'not-sent'), ANA);
  await door.take(outcome(open1, 'unknown'), ANA);
  nowMs += SETTLE_AFTER_MS - 1;
  await settler.look();
  expect(await door.page(ANA, NEWEST)).toMatchObject({ entries: [{ outcome: 'unknown' }, { outcome: 'not-sent' }] });
  nowMs += 1;
  await settler.look();
  expect(await door.page(ANA, NEWEST)).toMatchObject({
    entries: [{ outcome: 'accepted', settled: true, answer }, { outcome: 'not-sent' }],
  });
});

test('what a core left open is settled by the next one', async () => {
  const id = randomUUID();
  await door.take(intent(id), ANA);
  await close();
  await open();
  nowMs += SETTLE_AFTER_MS;
  await settler.look();
  expect(await door.page(ANA, NEWEST)).toMatchObject({ entries: [{ id, outcome: 'never-seen', settled: true }] });
});

test('while the journal can’t be written nothing is settled', async () => {
  await door.take(intent(randomUUID()), ANA);
  answer = 'unavailable';
  nowMs += SETTLE_AFTER_MS;
  await settler.look();
  expect(await door.page(ANA, NEWEST)).toMatchObject({ entries: [{ outcome: null }] });
  answer = { status: 'never-seen' };
  await settler.look();
  expect(await door.page(ANA, NEWEST)).toMatchObject({ entries: [{ outcome: 'never-seen' }] });
});

test('a file that can’t be opened is told once, and every call says why', async () => {
  await close();
  rmSync(join(dir, 'browser-log.db-wal'), { force: true });
  writeFileSync(join(dir, 'browser-log.db'), 'this is no database, and is long enough to be taken for one'.repeat(20));
  await open();
  expect(troubles).toEqual([expect.stringContaining('is damaged')]);
  await expect(door.take(intent(randomUUID()), ANA)).rejects.toThrow('is damaged');
});
