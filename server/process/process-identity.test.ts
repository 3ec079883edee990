import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
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
