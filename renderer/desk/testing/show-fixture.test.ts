import { expect, test } from 'vitest';
import { SHOW, VITALS } from './show-fixture.ts';

test('every figure of the fixture adds up with every other', () => {
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const { edges, byTransport, online, queueDepth, runs } = VITALS;
  expect(sum(edges.map((e) => e.ws))).toBe(byTransport.ws);
  expect(sum(edges.map((e) => e.sse))).toBe(byTransport.sse);
  expect(sum(edges.map((e) => e.poll))).toBe(byTransport.poll);
  expect(byTransport.ws + byTransport.sse + byTransport.poll).toBe(online);
  expect(sum(edges.map((e) => e.queueDepth))).toBe(queueDepth);
  expect(sum(edges.map((e) => e.arrivalsPerS))).toBe(VITALS.arrivalsPerS);
  for (const run of runs) expect(sum((run.options ?? []).map((o) => o.count ?? 0))).toBe(run.total);
  for (const { tally } of SHOW.cues) {
    if (tally) expect(sum((tally.options ?? []).map((o) => o.count ?? 0))).toBe(tally.total);
  }
  const [live] = runs;
  expect(Math.round(((live?.perS ?? 0) * VITALS.queueHeadAgeMs) / 1000)).toBe(queueDepth);
});
