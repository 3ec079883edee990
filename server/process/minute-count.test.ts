import { expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import { MinuteCount } from './minute-count.ts';

it('holds what came within the last minute and forgets what is older', () => {
  const count = new MinuteCount();
  expect(count.at(monotonicMs(1_000))).toBe(0);
  count.add(3, monotonicMs(1_000));
  count.add(4, monotonicMs(31_000));
  expect(count.at(monotonicMs(50_000))).toBe(7);
  expect(count.at(monotonicMs(64_000))).toBe(4);
  expect(count.at(monotonicMs(95_000))).toBe(0);
  count.add(1, monotonicMs(1_000_000));
  expect(count.at(monotonicMs(1_000_000))).toBe(1);
});
