import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { asBatch } from './batch-policy.ts';

it('leaves a command as it is but for its policy: same process, same words, same channel to its parent', async () => {
  const script = 'process.send({ pid: process.pid, args: process.argv.slice(1) })';
  const [command, ...args] = asBatch([process.execPath, '-e', script, '--', 'a b']);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const said = await new Promise((resolve) => child.once('message', resolve));
  expect(said).toEqual({ pid: child.pid, args: ['a b'] });
});

it.runIf(process.platform === 'linux')('is set where the system lets it be set', async () => {
  const script = "process.send(require('fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[38])";
  const [command, ...args] = asBatch([process.execPath, '-e', script]);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  // Field 41 of proc_pid_stat(5): 0 is the normal policy, 3 is SCHED_BATCH.
  expect(await new Promise((resolve) => child.once('message', resolve))).toBe(command === 'chrt' ? '3' : '0');
});
