import { expect, test } from 'vitest';
import { at } from '../testing/show-fixture.ts';
import { alarmsView } from './alarms-view.ts';

const alarm = (id: string, message: string, atMs: number) => ({ id, code: 'part', message, atMs });

test('the newest comes first, also when somebody has set the clock back in between', () => {
  const view = alarmsView([alarm('a', 'first', at(22, 10, 0)), alarm('b', 'second', at(21, 10, 5))]);
  expect(view.rows.map(({ id }) => id)).toEqual(['b', 'a']);
  expect([view.count, view.says]).toEqual(['2 alarms', '2 alarms. The newest, since 21:10:05: second']);
});

test('of many lines the first says what is wrong, and the rest is kept apart', () => {
  const message = 'Edge e8 died three times in 30 s.\n\n  Error: listen EADDRINUSE\n    at Server.listen\n';
  const [row] = alarmsView([alarm('a', message, at(21, 10, 0))]).rows;
  expect(row).toMatchObject({
    title: 'Edge e8 died three times in 30 s.',
    rest: 'Error: listen EADDRINUSE\n    at Server.listen',
  });
  expect(alarmsView([alarm('a', 'One line.', 0)]).rows[0]?.rest).toBeNull();
});

test('none and one are said as such', () => {
  expect(alarmsView([])).toMatchObject({ count: '0 alarms', says: 'No alarm stands' });
  expect(alarmsView([alarm('a', 'One.', at(21, 0, 0))]).says).toBe('1 alarm. Since 21:00:00: One.');
});
