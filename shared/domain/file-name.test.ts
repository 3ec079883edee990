import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileNameFor } from './file-name.ts';

const nameOf = (title: string) => fileNameFor({ title, fallback: 'show', ending: 'json' });

test.each([
  ['Große Show: Finale!', 'große-show-finale.json'],
  ['日本', '日本.json'],
  ['Cafe\u0301 Olé', 'café-olé.json'],
  ['हिन्दी', 'हिन्दी.json'],
  ['../../etc/passwd', 'etc-passwd.json'],
  ['a\u202egnp.exe', 'a-gnp-exe.json'],
  ['CON', 'show-con.json'],
  ['nul.', 'show-nul.json'],
  ['🎉', 'show.json'],
  [' . ', 'show.json'],
])('%j is saved as %j', (title, name) => {
  expect(nameOf(title)).toBe(name);
});

test('no title makes a name that a system refuses or reads as something else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      const name = nameOf(title);
      expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*\.json$/u);
      expect(name).toBe(name.normalize('NFC'));
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(130);
    }),
    { numRuns: 1_000, seed: 11 },
  );
  expect(Buffer.byteLength(nameOf('ß'.repeat(200)))).toBe(125);
});
