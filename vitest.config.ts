import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/lib/longest-first.ts';

const TESTS = '**/*.test.{ts,tsx,mjs}';

export default defineConfig({
  test: {
    pool: 'forks',
    // They wait more than they compute: a third one fills the gaps of two cores.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A test waits for conditions: how long it is ready to says nothing of the product, and much of the machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ['scripts/lib/test-patience.ts'],
    projects: [
      // Rules and views leave nothing behind, so that their files share a process: a process of its own costs each a second.
      { extends: true, test: { name: 'rules', include: [`{shared,renderer,bench}/${TESTS}`], isolate: false } },
      // Real processes, sockets and files: a process for each file.
      { extends: true, test: { name: 'processes', include: [`{server,electron,scripts,e2e/server}/${TESTS}`] } },
    ],
  },
});
