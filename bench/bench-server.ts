/** The server under test: always the real one, as processes, in a folder of its own. */
import { Place, poll } from '../e2e/server/testing/place.ts';
import { Server, startServer } from '../e2e/server/testing/server.ts';
import { Stage } from '../e2e/server/testing/stage.ts';
import type { DeskClient } from '../e2e/server/testing/desk-client.ts';

export const OPTIONS = ['a', 'b', 'c'];
const HOUR_MS = 3_600_000;
const GRACE_MS = 2_000;

export interface BenchServer {
  server: Server;
  desk: DeskClient;
  stage: Stage;
  /** Ends it in order and clears its folder. */
  end(): Promise<void>;
}

/** Polls `q1`, `q2`, … of an hour each, ready to go on air. */
export async function startBenchServer(edges: number, polls: number): Promise<BenchServer> {
  const place = new Place('file');
  const cues = Array.from({ length: polls }, (_, i) => poll(`q${i + 1}`, { durationMs: HOUR_MS, graceMs: GRACE_MS }));
  const server = await startServer({ place, show: place.show(cues), mode: 'live', edges });
  const desk = server.desk();
  return {
    server,
    desk,
    stage: new Stage(desk),
    end: async () => {
      await server.stop();
      await place.clear();
    },
  };
}
