import { expect, test } from 'vitest';
import { seriesOf } from './series.ts';

test('every number becomes a line, named by its path or by the name of its entry', () => {
  const { atS, lines } = seriesOf([
    { atS: 0, queue: 1, processes: [{ name: 'core', rssKb: 10 }] },
    {
      atS: 5,
      processes: [
        { name: 'edge-1', rssKb: 7 },
        { name: 'core', rssKb: 11 },
      ],
    },
  ]);
  expect(atS).toEqual([0, 5]);
  expect(lines).toEqual({
    queue: [1, Number.NaN],
    'processes.core.rssKb': [10, 11],
    'processes.edge-1.rssKb': [Number.NaN, 7],
  });
});

test('several entries of one name add up, and whose number a process has is no measurement', () => {
  const processes = [
    { part: 'edges', pid: 5, rssKb: 10 },
    { part: 'edges', pid: 6, rssKb: 12 },
  ];
  expect(seriesOf([{ atS: 0, processes }]).lines).toEqual({ 'processes.edges.rssKb': [22] });
});

test('a long run is thinned out, and keeps its first and last sample', () => {
  const { atS, lines } = seriesOf(Array.from({ length: 10_000 }, (_, i) => ({ atS: i, queue: i })));
  expect(atS.length).toBeLessThan(160);
  expect([atS[0], atS.at(-1)]).toEqual([0, 9_999]);
  expect(lines.queue).toEqual(atS);
});
