/** An edge that clients poll by their bytes, and whether `node:http` had to parse what they ask. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type Rig, startRig, until } from './edge-harness.test-part.ts';
import { stateOf } from './fake-core.test-part.ts';
import { countParsed, RawClient } from './raw-client.test-part.ts';

/** Until the page's request is known: one is seen, one shows where requests begin, one is kept. */
export const LEARNING = 3;

export const request = (line: string, headers: string[]) => `${[line, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`;
export const poll = (...headers: string[]) => request('GET /v1/state HTTP/1.1', ['User-Agent: phone', ...headers]);
export const since = (version: string) => poll(`If-None-Match: "${version}"`);

/** For the tests of one file; each has a clean count of what was parsed, and its connections end with it. */
export function pollingEdge() {
  let rig: Rig;
  let rev = 1;
  const open: RawClient[] = [];
  let parsed: ReturnType<typeof countParsed>;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.end());
  beforeEach(() => {
    parsed = countParsed();
  });
  afterEach(() => {
    parsed.stop();
    for (const client of open.splice(0)) client.socket.destroy();
  });

  async function connected(): Promise<RawClient> {
    const client = await RawClient.connect(rig.port);
    open.push(client);
    return client;
  }

  return {
    rig: () => rig,
    /** Requests that were parsed in this test. */
    parsed: () => parsed.count,
    newest: () => `1-${rev}`,
    connected,

    /** A connection on which this poll is known. */
    async polling(text: string): Promise<RawClient> {
      const client = await connected();
      for (let i = 0; i < LEARNING; i++) await client.ask(text);
      return client;
    },

    async publish(message: string): Promise<void> {
      rev += 1;
      rig.core.publish(stateOf({ rev, message }), true);
      await until(() => rig.core.heartbeat?.stateRev === rev);
    },

    /** Whether the poll is answered without a request being parsed for it. */
    async isAnsweredBeside(client: RawClient, text: string): Promise<boolean> {
      const before = parsed.count;
      await client.ask(text);
      return parsed.count === before;
    },
  };
}
