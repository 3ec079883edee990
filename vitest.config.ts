import { defineConfig } from 'vitest/config';

/** Tests use real processes, sockets and files, so each file gets a process of its own. */
export default defineConfig({
  test: {
    include: ['{server,shared,electron,renderer,scripts,bench,e2e/server}/**/*.test.{ts,tsx,mjs}'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
