import { expect, onTestFinished, test, vi } from 'vitest';
import { type LifeAlarm, Part } from './part.ts';

/** A part that is ready as soon as it is told what to do. */
const GOOD = `
process.on('message', ({ t }) => {
  if (t === 'init') process.send({ t: 'ready', port: 1 });
  if (t === 'stop') process.exit(0);
});
process.on('disconnect', () => process.exit(0));
setInterval(() => process.send({ t: 'beat' }), 200);
`;

function makePart(
  command: [string, ...string[]],
  more: { init?: () => never; standbyAfterMs?: number; mayEnd?: boolean } = {},
) {
  const nothing = () => {};
  const alarms: LifeAlarm[] = [];
  const fatal: [string, string][] = [];
  const part = new Part({
    name: 'edge-1',
    what: 'edge',
    command,
    niceness: 0,
    standbyAfterMs: more.standbyAfterMs ?? null,
    init: more.init ?? (() => ({ t: 'init', part: 'edge' }) as never),
    silence: { silentMs: 5_000, busyMs: 10_000, silentBeforeReadyMs: 10_000, checkEveryMs: 250 },
    onReady: nothing,
    onMessage: nothing,
    mayEnd: () => more.mayEnd ?? true,
    onFatal: (code, message) => void fatal.push([code, message]),
    onAlarm: (alarm) => void alarms.push(alarm),
    onOutput: nothing,
    onLife: nothing,
    onSpawn: nothing,
  });
  onTestFinished(() => part.stop(1_000));
  return { part, alarms, fatal };
}

/** Ready, and then another has its place. */
const replaced = (says: string) => `
process.on('message', ({ t }) => {
  if (t !== 'init') return;
  process.send({ t: 'ready', port: 1 });
  ${says}
  setImmediate(() => process.exit(75));
});
`;

test.for([
  ['in its own words', "process.send({ t: 'fatal', code: 'fenced', message: 'Another has it.' });", 'Another has it.'],
  ['without a word', '', "Another server has taken the place of this one's edge-1."],
] as const)(
  'a process that says %s that it has been replaced is not started again, whatever runs',
  async ([, says, sentence]) => {
    const { part, alarms, fatal } = makePart([process.execPath, '-e', replaced(says)], { mayEnd: false });
    part.start();
    await vi.waitFor(() => expect(fatal).toEqual([['fenced', sentence]]), { timeout: 10_000 });
    expect([alarms, part.ready]).toEqual([[], false]);
  },
);

/** Node throws at once for this, as it does where the system has no memory for another process. */
const IMPOSSIBLE = 'node\0';

test('a process that can’t even be tried to start is tried again, for as long as it takes', async () => {
  const command: [string, ...string[]] = [IMPOSSIBLE, '-e', GOOD];
  const { part, alarms } = makePart(command);
  part.start();
  await vi.waitFor(() => expect(alarms.length).toBe(3), { timeout: 10_000 });
  expect(alarms.at(-1)).toMatchObject({
    code: 'edge-keeps-dying',
    message: expect.stringContaining("can't be started"),
  });
  command[0] = process.execPath;
  await vi.waitFor(() => expect(part.ready).toBe(true), { timeout: 10_000 });
});

test('a fault while a life begins costs that life and not the part', async () => {
  let faults = 2;
  const init = () => {
    if (faults-- > 0) throw new Error('a fault');
    return { t: 'init', part: 'edge' } as never;
  };
  const { part, alarms } = makePart([process.execPath, '-e', GOOD], { init });
  part.start();
  await vi.waitFor(() => expect(part.ready).toBe(true), { timeout: 10_000 });
  expect(alarms.map(({ code }) => code)).toEqual(['edge-died', 'edge-died']);
});

test('another process that can’t be made to stand by comes later', async () => {
  let program = process.execPath;
  let tries = 0;
  const command: [string, ...string[]] = ['', '-e', GOOD];
  Object.defineProperty(command, 0, {
    get() {
      if (program === IMPOSSIBLE) tries++;
      return program;
    },
  });
  const { part } = makePart(command, { standbyAfterMs: 20 });
  part.start();
  program = IMPOSSIBLE;
  await vi.waitFor(() => expect(part.ready && tries > 0).toBe(true), { timeout: 10_000 });
  program = process.execPath;
  await vi.waitFor(() => expect(part.pids).toHaveLength(2), { timeout: 10_000 });
});

test('the alarm of one that keeps dying has an end, however much it says', async () => {
  const script =
    "process.stderr.write(('w'.repeat(9_000) + '\\n').repeat(20) + 'its last word\\n', () => process.exit(1))";
  const { part, alarms } = makePart([process.execPath, '-e', script], { mayEnd: false });
  part.start();
  const keepsDying = () => alarms.find(({ code }) => code === 'edge-keeps-dying');
  await vi.waitFor(() => expect(keepsDying()).toBeDefined(), { timeout: 20_000 });
  expect(keepsDying()?.message).toMatch(/the log.*\nits last word$/);
  expect(keepsDying()?.message.length).toBeLessThan(2_500);
});
