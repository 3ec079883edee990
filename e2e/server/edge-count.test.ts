/** How many edges a server starts with, and what the operator is told of it. */
import { expect, test } from 'vitest';
import { descriptorLimit } from '../../server/process/descriptor-limit.ts';
import { viewersPerEdge } from '../../shared/domain/edge-count.ts';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';

const PER_EDGE = viewersPerEdge(descriptorLimit());

test('as many as the show expects viewers for, at its import and whenever it is opened again', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 60_000, graceMs: 500 })], { audience: PER_EDGE + 1 });
  const args = ['--edges', 'auto'];
  for (const from of [show, null]) {
    const server = await startServer({ place, show: from, mode: 'live', edges: 1, args });
    expect(server.pids.edges).toHaveLength(2);
    const { edges, edgesExpected, capacity, preflight } = await server.desk().vitals();
    expect([edges.length, edgesExpected, capacity.viewers]).toEqual([2, 2, 2 * PER_EDGE]);
    expect(preflight.edges).toEqual({ ok: true, text: `2 of 2 hold the newest cues; ${server.ready.edgesWhy}` });
    expect(preflight.forecast.ok).toBe(true);
    expect(await server.stop()).toBe(0);
  }
  // A person may know better, and is told what that means.
  const one = await startServer({ place, show: null, mode: null, edges: 1 });
  expect(one.pids.edges).toHaveLength(1);
  const { preflight } = await one.desk().vitals();
  expect(preflight.edges.text).toContain('as many edges as were set');
  expect(preflight.forecast.ok).toBe(false);
  expect(await one.stop()).toBe(0);
});
