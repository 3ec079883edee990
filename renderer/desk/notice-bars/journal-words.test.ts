import { expect, test } from 'vitest';
import { journalWords } from './journal-words.ts';

test('acts that are in force and not in the journal are told with their number, until the journal has them', () => {
  expect(journalWords(2)).toBe(
    '2 acts are in force and not in the journal yet: the disk takes no writes. Everything else is refused until it does.',
  );
  expect(journalWords(1)).toContain('1 act is in force');
  expect([journalWords(undefined), journalWords(0)]).toEqual([null, null]);
});
