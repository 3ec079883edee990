import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OptionId } from '../protocol/ids.ts';
import { choiceFault } from './ballot-choice.ts';

const ids = (...names: string[]) => names as OptionId[];
const single = { options: ids('a', 'b', 'c'), min: 1, max: 1 };
const upToTwo = { options: ids('a', 'b', 'c'), min: 1, max: 2 };

describe('a choice', () => {
  it('of one of the options is a ballot in a single-choice run', () => {
    expect(choiceFault(single, ids('b'))).toBeNull();
  });

  it('names the fault: unknown option, option twice, too few, too many', () => {
    expect(choiceFault(single, ids('z'))).toBe('unknown-option');
    expect(choiceFault(upToTwo, ids('a', 'a'))).toBe('option-twice');
    expect(choiceFault(single, ids())).toBe('too-few');
    expect(choiceFault(single, ids('a', 'b'))).toBe('too-many');
  });

  it('may be empty only where the run asks for nothing', () => {
    expect(choiceFault({ ...upToTwo, min: 0 }, ids())).toBeNull();
  });

  it('is good exactly when it is a subset of the options whose size is in bounds, in any order', () => {
    const options = ids('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(
        fc.shuffledSubarray(options, { minLength: 1 }),
        fc.nat(5),
        fc.nat(5),
        fc.array(fc.constantFrom(...options, ...ids('x', 'y'))),
        (offered, min, max, choice) => {
          const distinct = new Set(choice);
          const good =
            distinct.size === choice.length &&
            choice.every((id) => offered.includes(id)) &&
            choice.length >= min &&
            choice.length <= max;
          expect(choiceFault({ options: offered, min, max }, choice) === null).toBe(good);
        },
      ),
    );
  });
});
