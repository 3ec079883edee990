/** One server for all tests of a file: a start takes seconds, and most tests leave a server as they found it. */
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { Mode } from '../../../shared/protocol/ids.ts';
import { Place, type TestCue } from './place.ts';
import { type Server, startServer, TEST_MS } from './server.ts';
import { Stage } from './stage.ts';

export interface FileServerOptions {
  mode: Mode;
  edges: number;
  cues?: TestCue[];
  args?: string[];
  /** More of the environment, which may name the server's place. */
  env?: (place: Place) => Record<string, string>;
}

export interface FileServer {
  readonly server: Server;
  readonly place: Place;
  readonly stage: Stage;
}

/** To be called once, at the top of a test file. The server must stop with 0 and leave nothing behind. */
export function fileServer({ mode, edges, cues = [], args = [], env = () => ({}) }: FileServerOptions): FileServer {
  // Every single wait in a test has its own limit, and says what it waited for.
  vi.setConfig({ testTimeout: TEST_MS });
  let place: Place | null = null;
  let server: Server | null = null;
  let stage: Stage | null = null;
  const there = <T>(value: T | null): T => {
    if (value === null) throw new Error('the server of this file is not started yet');
    return value;
  };

  beforeAll(async () => {
    place = new Place('file');
    server = await startServer({ place, show: place.show(cues), mode, edges, args, env: env(place) });
    stage = new Stage(server.desk());
  }, TEST_MS);

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.log(`server's log:\n${server?.stderr.slice(-6_000)}`);
  });

  afterAll(async () => {
    try {
      expect(await server?.stop()).toBe(0);
      expect(place?.processes()).toEqual([]);
      expect(place?.tempFiles()).toEqual([]);
    } finally {
      await place?.clear();
    }
  }, TEST_MS);

  return {
    get server() {
      return there(server);
    },
    get place() {
      return there(place);
    },
    get stage() {
      return there(stage);
    },
  };
}
