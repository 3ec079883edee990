import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/lib/longest-first.ts';

/** Tests use real processes, sockets and files, so each file gets a process of its own. */
export default defineConfig({
  test: {
    include: ['{server,shared,electron,renderer,scripts,bench,e2e/server}/**/*.test.{ts,tsx,mjs}'],
    pool: 'forks',
    // They wait more than they compute: a third one fills the gaps of two cores.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A test waits for conditions: how long it is ready to says nothing of the product.
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ['scripts/lib/test-patience.ts'],
  },
});
