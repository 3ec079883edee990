import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CueNumber, MAX_CUES } from '../protocol/show-file.ts';
import { compareNumbers, numberBehind, withNumbers } from './cue-number.ts';

const behind = (number: string | null, ...taken: string[]) => numberBehind(number, new Set(taken));
const numbered = (...numbers: (string | undefined)[]) =>
  withNumbers(numbers.map((number) => (number === undefined ? {} : { number }))).map(({ number }) => number);

/** Of few parts, so that they meet. */
const numbers = fc
  .tuple(fc.constantFrom('0', '7', '12', '9999'), fc.constantFrom('', '.1', '.2', '.999', '.1.1', '.1.999'))
  .chain((parts) => fc.constantFrom('', 'A').map((letter) => parts.join('') + letter));

test('a new cue gets the first free number behind the one it follows', () => {
  expect(behind('7', '7', '8')).toBe('7.1');
  expect(behind('7', '7', '7.1', '7.2', '8')).toBe('7.3');
  expect(behind('7.1', '7', '7.1', '8')).toBe('7.2');
  expect(behind('7.1', '7', '7.1', '7.2')).toBe('7.1.1');
  expect(behind('7.1', '7.1', '7.2', '7.1.1')).toBe('7.1.2');
  expect(behind('7.1.1', '7.1', '7.1.1')).toBe('7.1.2');
  expect(behind('12A', '12', '12A')).toBe('12.1');
  expect(behind('7.999', '7.999')).toBe('7.999.1');
});

test('before the first comes 0.1, and the first of all is 1', () => {
  expect(behind(null, '1', '2')).toBe('0.1');
  expect(behind(null, '0.1', '1')).toBe('0.2');
  expect(behind(null)).toBe('1');
});

test('a rundown without numbers is numbered by place', () => {
  expect(numbered(undefined, undefined, undefined)).toEqual(['1', '2', '3']);
  expect(numbered()).toEqual([]);
});

test('given numbers stay, and the cues between them follow the one before', () => {
  expect(numbered(undefined, '7', undefined, undefined, '7.2', '12A', undefined)).toEqual([
    ...['0.1', '7', '7.1', '7.1.1', '7.2', '12A', '12.1'],
  ]);
});

test('whatever rundown grows by whatever insertions, each cue keeps its number and no two have the same', () => {
  const places = fc.array(fc.nat(), { maxLength: 60 });
  const start = fc.uniqueArray(numbers, { maxLength: 8 });
  fc.assert(
    fc.property(start, places, (given, inserted) => {
      const rundown = [...given];
      for (const any of inserted) {
        const place = any % (rundown.length + 1);
        const number = numberBehind(rundown[place - 1] ?? null, new Set(rundown));
        expect(CueNumber.safeParse(number).success, number).toBe(true);
        expect(rundown).not.toContain(number);
        rundown.splice(place, 0, number);
      }
      expect(rundown.filter((number) => given.includes(number))).toEqual(given);
    }),
  );
});

test('whatever numbers a file gives, they stay, and the others get numbers of their own', () => {
  const file = fc.uniqueArray(numbers, { maxLength: 12 }).chain((given) => {
    return fc.shuffledSubarray([...given, ...Array.from({ length: 8 }, () => undefined)]);
  });
  fc.assert(
    fc.property(file, (cues) => {
      const all = numbered(...cues);
      expect(new Set(all).size).toBe(cues.length);
      cues.forEach((given, i) => {
        expect(all[i]).toBe(given ?? all[i]);
        expect(CueNumber.safeParse(all[i]).success).toBe(true);
      });
    }),
  );
});

test('a rundown of as many cues as there may be can be made by adding each at the same place', () => {
  for (const at of ['first', 'last'] as const) {
    const rundown = ['1'];
    while (rundown.length < MAX_CUES) {
      const last = at === 'last' ? (rundown.at(-1) ?? null) : null;
      const number = numberBehind(last, new Set(rundown));
      rundown.splice(at === 'last' ? rundown.length : 0, 0, number);
    }
    expect(new Set(rundown).size).toBe(MAX_CUES);
    expect(rundown.filter((number) => !CueNumber.safeParse(number).success)).toEqual([]);
  }
});

test('numbers are sorted as people count', () => {
  const sorted = ['0.1', '2', '2A', '2.1', '2.1A', '2.1.1', '2.2', '2.10', '10', '010'];
  expect([...sorted].reverse().sort(compareNumbers)).toEqual([
    '0.1',
    '2',
    '2A',
    '2.1',
    '2.1A',
    '2.1.1',
    '2.2',
    '2.10',
    '010',
    '10',
  ]);
  expect(compareNumbers('7', '7')).toBe(0);
});
