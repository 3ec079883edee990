import { expect, it } from 'vitest';
import { newBallotRef } from './ballot-ref.ts';

it('references can be read out and do not repeat', () => {
  const refs = Array.from({ length: 5_000 }, newBallotRef);
  for (const ref of refs) expect(ref).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  expect(new Set(refs).size).toBe(refs.length);
});
