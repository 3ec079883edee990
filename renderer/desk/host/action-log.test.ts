import { expect, test } from 'vitest';
import type { DeskBridge } from '../../../shared/protocol/bridge.ts';
import { CommandId } from '../../../shared/protocol/ids.ts';
import type { LogIntent } from '../../../shared/protocol/logbook.ts';
import { bridgeLog } from './action-log.ts';
import { newCommandId } from './new-id.ts';

const INTENT: LogIntent = { id: 'a', atMs: 1, actor: 'x', source: 'key', type: 'cue.go', target: null, command: null };
const bridge = (logIntent: () => Promise<void>) =>
  ({ logIntent, logOutcome: () => Promise.resolve() }) as unknown as DeskBridge;

test('an intent on disk in time is in time', async () => {
  expect(
    await bridgeLog(
      bridge(() => Promise.resolve()),
      () => {},
    ).intent(INTENT),
  ).toEqual({ inTime: true });
});

test('a disk that hangs holds an act back for 100 ms only', async () => {
  expect(
    await bridgeLog(
      bridge(() => new Promise(() => {})),
      () => {},
    ).intent(INTENT),
  ).toEqual({ inTime: false });
});

test('a logbook that fails is told, and the act goes on', async () => {
  const told: string[] = [];
  const log = bridgeLog(
    bridge(() => Promise.reject(new Error('disk full'))),
    (message) => told.push(message),
  );
  expect(await log.intent(INTENT)).toEqual({ inTime: false });
  expect(told).toEqual(['disk full']);
});

test('ids are UUIDs and differ', () => {
  const ids = Array.from({ length: 50 }, newCommandId);
  for (const id of ids) expect(CommandId.safeParse(id).success).toBe(true);
  expect(new Set(ids).size).toBe(50);
});
