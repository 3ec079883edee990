import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { identityOf, isAlive } from '../process/process-identity.ts';
import { removeOrphans } from './orphans.ts';
import type { Owner } from './owner-lock.ts';

const COMMANDS = [['node', '/opt/tallyroom/server/core/main.js']];
const onLinux = test.runIf(process.platform === 'linux');

/** A process that runs a script of this path, and does nothing. */
async function running(path: string): Promise<ChildProcess> {
  const root = mkdtempSync(join(tmpdir(), 'orphans-'));
  const script = join(root, path);
  mkdirSync(join(script, '..'), { recursive: true });
  writeFileSync(script, 'process.send(1); setInterval(() => {}, 1_000);');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(root, { recursive: true });
  });
  await new Promise((resolve) => child.once('message', resolve));
  return child;
}

function left({ parts = [], runtimeDir = '' }: { parts?: ChildProcess[]; runtimeDir?: string }): Owner {
  return {
    ...{ version: 1, claim: 'c', process: { pid: 1, startTicks: '1' }, controlPath: '', runtimeDir, deskUrl: null },
    parts: parts.map(({ pid = 0 }) => identityOf(pid)),
  };
}

onLinux('ends a part that a dead server left, also one of another installation', async () => {
  const part = await running('elsewhere/server/core/main.ts');
  await removeOrphans(left({ parts: [part] }), COMMANDS);
  expect(isAlive(identityOf(part.pid ?? 0))).toBe(false);
});

onLinux('ends no other process, whatever the file says of it', async () => {
  const parts = [await running('server/accounts/main.js'), await running('core/main.js.d/x/other.js')];
  await removeOrphans(left({ parts }), COMMANDS);
  for (const part of parts) expect(part.exitCode ?? part.signalCode).toBeNull();
});

test('removes the folder of a dead server’s sockets, and no other, whatever the file says', async () => {
  const ours = mkdtempSync(join(tmpdir(), 'tallyroom-'));
  const elsewhere = join(mkdtempSync(join(tmpdir(), 'orphans-')), 'tallyroom-x');
  mkdirSync(elsewhere);
  const link = join(tmpdir(), `tallyroom-link-${process.pid}`);
  symlinkSync(elsewhere, link);
  onTestFinished(() => {
    rmSync(link);
    rmSync(join(elsewhere, '..'), { recursive: true });
  });
  for (const runtimeDir of [elsewhere, link, `${ours}/../${'tallyroom-'}`, `${elsewhere}/.`, 'tallyroom-x', '']) {
    await removeOrphans(left({ runtimeDir }), COMMANDS);
  }
  expect([existsSync(elsewhere), existsSync(link), existsSync(ours)]).toEqual([true, true, true]);
  await removeOrphans(left({ runtimeDir: ours }), COMMANDS);
  await vi.waitFor(() => expect(existsSync(ours)).toBe(false));
});
