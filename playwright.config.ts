import { defineConfig } from '@playwright/test';

/** Pages on a server of the test's own making, without a window: they run beside the others. */
const PAGES = ['screens.spec.ts', 'draws.spec.ts', 'alarms.spec.ts', 'networks.spec.ts', 'viewer-*.spec.ts'];

/** One worker a project: the tests drive a real window, kill real processes and measure what people would see. */
export default defineConfig({
  testDir: 'e2e',
  // Vitest's: real servers without a window.
  testIgnore: 'server/**',
  projects: [
    { name: 'window', testIgnore: ['server/**', ...PAGES], outputDir: 'artifacts/e2e/window' },
    { name: 'pages', testMatch: PAGES, outputDir: 'artifacts/e2e/pages' },
  ],
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  // A click on what does not come must not use up the whole test.
  use: {
    actionTimeout: 30_000,
    screenshot: 'only-on-failure',
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
  },
});
