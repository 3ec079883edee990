import { expect, test, vi } from 'vitest';
import { LargeAnswers } from './large-answers.ts';

const never = new Promise<void>(() => {});
const gone = Promise.resolve();

test('of one holder so many are made at a time, and another is not concerned', async () => {
  const large = new LargeAnswers();
  for (let n = 0; n < 32; n++) expect(await large.make('ana', never, async () => n)).toEqual({ answer: n });
  expect(await large.make('ana', never, async () => 'more')).toBeNull();
  expect(await large.make('bo', never, async () => 'his')).toEqual({ answer: 'his' });
});

test('one counts until it was made and has gone out, whichever comes last', async () => {
  const large = new LargeAnswers();
  const work = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const abandoned = Array.from({ length: 16 }, () => large.make('ana', gone, () => work.promise));
  for (let n = 0; n < 16; n++) await large.make('ana', left.promise, async () => n);
  const next = () => large.make('ana', gone, async () => 'next');
  expect(await next()).toBeNull();
  left.resolve();
  await vi.waitFor(async () => expect(await next()).toEqual({ answer: 'next' }));
  work.resolve();
  await Promise.all(abandoned);
  for (let n = 0; n < 100; n++) expect(await next()).not.toBeNull();
});

test('one that can’t be made gives its place back', async () => {
  const large = new LargeAnswers();
  for (let n = 0; n < 100; n++) {
    const failed = large.make('ana', gone, () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
  }
});
