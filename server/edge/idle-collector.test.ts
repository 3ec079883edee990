import { expect, it, vi } from 'vitest';
import { IdleCollector } from './idle-collector.ts';

it('collects once after everyone has been away for fifteen seconds, and again only after others have been here', () => {
  const collect = vi.fn();
  const collector = new IdleCollector(collect);
  const looks = (viewers: number, ...seconds: number[]) => {
    for (const s of seconds) collector.look(viewers, s * 1_000);
    return collect.mock.calls.length;
  };
  expect(looks(0, 0, 20, 40)).toBe(0);
  expect(looks(5, 50, 90)).toBe(0);
  expect(looks(0, 91, 100, 105)).toBe(0);
  expect(looks(1, 106)).toBe(0);
  expect(looks(0, 107, 121)).toBe(0);
  expect(looks(0, 122, 140, 300)).toBe(1);
  expect(looks(2, 301)).toBe(1);
  expect(looks(0, 302, 317)).toBe(2);
});
