/** `npm test`: everything from the packages to the end-to-end tests, on a fresh clone too. */
import './lib/require-node.mjs';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checks, runCheck } from './lib/checks.mjs';
import { ensureSystemPackages } from './lib/debian.mjs';
import { resolveElectron } from './lib/electron-runtime.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { leftFiles, leftProcesses } from './lib/leftovers.mjs';
import { artifacts, bundledNode, inRoot, root } from './lib/paths.mjs';
import { build } from './lib/prepare.mjs';
import { closingLine, countPlaywright, countVitest, nothing, sum } from './lib/reports.mjs';
import { run, stopToolsOnSignal } from './lib/run.mjs';
import { Refusal, runStarter, say } from './lib/say.mjs';

const MARK = 'TALLYROOM_RUN_MARK';
let total = nothing();

/** @param {boolean} passed */
const counted = (passed) => {
  total = sum(total, { ...nothing(), [passed ? 'passed' : 'failed']: 1 });
};

/**
 * A step that a refusal may end; its sentence is the report.
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function step(name, work) {
  try {
    await work();
    counted(true);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(`FAILED  ${name}\n${error.message}`);
    counted(false);
  }
}

/**
 * Runs a test runner and adds its report to the total.
 * @param {string} name
 * @param {{ command: string, args: string[], env: NodeJS.ProcessEnv, report: string, count: (report: any) => import('./lib/reports.mjs').Count }} runner
 */
async function suite(name, { command, args, env, report, count }) {
  await rm(report, { force: true });
  const { code } = await run(command, args, { cwd: root, env });
  const text = await readFile(report, 'utf8').catch(() => null);
  const found = text === null ? nothing() : count(JSON.parse(text));
  // A runner that fails without a failed test (it crashed, something was thrown between tests) has failed all the same.
  if (code !== 0 && found.failed === 0) {
    say(`FAILED  ${name} ended with code ${code}`);
    found.failed = 1;
  }
  total = sum(total, found);
}

/**
 * @param {NodeJS.ProcessEnv} env
 */
async function runSuites(env) {
  for (const check of checks) counted(await runCheck(check));
  const skipNotes = join(artifacts, 'vitest-skips.json');
  await suite('vitest', {
    command: bundledNode,
    args: [
      inRoot('node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--reporter=${inRoot('scripts/lib/skip-notes-reporter.mjs')}`,
      `--outputFile.json=${join(artifacts, 'vitest.json')}`,
    ],
    env: { ...env, TALLYROOM_SKIP_NOTES: skipNotes },
    report: join(artifacts, 'vitest.json'),
    count: (report) => countVitest(report, JSON.parse(readFileSync(skipNotes, 'utf8'))),
  });
  const electron = await resolveElectron();
  if (electron.kind === 'none') throw new Refusal(`The end-to-end tests need an Electron runtime: ${electron.why}.`);
  const display =
    process.platform === 'linux' && !env.DISPLAY ? ['xvfb-run', '-a', '-s', '-screen 0 1920x1080x24'] : [];
  // The one mostly waits for a window, the other mostly for a page: beside each other they take half the time.
  await Promise.all(['window', 'pages'].map((project) => playwright(project, { display, electron, env })));
}

/**
 * @param {string} project of playwright.config.ts
 * @param {{ display: string[], electron: { distDir: string }, env: NodeJS.ProcessEnv }} stage
 */
async function playwright(project, { display, electron, env }) {
  const [command = '', ...args] = [
    ...display,
    bundledNode,
    inRoot('node_modules/@playwright/test/cli.js'),
    'test',
    `--project=${project}`,
    '--reporter=list,json',
    '--pass-with-no-tests',
  ];
  const report = join(artifacts, `playwright-${project}.json`);
  await suite(`playwright, ${project}`, {
    command,
    args,
    env: {
      ...env,
      ELECTRON_OVERRIDE_DIST_PATH: electron.distDir,
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
      PWTEST_CACHE_DIR: inRoot('.cache/playwright'),
    },
    report,
    count: countPlaywright,
  });
}

runStarter(async () => {
  stopToolsOnSignal();
  const value = randomBytes(12).toString('hex');
  const temp = mkdtempSync(join(tmpdir(), 'tallyroom-test-'));
  try {
    await ensureInstalled();
    await ensureSystemPackages();
    await mkdir(artifacts, { recursive: true });
    await step('build', build);
    // Tools of the run must not keep a cache in the folder that has to be empty at the end.
    await runSuites({
      ...process.env,
      [MARK]: value,
      TMPDIR: temp,
      NODE_DISABLE_COMPILE_CACHE: '1',
      TALLYROOM_BUILT: '1',
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    counted(false);
  }
  const left = [...(await leftProcesses(`${MARK}=${value}`)), ...(await leftFiles(temp))];
  say(left.length === 0 ? 'ok      nothing is left behind' : `FAILED  leftovers\n${left.join('\n')}`);
  counted(left.length === 0);
  await rm(temp, { recursive: true, force: true });
  for (const skip of total.skips) say(`skipped ${skip}`);
  for (const failed of total.failures) say(`FAILED  ${failed}`);
  say(closingLine(total));
  return total.failed === 0 ? 0 : 1;
});
