import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { until } from '../edge/edge-harness.test-part.ts';
import { Part } from './part.ts';
import { Standby } from './standby.ts';

/** A part that is ready as soon as it is told what to do. */
const PART = `
process.on('message', ({ t }) => {
  if (t === 'init') process.send({ t: 'ready', port: 1 });
  if (t === 'stop') process.exit(0);
});
process.on('disconnect', () => process.exit(0));
setInterval(() => process.send({ t: 'beat' }), 200);
`;

let part: Part;
afterEach(() => part.stop(1_000));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function startPart(standbyAfterMs: number | null): Part {
  const nothing = () => {};
  part = new Part({
    name: 'core',
    what: 'core',
    command: [process.execPath, '-e', PART],
    niceness: 0,
    standbyAfterMs,
    init: () => ({ t: 'init', part: 'core' }) as never,
    silence: { silentMs: 5_000, busyMs: 10_000, silentBeforeReadyMs: 10_000, checkEveryMs: 250 },
    onReady: nothing,
    onMessage: nothing,
    mayEnd: () => true,
    onFatal: nothing,
    onAlarm: nothing,
    onOutput: nothing,
    onLife: nothing,
    onSpawn: nothing,
  });
  part.start();
  return part;
}

/** The process that stands by, once one does. */
async function standby(): Promise<number> {
  await until(() => part.ready && part.pids.length === 2);
  return part.pids[1] ?? 0;
}

it('takes over when the part is killed, again and again', async () => {
  startPart(10);
  for (let life = 0; life < 3; life++) {
    const next = await standby();
    expect(next).not.toBe(part.pid);
    process.kill(part.pid, 'SIGKILL');
    await until(() => part.pid === next && part.ready);
  }
});

it('is replaced when it dies itself, and the part goes on', async () => {
  startPart(10);
  await until(() => part.ready);
  const { pid } = part;
  const first = await standby();
  process.kill(first, 'SIGKILL');
  await until(() => part.pids.length === 2 && part.pids[1] !== first);
  expect(part.pid).toBe(pid);
  expect(isAlive(pid)).toBe(true);
});

it('has loaded what is old by a restart for new sources, and is not used for it', async () => {
  startPart(10);
  const old = await standby();
  await part.restart(1_000);
  await until(() => part.ready);
  expect(part.pid).not.toBe(old);
  await until(() => !isAlive(old));
});

it('ends when the part is stopped', async () => {
  startPart(10);
  const next = await standby();
  await part.stop(1_000);
  await until(() => !isAlive(next));
});

it('is not needed: a part whose standby has not come yet starts as ever', async () => {
  startPart(60_000);
  await until(() => part.ready);
  const { pid } = part;
  process.kill(pid, 'SIGKILL');
  await until(() => part.ready && part.pid !== pid);
  expect(part.pids.length).toBe(1);
});

it('whatever it says meanwhile is dropped, and not kept until it takes over', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'standby-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const count = join(dir, 'count');
  const talks = `
    let said = 0;
    const say = () => process.send({ said: ++said, words: 'x'.repeat(${WORDS_LENGTH}) }, () => {
      require('fs').writeFileSync(process.argv[1], String(said));
      setTimeout(say, 1);
    });
    say();
    process.on('disconnect', () => process.exit(0));`;
  const command: [string, ...string[]] = [process.execPath, '-e', talks, count];
  const nothing = () => {};
  const standby = new Standby({ name: 'core', command, afterMs: 1, onLife: nothing, onChange: nothing });
  const before = heapUsed();
  standby.prepare();
  await until(() => existsSync(count) && Number(readFileSync(count, 'utf8')) > 300);
  expect(heapUsed() - before).toBeLessThan(100 * WORDS_LENGTH);
  const child = standby.take();
  const said: number[] = [];
  child?.on('message', (message: { said: number }) => said.push(message.said));
  await until(() => said.length > 0);
  child?.kill('SIGKILL');
  expect(said[0]).toBeGreaterThan(100);
});

const WORDS_LENGTH = 100_000;

/** Of what is still held, bytes. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
