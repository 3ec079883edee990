import { Place, poll } from '../../e2e/server/testing/place.ts';
import { startServer } from '../../e2e/server/testing/server.ts';
import { Stage } from '../../e2e/server/testing/stage.ts';
import { atEnd } from '../clean-up.ts';
import { v8FlagsOf } from '../process-usage.ts';
import type { Subject } from './subject.ts';

const HOUR_MS = 3_600_000;

/** The real server with one edge and an open poll. A pause or its end is a new state for everyone. */
export async function startProduct(): Promise<Subject & { v8Flags: string[] }> {
  const place = new Place('file');
  const clear = atEnd(() => place.clear());
  const show = place.show([poll('q1', { durationMs: HOUR_MS, graceMs: 2_000 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 1, args: ['--log-level', 'warn'] });
  const desk = server.desk();
  await new Stage(desk).go('q1');
  const pid = server.pidOf({ edge: 0 });
  let isPaused = false;
  return {
    name: 'product',
    tongue: 'product',
    url: server.audienceUrl,
    pid,
    ballotPids: [pid, server.pids.core],
    takesBallots: true,
    v8Flags: v8FlagsOf(pid),
    publish: async () => {
      if (isPaused) await desk.command('poll.resume', 'q1');
      else await desk.command('poll.pause', 'q1', { reason: 'a new state' });
      isPaused = !isPaused;
    },
    end: async () => {
      await server.stop();
      await clear();
    },
  };
}
