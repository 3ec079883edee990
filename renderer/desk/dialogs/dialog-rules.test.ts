import { expect, test } from 'vitest';
import { momentWith } from '../testing/moment-fixture.ts';
import { busyRuns, busyWords } from '../words/busy-runs.ts';
import { isTyped } from './confirm-rules.ts';

test('only the words themselves confirm, whatever their case and spaces', () => {
  expect(isTyped('  saturday  FINALE ', 'Saturday Finale')).toBe(true);
  expect(isTyped('Saturday', 'Saturday Finale')).toBe(false);
  expect(isTyped('', '')).toBe(false);
});

test('the quit question names what is armed or on air', () => {
  const { cues } = momentWith({}).show;
  expect(busyRuns(cues)).toHaveLength(2);
  expect(busyWords(cues)).toBe(
    'cue 7 “Who sings the final song?” is open and cue 8 “Should the jury save stand?” is armed',
  );
  expect(busyWords([])).toBe('nothing is armed or on air');
});
