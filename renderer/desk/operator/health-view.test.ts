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
  expect(healthView(VITALS).checksSum).toEqual({ text: 'all 5 pass', warn: false });
  const edges = { ok: false, text: 'Only 7 of 8 edges are ready.' };
  const view = healthView({ ...VITALS, preflight: { ...VITALS.preflight, edges } });
  expect(view.checks).toContainEqual({ name: 'Edges', state: 'warn', text: 'Only 7 of 8 edges are ready.' });
  expect(view.checksSum).toEqual({ text: '1 of 5 fails', warn: true });
});

test('a ledger that lacks what the journal knows is a check of its own', () => {
  const ledger = { ok: false, text: 'lacks 30 ballots of cue 3 that the journal knows of' };
  const view = healthView({ ...VITALS, preflight: { ...VITALS.preflight, ledger } });
  expect(view.checks).toContainEqual({ name: 'Ledger', state: 'warn', text: ledger.text });
});

test('every alarm that stands is listed, however old', () => {
  const alarms = [
    { id: 'a', code: 'a', message: 'first', atMs: at(18, 10, 0) },
    { id: 'b', code: 'b', message: 'second', atMs: at(21, 12, 5) },
  ];
  const { rows } = healthView({ ...VITALS, alarms }).alarms;
  expect(rows.map(({ time, title }) => `${time} ${title}`)).toEqual(['21:12:05 second', '18:10:00 first']);
});
