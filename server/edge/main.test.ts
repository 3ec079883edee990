import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EDGE_INIT_WRONG, type PartToSupervisor } from '../../shared/protocol/process.ts';
import { initOf, tempFolder, until, Viewer } from './edge-harness.test-part.ts';
import { FakeCore } from './fake-core.test-part.ts';

const ENTRY = fileURLToPath(new URL('./main.ts', import.meta.url));

let folder: string;
let core: FakeCore;
let child: ChildProcess;
let told: PartToSupervisor[];
let exit: { code: number | null; signal: string | null } | null;
let log: string;

/** The edge as the supervisor starts it. @param descriptors that it may hold, where there are to be fewer than the system's */
function startEdge(takenPort: number, descriptors?: number, reusePort = false): void {
  told = [];
  exit = null;
  log = '';
  const limited = ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, process.execPath];
  child = fork(ENTRY, [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(descriptors === undefined ? { execArgv: [] } : { execPath: '/bin/sh', execArgv: limited }),
  });
  child.on('message', (message) => told.push(message as PartToSupervisor));
  child.on('exit', (code, signal) => {
    exit = { code, signal };
  });
  child.stderr?.on('data', (data) => {
    log += String(data);
  });
  child.send(initOf(folder, { port: takenPort, reusePort }));
}
/** A viewer who has been let in. */
async function arrived(at: number): Promise<Viewer> {
  const viewer = await Viewer.connect(at);
  viewer.say({ t: 'hello', token: null });
  await until(() => viewer.frames.length > 0 || viewer.closed !== null);
  if (viewer.closed !== null) throw new Error('turned away');
  await viewer.next('welcome');
  return viewer;
}
const port = () => told.flatMap((m) => (m.t === 'ready' ? [m.port] : []))[0] ?? 0;
const exited = () => until(() => exit !== null);

beforeEach(() => {
  folder = tempFolder();
  core = new FakeCore(initOf(folder, {}).backplanePath);
});
afterEach(async () => {
  if (exit === null) child.kill('SIGKILL');
  await exited();
  await core.die();
  rmSync(folder, { recursive: true, force: true });
});

describe('the edge as a process', () => {
  it.skipIf(process.platform === 'win32')(
    'turns viewers away when it is full, lives, and lets others in when there is room',
    async () => {
      await core.start();
      startEdge(0, 200);
      await until(() => port() > 0);
      const inside = await Promise.all(Array.from({ length: 100 }, () => arrived(port())));
      const more = await Promise.allSettled(Array.from({ length: 50 }, () => arrived(port())));
      expect(more.every(({ status }) => status === 'rejected')).toBe(true);
      await until(() => core.heartbeat?.full === true && !core.heartbeat.ready);
      await until(() => core.heartbeat?.descriptors === 140);
      for (const viewer of inside.slice(50)) viewer.socket.terminate();
      await until(() => (core.heartbeat?.descriptors ?? 140) < 140);
      await arrived(port());
      await until(() => core.heartbeat?.full === false && core.heartbeat.ready);
      expect(exit).toBeNull();
      expect(log).not.toContain('EMFILE');
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'leaves the port to the others while it is full: nobody is turned away where there is room',
    async () => {
      await core.start();
      startEdge(0, 200, true);
      await until(() => port() > 0);
      const shared = port();
      const full = child;
      const inside = await Promise.all(Array.from({ length: 100 }, () => arrived(shared)));
      await Promise.allSettled(Array.from({ length: 10 }, () => arrived(shared)));
      await until(() => log.includes('others on this port take who comes'));
      startEdge(shared, 200, true);
      await until(() => port() === shared);
      await Promise.all(Array.from({ length: 60 }, () => arrived(shared)));
      child.kill('SIGKILL');
      await exited();

      for (const viewer of inside.slice(50)) viewer.socket.terminate();
      child = full;
      exit = null;
      child.on('exit', (code, signal) => {
        exit = { code, signal };
      });
      let late: Viewer | null = null;
      // Bounded by the test's own time.
      while (late === null) late = await Viewer.connect(shared).catch(() => null);
      late.say({ t: 'hello', token: null });
      await late.next('welcome');
    },
  );

  it('is ready only once it holds a state from the core, beats before and after, and leaves when told', async () => {
    startEdge(0);
    await until(() => told.filter((m) => m.t === 'beat').length >= 2);
    expect(port()).toBe(0);
    await core.start();
    await until(() => port() > 0);
    const viewer = await Viewer.connect(port());
    viewer.say({ t: 'hello', token: null });
    await viewer.next('welcome');
    child.send({ t: 'stop' });
    expect((await viewer.end()).code).toBe(1012);
    expect(viewer.frames.at(-1)).toMatchObject({ t: 'bye', reason: 'restart' });
    await exited();
    expect(exit).toEqual({ code: 0, signal: null });
  });

  it('does not heed a terminal while its supervisor is there, and leaves on a signal when it is not', async () => {
    await core.start();
    startEdge(0);
    await until(() => port() > 0);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    const beats = told.length;
    await until(() => told.length > beats + 1);
    expect(exit).toBeNull();
    child.disconnect();
    await until(() => !child.connected);
    expect((await fetch(`http://127.0.0.1:${port()}/healthz`)).status).toBe(200);
    // The signal may reach it before it has noticed that the supervisor has gone.
    await until(() => exit !== null || !child.kill('SIGTERM'));
    await exited();
    expect(exit).toEqual({ code: 0, signal: null });
  });

  it('serves on without its supervisor while the core is there, and leaves 30 s after losing both', async () => {
    await core.start();
    startEdge(0);
    await until(() => port() > 0);
    child.disconnect();
    await core.die();
    const lostAtMs = performance.now();
    const viewer = await Viewer.connect(port());
    viewer.say({ t: 'hello', token: null });
    await viewer.next('welcome');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(performance.now() - lostAtMs).toBeGreaterThan(29_000);
    expect((await viewer.end()).code).toBe(1012);
    expect(exit).toEqual({ code: 0, signal: null });
  }, 60_000);

  it('ends with a code of its own when its supervisor tells it something else than it needs, and says what', async () => {
    startEdge(70_000);
    await exited();
    expect(exit).toEqual({ code: EDGE_INIT_WRONG, signal: null });
    await until(() => log === "The supervisor's init: port must be a whole number from 0 to 65535.\n");
  });

  it('ends with an error when its port is taken, and says so in the log', async () => {
    await core.start();
    startEdge(0);
    await until(() => port() > 0);
    const first = child;
    startEdge(port());
    await exited();
    expect(exit).toEqual({ code: 1, signal: null });
    await until(() => log.includes('EADDRINUSE'));
    for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ part: 'edge' });
    first.kill('SIGKILL');
  });
});
