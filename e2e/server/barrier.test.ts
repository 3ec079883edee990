/** The end of a poll waits for an edge that says nothing, tells for whom and until when, and goes on at once when it speaks. */
import { expect, test } from 'vitest';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

const GRACE_MS = 0;

test('vitals say for which edge a closing poll waits, and until when', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 600_000, graceMs: GRACE_MS })]);
  const server = await startServer({ place, show, mode: 'live', edges: 2 });
  const desk = server.desk();
  const { runId } = await desk.air('q1');
  server.kill({ edge: 1 }, 'SIGSTOP');
  const pid = server.pids.edges[1];
  const { edges } = await desk.vitals();
  const still = edges.find((edge) => edge.pid === pid);
  await desk.command('poll.close', 'q1', { confirmed: true });
  const { waitsFor, serverNowMs } = await until(
    async () => {
      const vitals = await desk.vitals();
      const run = vitals.runs.find((candidate) => candidate.runId === runId);
      return run?.waitsFor?.edges.length === 1 && { waitsFor: run.waitsFor, serverNowMs: vitals.serverNowMs };
    },
    { what: 'the poll waits for one edge', withinMs: 3_000 },
  );
  expect(waitsFor.edges).toEqual([still?.id]);
  expect(waitsFor.untilMs - serverNowMs).toBeGreaterThan(0);
  expect(waitsFor.untilMs - serverNowMs).toBeLessThanOrEqual(2_001);
  server.kill({ edge: 1 }, 'SIGCONT');
  await desk.waitForIntake('q1', 'verified');
  const after = (await desk.vitals()).runs.find((candidate) => candidate.runId === runId);
  expect(after?.waitsFor).toBeUndefined();
  expect(await server.stop()).toBe(0);
});
