import { expect, test } from 'vitest';
import { recodeConsequence } from './recode-words.ts';

test.each([
  [{ rehearsing: 0 }, 'No phone is connected to the rehearsal now'],
  [{ rehearsing: 1 }, '1 phone in the rehearsal is sent away at once'],
  [{ rehearsing: 1_200 }, '1,200 phones in the rehearsal are sent away at once'],
  [null, 'Every phone in the rehearsal is sent away at once'],
])('a new code says whom it sends away: %o', (vitals, words) => {
  const said = recodeConsequence(vitals);
  expect(said).toContain(words);
  expect(said).toContain('the old link lets nobody in any more');
  expect(said).toContain('Viewers of the show notice nothing.');
});
