import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandLookup } from '../../shared/protocol/commands.ts';
import type { LogEntry, LogOutcome } from '../../shared/protocol/logbook.ts';
import { CoreClient } from './core-client.ts';
import { Settlement } from './settlement.ts';

/** A core that knows some commands; its sessions can be ended and it can be away. */
class FakeCore {
  answers = new Map<string, CommandLookup | 'malformed' | 'unavailable'>();
  asked: string[] = [];
  codes = 0;
  away = false;
  #session = 0;
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  endSessions(): void {
    this.#session += 1;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (this.away) return void request.socket.destroy();
    if (request.method === 'POST' && request.url === '/api/v1/session') {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (JSON.parse(body).code !== `code-${this.codes}`) return void say(401, { error: { code: 'bad-code' } });
      return void say(200, { token: `session-${this.#session}`, roles: ['owner'], actor: 'this desk' });
    }
    if (request.headers.authorization !== `Bearer session-${this.#session}`) return void say(401, {});
    const id = request.url?.replace('/api/v1/commands/', '') ?? '';
    this.asked.push(id);
    const known = this.answers.get(id) ?? { status: 'never-seen' };
    if (known === 'malformed') return void say(400, { error: { code: 'malformed' } });
    if (known === 'unavailable') return void say(503, { error: { code: 'unavailable', message: 'disk full' } });
    say(200, known);
  }
}

/** The logbook's side, in memory: its own process has its own tests. */
class Entries {
  readonly #entries = new Map<string, LogEntry>();
  readonly written: LogOutcome[] = [];

  /** `ageMs`: as the wall clock has it, which is negative once that has been set back. */
  add(id: string, ageMs: number, outcome: 'unknown' | null = null): void {
    this.#entries.set(id, {
      ...{ id, atMs: Date.now() - ageMs, actor: 'Ana', source: 'key', type: 'cue.go', target: 'winner', command: {} },
      ...{ seq: this.#entries.size + 1, outcome, code: null, message: null, latencyMs: null, answer: null },
      ...{ loggedLate: false, settled: false },
    });
  }
  open = async (): Promise<LogEntry[]> =>
    [...this.#entries.values()].filter(({ outcome }) => outcome === null || outcome === 'unknown');
  write = async (outcome: LogOutcome): Promise<void> => {
    this.written.push(outcome);
    const entry = this.#entries.get(outcome.id);
    if (entry) this.#entries.set(outcome.id, { ...entry, ...outcome });
  };
}

let core: FakeCore;
let entries: Entries;
let client: CoreClient;
let settlement: Settlement;

beforeEach(async () => {
  core = new FakeCore();
  await core.listen();
  entries = new Entries();
  client = new CoreClient(async () => ({ kind: 'code', deskUrl: core.url, code: `code-${++core.codes}` }));
  settlement = new Settlement({ open: entries.open, write: entries.write, lookUp: ({ id }) => client.lookUp(id) });
});
afterEach(async () => {
  settlement.stop();
  await core.close();
});

const settled = (count: number) => vi.waitFor(() => expect(entries.written).toHaveLength(count), 10_000);

describe('settling the log', () => {
  it('writes what the core says became of each open action', async () => {
    core.answers.set('a', { status: 'accepted', revision: 9, atMs: 5 });
    core.answers.set('b', { status: 'refused', code: 'too-soon', message: 'Wait a second.', serverNowMs: 6 });
    entries.add('a', 10_000);
    entries.add('b', 10_000, 'unknown');
    entries.add('c', 10_000);
    settlement.wake();
    await settled(3);
    expect(entries.written).toMatchObject([
      { id: 'a', outcome: 'accepted', settled: true, answer: { revision: 9 } },
      { id: 'b', outcome: 'refused', settled: true, code: 'too-soon', message: 'Wait a second.' },
      { id: 'c', outcome: 'never-seen', settled: true, answer: null },
    ]);
    expect(core.codes).toBe(1);
  });

  it.each([
    ['right', 0],
    ['an hour ahead of the page', 3_600_000],
    ['an hour behind the page', -3_600_000],
  ])(
    'leaves an action to the window that waits for its answer for three seconds, with a wall clock that is %s',
    async (_, ageMs) => {
      entries.add('young', ageMs);
      const addedAtMs = performance.now();
      settlement.wake();
      await settled(1);
      expect(entries.written[0]).toMatchObject({ id: 'young', outcome: 'never-seen' });
      // Asking bars an id that the core hasn't seen: too early, and a command would be taken away from who gave it.
      expect(performance.now() - addedAtMs).toBeGreaterThanOrEqual(3_000);
    },
  );

  it('settles nothing that the core can’t decide yet, asks on, and lets the others not wait for it', async () => {
    core.answers.set('a', 'unavailable');
    core.answers.set('b', { status: 'accepted', revision: 9, atMs: 5 });
    entries.add('a', 10_000, 'unknown');
    entries.add('b', 10_000, 'unknown');
    settlement.wake();
    await settled(1);
    await vi.waitFor(() => expect(core.asked.filter((id) => id === 'a').length).toBeGreaterThan(1), 10_000);
    expect(entries.written).toMatchObject([{ id: 'b', outcome: 'accepted' }]);
    core.answers.set('a', { status: 'accepted', revision: 9, atMs: 5, journaled: false });
    await settled(2);
    expect(entries.written[1]).toMatchObject({ id: 'a', outcome: 'accepted', answer: { journaled: false } });
  });

  it('goes on asking while the core is away', async () => {
    core.away = true;
    entries.add('a', 10_000);
    settlement.wake();
    await vi.waitFor(() => expect(core.codes).toBeGreaterThan(1), 10_000);
    expect(entries.written).toEqual([]);
    core.away = false;
    await settled(1);
  });

  it('buys a new session where the old one is no longer taken', async () => {
    entries.add('a', 10_000);
    settlement.wake();
    await settled(1);
    core.endSessions();
    entries.add('b', 10_000);
    settlement.wake();
    await settled(2);
    expect(core.codes).toBe(2);
  });

  it('is not held up by an action that the core can say nothing about', async () => {
    core.answers.set('odd', 'malformed');
    entries.add('odd', 10_000);
    entries.add('fine', 10_000);
    settlement.wake();
    await settled(1);
    expect(entries.written[0]?.id).toBe('fine');
  });

  it('notices an action that is added while it looks for the last time', async () => {
    let first = true;
    let looks = 0;
    const late = new Settlement({
      open: async () => {
        const found = await entries.open();
        looks += 1;
        if (looks === 2 && first) {
          first = false;
          entries.add('late', 10_000);
          late.wake();
        }
        return found;
      },
      write: entries.write,
      lookUp: ({ id }) => client.lookUp(id),
    });
    late.wake();
    await settled(1);
    late.stop();
  });
});
