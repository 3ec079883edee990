import { expect, test } from 'vitest';
import { RandomIds } from './random-ids.ts';

test('ids are of one form and never the same, over many draws', () => {
  const ids = new RandomIds();
  const all = Array.from({ length: 5_000 }, () => ids.next());
  expect(new Set(all).size).toBe(all.length);
  for (const id of all) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(all).not.toContain('A'.repeat(22));
});

test('two sources share nothing', () => {
  const [one, other] = [new RandomIds(), new RandomIds()];
  const ofOne = new Set(Array.from({ length: 1_000 }, () => one.next()));
  for (let i = 0; i < 1_000; i += 1) expect(ofOne.has(other.next())).toBe(false);
});
