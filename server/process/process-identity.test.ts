import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bootId, identityOf, isAlive } from './process-identity.ts';

test('a running process is alive, and no more once it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const identity = identityOf(child.pid ?? 0);
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});

test('another process that got the same pid is not taken for it', () => {
  expect(isAlive(identityOf(process.pid))).toBe(true);
  expect(isAlive({ pid: process.pid, startTicks: '1' })).toBe(process.platform !== 'linux');
});

test('a process whose first thread has ended still lives in the others, which hold its ports', async ({ skip }) => {
  // Only the thread that calls it ends with this system call; 93 is its number on 64-bit Arm, 60 on x86.
  const script = `
import ctypes, platform, threading, time
threading.Thread(target=lambda: (print('up', flush=True), time.sleep(600))).start()
ctypes.CDLL(None).syscall(93 if platform.machine() == 'aarch64' else 60, 0)`;
  if (process.platform !== 'linux') skip('only /proc tells threads');
  const child = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const started = await Promise.race([once(child.stdout, 'data'), once(child, 'error').then(() => null)]).catch(
    () => null,
  );
  if (started === null) skip('no python3 to make such a process with');
  const identity = identityOf(child.pid ?? 0);
  const state = () => readFileSync(`/proc/${identity.pid}/stat`, 'utf8').split(') ')[1]?.charAt(0);
  await vi.waitFor(() => expect(state()).toBe('Z'), { timeout: 10_000 });
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});

test('the boot of the machine has the same name in every process', async () => {
  const script = `import { bootId } from ${JSON.stringify(new URL('./process-identity.ts', import.meta.url).href)}; console.log(bootId());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  await once(child, 'close');
  expect(said.trim()).toBe(String(bootId()));
  if (process.platform === 'linux') expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
});
