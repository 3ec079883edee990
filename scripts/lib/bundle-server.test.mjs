import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { ENTRIES } from './bundle-server.mjs';
import { root } from './paths.mjs';

test('whatever is started as a process or a thread, or loaded by a starter, is an entry of the bundle', () => {
  const started = globSync('{server,electron}/**/*.ts', { cwd: root })
    .filter((file) => !/\.test(-part)?\./.test(file))
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/siblingModule\(import\.meta\.url, '([^']+)'\)/g)].map(
        ([, path = '']) => posix.join(dirname(file).replaceAll('\\', '/'), path),
      ),
    );
  const loaded = globSync('scripts/**/*.mjs', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/join\(out, 'server', ([^)]+)\.js'\)/g)].map(([, path = '']) =>
      path.replaceAll(/[', ]+/g, '/').replace(/^\//, ''),
    ),
  );
  expect(loaded).toEqual(expect.arrayContaining(['server/supervisor/main', 'server/storage/data-folder']));
  expect(loaded.filter((module) => !ENTRIES.includes(module))).toEqual([]);
  expect(started.length).toBeGreaterThan(5);
  expect(started.filter((module) => !ENTRIES.includes(module))).toEqual([]);
  expect(ENTRIES.filter((entry) => !existsSync(join(root, `${entry}.ts`)))).toEqual([]);
});
