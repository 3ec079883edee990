import { expect, test, vi } from 'vitest';
import { type SoundTurn, type TurnChannel, turnByChannel, turnByLock } from './sound-turn.ts';

test('the browser’s lock gives the turn to one window, and on to the next when that one is gone', async () => {
  const waiting: (() => unknown)[] = [];
  const locks = {
    request: (_name: string, take: () => unknown) => {
      waiting.push(take);
      if (waiting.length === 1) take();
      return new Promise(() => undefined);
    },
  } as unknown as LockManager;
  const [one, other] = [turnByLock(locks, () => undefined), turnByLock(locks, () => undefined)];
  one.ask();
  one.ask();
  other.ask();
  expect(waiting).toHaveLength(2);
  expect([one.isMine(), other.isMine()]).toEqual([true, false]);
  waiting[1]?.();
  expect(other.isMine()).toBe(true);
});

test('the lock of this runtime, the real one, is held by one at a time', async () => {
  const [one, other] = [turnByLock(navigator.locks, fail), turnByLock(navigator.locks, fail)];
  one.ask();
  other.ask();
  await vi.waitFor(() => expect(one.isMine()).toBe(true));
  expect(other.isMine()).toBe(false);
});

function fail(error: unknown): never {
  throw error;
}

/** Windows that hear each other but never themselves, as in a browser. */
function room() {
  const channels: TurnChannel[] = [];
  return (id: string): SoundTurn => {
    const channel: TurnChannel = {
      onmessage: null,
      postMessage(data: unknown) {
        for (const other of channels) {
          if (other !== channel) other.onmessage?.call(other as BroadcastChannel, { data } as MessageEvent);
        }
      },
    };
    channels.push(channel);
    return turnByChannel(channel, id);
  };
}

function beat(turns: readonly SoundTurn[], nowMs: number): boolean[] {
  for (const turn of turns) turn.beat(nowMs);
  return turns.map((turn) => turn.isMine());
}

test('without locks one window has the turn, and a newcomer never has it besides', () => {
  const open = room();
  const first = open('b');
  first.ask();
  expect(beat([first], 0)).toEqual([false]);
  expect(beat([first], 400)).toEqual([true]);
  const [later, earlier] = [open('c'), open('a')];
  later.ask();
  earlier.ask();
  for (let ms = 500; ms < 5_000; ms += 100) {
    const mine = beat([first, later, earlier], ms);
    expect(mine.filter(Boolean).length).toBeLessThanOrEqual(1);
  }
  expect(beat([first, later, earlier], 5_000)).toEqual([false, false, true]);
});

test('a window that is gone leaves the turn to the next', () => {
  const open = room();
  const [one, other] = [open('a'), open('b')];
  one.ask();
  other.ask();
  for (let ms = 0; ms <= 2_000; ms += 100) beat([one, other], ms);
  expect([one.isMine(), other.isMine()]).toEqual([true, false]);
  for (let ms = 2_100; ms <= 5_000; ms += 100) beat([other], ms);
  expect(other.isMine()).toBe(true);
});

test('a window that cannot be heard does not ask, and takes the turn from nobody', () => {
  const open = room();
  const [silent, heard] = [open('a'), open('b')];
  heard.ask();
  for (let ms = 0; ms <= 1_000; ms += 100) beat([silent, heard], ms);
  expect([silent.isMine(), heard.isMine()]).toEqual([false, true]);
});
