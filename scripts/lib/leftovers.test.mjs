import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { leftProcesses, markedProcesses } from './leftovers.mjs';

test.skipIf(process.platform !== 'linux')(
  'a process that was left running is found by its mark, named and ended',
  async () => {
    const value = `${process.pid}-${Math.random()}`;
    const sleep = () =>
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env: { ...process.env, LEFT_MARK: value } });
    const [left, other] = [sleep(), spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])];
    await Promise.all([once(left, 'spawn'), once(other, 'spawn')]);
    await expect.poll(() => markedProcesses(`LEFT_MARK=${value}`)).toHaveLength(1);
    const gone = once(left, 'exit');
    expect(await leftProcesses(`LEFT_MARK=${value}`, 0)).toEqual([
      expect.stringContaining(`process ${left.pid} was left running`),
    ]);
    await gone;
    expect(other.exitCode).toBe(null);
    other.kill('SIGKILL');
  },
);
