import { expect, test } from 'vitest';
import { WakeLock } from './wake-lock.ts';

test('one blocker is held while the show needs it, however often that is said, and given back after', () => {
  const calls: string[] = [];
  let next = 0;
  const lock = new WakeLock({
    start: () => {
      calls.push('start');
      return next++;
    },
    stop: (id) => calls.push(`stop ${id}`),
  });
  expect(lock.held).toBe(false);
  expect([lock.set(true), lock.set(true)]).toEqual([true, false]);
  expect(lock.held).toBe(true);
  lock.set(false);
  lock.set(false);
  lock.set(true);
  expect(calls).toEqual(['start', 'stop 0', 'start']);
});
