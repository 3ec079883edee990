import { expect, test } from 'vitest';
import { UnseenRuns } from './unseen-runs.ts';

test('what is on air on a server that no window shows is known, also while it does not answer, and forgotten when a window does', async () => {
  let looking = true;
  let answer: () => Promise<number> = async () => 2;
  const unseen = new UnseenRuns({ looking: () => looking, busyRuns: () => answer() });
  await unseen.look();
  expect(unseen.busyRuns).toBe(2);
  answer = () => Promise.reject(new Error('gone'));
  await unseen.look();
  expect(unseen.busyRuns).toBe(2);
  looking = false;
  expect(unseen.busyRuns).toBe(0);
  await unseen.look();
  looking = true;
  expect(unseen.busyRuns).toBe(0);
});
