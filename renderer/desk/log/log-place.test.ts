import { expect, test } from 'vitest';
import type { ActionRecord } from '../../../shared/protocol/logbook.ts';
import { withWaiting } from '../logbook/waiting-records.ts';
import { FIRST_LOOK, foundInShow, placed } from '../store/log-window.ts';
import { anchorAt, newerThan, offsetOf, steppedIndex } from './log-place.ts';

const rows = (...keys: string[]) => keys.map((key) => ({ key }));
const before = rows('c', 'b', 'a');
const after = rows('e', 'd', 'c', 'b', 'a');

test('what is read stays where it is when lines come in above, and those are counted', () => {
  const anchor = anchorAt(before, 47, 36);
  expect(anchor).toEqual({ key: 'b', into: 11 });
  expect(offsetOf(after, anchor, 36)).toBe(3 * 36 + 11);
  expect(newerThan(after, 'c')).toBe(2);
});

test('a list that stands at its newest line stays there', () => {
  expect(anchorAt(before, 20, 36)).toBeNull();
  expect(offsetOf(after, null, 36)).toBe(0);
  expect(newerThan(after, null)).toBe(0);
});

test('a line that was filtered away holds nothing', () => {
  expect(offsetOf(before, { key: 'x', into: 3 }, 36)).toBeNull();
});

test('arrows go line by line and stop at the ends, pages and ends go further', () => {
  const size = { count: 30, page: 10 };
  expect(steppedIndex('ArrowDown', -1, size)).toBe(0);
  expect(steppedIndex('ArrowDown', 29, size)).toBe(29);
  expect(steppedIndex('ArrowUp', 0, size)).toBe(0);
  expect(steppedIndex('PageDown', 4, size)).toBe(14);
  expect(steppedIndex('PageUp', 4, size)).toBe(0);
  expect([steppedIndex('Home', 9, size), steppedIndex('End', 9, size)]).toEqual([0, 29]);
  expect(steppedIndex('a', 9, size)).toBeNull();
  expect(steppedIndex('ArrowDown', 0, { count: 0, page: 10 })).toBeNull();
});

test('a command is looked for in the whole show whatever was filtered before', () => {
  const looked = placed({ ...FIRST_LOOK, filter: { ...FIRST_LOOK.filter, who: 'Mara L.' } }, 'show', { selected: '7' });
  expect(foundInShow(looked, 'c-9')).toMatchObject({
    tab: 'show',
    filter: { who: '', query: 'c-9' },
    places: { show: { selected: null } },
  });
});

const none = { code: null, message: null, latencyMs: null, answer: null, loggedLate: false, settled: false };
const pressed = (id: string) => ({
  ...{ id, atMs: 1, actor: 'Mara L.', source: 'key', type: 'cue.go', target: null, command: null },
});
const ended = (id: string): ActionRecord => ({ kind: 'outcome', outcome: { id, outcome: 'not-sent', ...none } });

test('what has not reached the core stands in the list all the same', () => {
  const known = { ...pressed('a'), seq: 4, outcome: null, ...none };
  const waiting: ActionRecord[] = [ended('a'), { kind: 'intent', intent: pressed('b') }, ended('b')];
  expect(withWaiting([known], waiting)).toMatchObject([
    { id: 'a', seq: 4, outcome: 'not-sent', waits: true },
    { id: 'b', seq: 5, outcome: 'not-sent', waits: true },
  ]);
  const twice = withWaiting(
    [{ ...known, outcome: 'accepted' }],
    [{ kind: 'intent', intent: pressed('a') }, ended('a')],
  );
  expect(twice).toMatchObject([{ id: 'a', outcome: 'accepted' }]);
});
