import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerStatus } from '../../shared/protocol/bridge.ts';
import type { RunFile } from '../../shared/protocol/process.ts';
import { ControlClient } from './control-client.ts';
import { type Ports, ServerLink } from './server-link.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const fake = fileURLToPath(new URL('./testing/fake-supervisor.ts', import.meta.url));
let dataDir: string;
let started: ServerProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tallyroom-link-'));
  started = [];
});
afterEach(async () => {
  for (const { pid } of started) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  await Promise.all(started.map(({ ended }) => ended));
  rmSync(dataDir, { recursive: true, force: true });
});

function startFake(...args: string[]): ServerProcess {
  const server = startServer(process.execPath, [fake, '--data', dataDir, ...args], () => {});
  started.push(server);
  return server;
}

function linkTo(start: (ports: Ports | null) => ServerProcess) {
  const link = new ServerLink({ dataDir, startServer: start });
  const seen: ServerStatus[] = [];
  link.onStatus((status) => seen.push(status));
  return { link, seen, done: link.run() };
}

const runFile = (): RunFile => JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'));

describe('the line to the server', () => {
  it('starts a server where none runs, and gives a new code at every call', async () => {
    const { link, done } = linkTo(() => startFake());
    expect(await link.connection()).toEqual({
      kind: 'code',
      deskUrl: 'http://127.0.0.1:4310',
      code: 'code-1',
    });
    expect((await link.connection()).code).toBe('code-2');
    expect(link.status).toEqual({ kind: 'running', deskUrl: 'http://127.0.0.1:4310', adopted: false });
    expect(await link.stop(10_000)).toBe(true);
    await done;
    expect(started).toHaveLength(1);
  });

  it('adopts the server that runs on its data folder instead of starting another', async () => {
    const running = startFake();
    await running.ready;
    const { link, done } = linkTo(() => {
      throw new Error('another one was started');
    });
    await link.connection();
    expect(link.status).toMatchObject({ kind: 'running', adopted: true });
    expect(await link.stop(10_000)).toBe(true);
    await running.ended;
    await done;
  });

  it('starts a new server over the run file of a dead one', async () => {
    const dead = startFake();
    await dead.ready;
    process.kill(dead.pid ?? 0, 'SIGKILL');
    await dead.ended;
    expect(runFile().pid).toBe(dead.pid);
    const { link, done } = linkTo(() => startFake());
    await link.connection();
    expect(link.status).toMatchObject({ kind: 'running', adopted: false });
    await link.stop(10_000);
    await done;
  });

  it('tells why the server could not start, and does not try again by itself', async () => {
    const sentence = 'Port 4310 is taken by another program. Choose one with --desk-port.';
    const { link, done } = linkTo(() => startFake('--fail', sentence));
    await expect(link.connection()).rejects.toThrow(sentence);
    await done;
    expect(link.status).toEqual({ kind: 'failed', message: sentence });
    expect(started).toHaveLength(1);
    await expect(link.connection()).rejects.toThrow(sentence);
  });

  it('tells when the program of the server is missing', async () => {
    const { link, done } = linkTo(() => startServer(join(dataDir, 'no-node'), [], () => {}));
    await expect(link.connection()).rejects.toThrow(/could not be started/);
    await done;
  });

  it('says that the server is gone and starts it again on the same ports', async () => {
    const ports: (Ports | null)[] = [];
    const { link, seen, done } = linkTo((asked) => {
      ports.push(asked);
      return startFake();
    });
    await link.connection();
    process.kill(runFile().pid, 'SIGKILL');
    await vi.waitFor(() => expect(seen.filter(({ kind }) => kind === 'running')).toHaveLength(2), 10_000);
    expect(seen.map(({ kind }) => kind)).toEqual(['running', 'failed', 'running']);
    expect(seen[1]).toMatchObject({ message: expect.stringMatching(/SIGKILL.*started again/) });
    expect(ports).toEqual([null, { desk: 4310, audience: 4320 }]);
    await link.connection();
    await link.stop(10_000);
    await done;
  });

  it('goes on trying when a server that ran once does not start again at first', async () => {
    let starts = 0;
    const { link, seen, done } = linkTo(() => {
      starts += 1;
      return starts === 2 ? startFake('--fail', 'The port is still taken.') : startFake();
    });
    await link.connection();
    process.kill(runFile().pid, 'SIGKILL');
    await vi.waitFor(() => expect(starts).toBe(3), 10_000);
    await vi.waitFor(() => expect(link.status.kind).toBe('running'), 10_000);
    expect(seen).toContainEqual({ kind: 'failed', message: 'The port is still taken.' });
    await link.stop(10_000);
    await done;
  });

  it('does not wait for ever for a server that will not end', async () => {
    const { link } = linkTo(() => startFake('--deaf'));
    await link.connection();
    expect(await link.stop(300)).toBe(false);
  });
});

describe('the control client', () => {
  it('is refused with a wrong token', async () => {
    await startFake().ready;
    await expect(ControlClient.connect({ ...runFile(), controlToken: 'wrong' })).rejects.toThrow(/token/);
  });

  it('fails at once where nobody listens', async () => {
    const controlPath = join(dataDir, 'nobody.sock');
    writeFileSync(join(dataDir, 'x'), '');
    await expect(ControlClient.connect({ controlPath, controlToken: '' })).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });

  it('learns that the server is gone, and so does who waits for an answer', async () => {
    const server = startFake();
    await server.ready;
    const client = await ControlClient.connect(runFile());
    process.kill(server.pid ?? 0, 'SIGSTOP');
    const code = client.code('owner');
    process.kill(server.pid ?? 0, 'SIGKILL');
    await expect(code).rejects.toThrow(/lost/);
    await client.closed;
  });
});
