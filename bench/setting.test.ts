import { expect, test } from 'vitest';
import { readSetting } from './setting.ts';

const read = (...args: string[]) => readSetting(args, ['arrivals', 'night'], 7);

test('a scenario is run with a profile only when that is asked for', () => {
  expect(read('arrivals', '--profile')).toMatchObject({
    kind: 'setting',
    setting: { only: ['arrivals'], profile: true },
  });
  expect(read('arrivals')).toMatchObject({ kind: 'setting', setting: { profile: false } });
});

test('the page is made from all results, or from those of the scenarios that are named', () => {
  expect(read('page')).toEqual({ kind: 'page', only: [] });
  expect(read('page', 'night')).toEqual({ kind: 'page', only: ['night'] });
  expect(read('page', 'tonight')).toMatchObject({ kind: 'refused' });
});
