import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { staleAfter, watchSources } from './source-watch.ts';

let dir: string;
let stop: () => void = () => {};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'trv-'));
  for (const folder of ['server/core', 'server/edge', 'shared/domain'])
    mkdirSync(join(dir, folder), { recursive: true });
});
afterEach(() => {
  stop();
  rmSync(dir, { recursive: true, force: true });
});

test.each([
  ['server/show/engine.ts', 'core'],
  ['server/desk/http.ts', 'core'],
  ['server/edge/edge.ts', 'edges'],
  ['server/backplane/socket-hub.ts', 'all'],
  ['shared/domain/guards.ts', 'all'],
  ['server/supervisor/part.ts', 'supervisor'],
  ['server/core/core.test.ts', null],
  ['server/edge/edge-harness.test-part.ts', null],
  ['server/core/core.ts~', null],
])('after a change to %s: %s', (path, stale) => {
  expect(staleAfter(path)).toBe(stale);
});

test('files that are saved together start the parts that run from them once', async () => {
  const restartParts = vi.fn(async () => {});
  stop = watchSources(pathToFileURL(`${dir}/`), { restartParts });
  writeFileSync(join(dir, 'server/core/core.ts'), '1');
  writeFileSync(join(dir, 'server/core/timers.ts'), '1');
  await vi.waitFor(() => expect(restartParts.mock.calls).toEqual([['core']]), 5_000);
  writeFileSync(join(dir, 'server/core/core.ts'), '2');
  writeFileSync(join(dir, 'server/edge/edge.ts'), '1');
  await vi.waitFor(() => expect(restartParts.mock.calls).toEqual([['core'], ['all']]), 5_000);
});
