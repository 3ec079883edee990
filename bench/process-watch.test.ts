import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { descriptors } from './process-usage.ts';
import { growthKbPerMin, leftovers, type ProcessSample, type Sample } from './process-watch.ts';

const edge = (pid: number, fields: Partial<ProcessSample> = {}): ProcessSample => {
  return { part: 'edges', pid, rssKb: 0, cpuS: 0, descriptors: 25, ...fields };
};

function sample(fields: Partial<Sample>): Sample {
  const viewers = { ws: 0, sse: 0, poll: 0 };
  return { atS: 0, processes: [edge(1)], viewers, queueDepth: 0, queueHeadAgeMs: 0, here: 0, ...fields };
}

test('a server that still holds viewers, ballots or connections is not empty', () => {
  const start = sample({});
  expect(leftovers(start, start)).toEqual([]);
  expect(leftovers(sample({ viewers: { ws: 0, sse: 2, poll: 1 } }), start)).toEqual(['2 on sse', '1 on poll']);
  expect(leftovers(sample({ queueDepth: 3 }), start)).toEqual(['3 ballots waiting']);
  // The edge that came after a restart counts like the one before it.
  const leaking = sample({ processes: [edge(2), edge(3, { descriptors: 80 })] });
  expect(leftovers(leaking, start)).toEqual(['edges 3 has 80 descriptors, 25 at the start']);
});

test('growth is that of all processes of a part together, whichever they are', () => {
  const samples = [0, 30, 60, 90].map((atS, i) => {
    const processes = [edge(i, { rssKb: 1_000 + atS }), edge(i + 10, { rssKb: 2_000 + atS })];
    return sample({ atS, processes: [...processes, edge(99, { part: 'core', rssKb: 5_000 - atS * 4 })] });
  });
  expect(growthKbPerMin(samples, 'edges')).toBeCloseTo(120);
  expect(growthKbPerMin(samples, 'core')).toBeCloseTo(-240);
});

test.runIf(process.platform === 'linux')('an open file is a descriptor more', () => {
  const before = descriptors(process.pid);
  const files = Array.from({ length: 20 }, () => openSync(fileURLToPath(import.meta.url), 'r'));
  expect(descriptors(process.pid) - before).toBeGreaterThan(10);
  for (const file of files) closeSync(file);
});
