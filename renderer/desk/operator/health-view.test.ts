import { expect, test } from 'vitest';
import { at, VITALS } from '../testing/show-fixture.ts';
import { healthView } from './health-view.ts';

test('the level in force has its name, and those below it are passed', () => {
  const view = healthView(VITALS);
  expect([view.level, view.levelName]).toEqual([1, 'Economy']);
  expect(view.steps.map((step) => step.state)).toEqual(['passed', 'current', 'ahead', 'ahead', 'ahead', 'ahead']);
  expect(view.measures).toBe('1 of 1 in force');
  expect(view.desks).toBe('2');
});

test('checks keep their sentences, and a failing one is counted', () => {
  expect(healthView(VITALS).checksSum).toEqual({ text: 'all 4 pass', warn: false });
  const edges = { ok: false, text: 'Only 7 of 8 edges are ready.' };
  const view = healthView({ ...VITALS, preflight: { ...VITALS.preflight, edges } });
  expect(view.checks).toContainEqual({ name: 'Edges', state: 'warn', text: 'Only 7 of 8 edges are ready.' });
  expect(view.checksSum).toEqual({ text: '1 of 4 fails', warn: true });
});

test('alarms stand with their times, the newest first', () => {
  const view = healthView({
    ...VITALS,
    alarms: [
      { id: 'a', code: 'a', message: 'first', atMs: at(21, 10, 0) },
      { id: 'b', code: 'b', message: 'second', atMs: at(21, 12, 5) },
    ],
  });
  expect(view.alarms.map(({ time, text }) => `${time} ${text}`)).toEqual(['21:12:05 second', '21:10:00 first']);
});
