/** Builds what changed into `out/`. Runs on the bundled Node: the tools want a newer one than the starters do. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isBuilt, sourceHash, takeIn, targets } from './lib/build-targets.mjs';
import { bundleServer } from './lib/bundle-server.mjs';
import { withFileLock } from './lib/file-lock.mjs';
import { bundledNode, inRoot, out, root } from './lib/paths.mjs';
import { must } from './lib/run.mjs';
import { Refusal, runStarter, say, sayOnStderr } from './lib/say.mjs';

/** The viewer page comes over a full stadium's mobile network: html, scripts and styles together, gzipped. */
const VIEWER_PAGE_MAX_BYTES = 25_000;

/**
 * @param {string} name the tool, for the sentence when it fails
 * @param {string} script
 * @param {string[]} args
 * @param {string} freshDir
 */
function tool(name, script, args, freshDir) {
  return must(bundledNode, [inRoot(`node_modules/${script}`), ...args], {
    cwd: root,
    env: { ...process.env, TALLYROOM_BUILD_DIR: freshDir, NO_COLOR: '1' },
    otherwise: `${name} could not build this; its words are above.`,
  });
}

/** @type {Record<string, (freshDir: string) => Promise<unknown>>} */
const builders = {
  server: (freshDir) =>
    bundleServer(join(freshDir, 'server')).catch((error) => {
      throw new Refusal(`rolldown could not build this: ${error.message}`);
    }),
  window: (freshDir) =>
    tool('electron-vite', 'electron-vite/bin/electron-vite.js', ['build', '-c', 'electron.config.ts'], freshDir),
  'viewer page': async (freshDir) => {
    await tool('vite', 'vite/bin/vite.js', ['build', '-c', 'renderer/audience/vite.config.ts'], freshDir);
    await weigh(join(freshDir, 'audience'));
  },
};

/** @param {string} dir */
async function weigh(dir) {
  const files = (await readdir(dir, { recursive: true })).filter((file) => /\.(html|js|css)$/.test(file));
  let bytes = 0;
  for (const file of files) bytes += gzipSync(await readFile(join(dir, file)), { level: 9 }).length;
  say(`The viewer page weighs ${(bytes / 1_000).toFixed(1)} kB gzipped.`);
  if (bytes > VIEWER_PAGE_MAX_BYTES) {
    throw new Refusal(
      `The viewer page must stay below ${VIEWER_PAGE_MAX_BYTES / 1_000} kB; nothing of it was taken in.`,
    );
  }
}

/** @param {import('./lib/build-targets.mjs').Target} target */
async function buildIfChanged(target) {
  const hash = await sourceHash(target);
  if (await isBuilt(target, hash)) return;
  const startedMs = performance.now();
  const freshDir = join(out, `.fresh-${process.pid}`);
  await mkdir(freshDir, { recursive: true });
  try {
    await builders[target.name]?.(freshDir);
    await takeIn(target, hash, freshDir);
  } finally {
    await rm(freshDir, { recursive: true, force: true });
  }
  say(`Built the ${target.name} in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s.`);
}

/** @returns {Promise<number>} how many targets failed; one that fails doesn't hold up the others */
async function buildAll() {
  for (const left of await readdir(out)) {
    // Left by a build that was killed; this one holds the lock.
    if (left.startsWith('.fresh-')) await rm(join(out, left), { recursive: true, force: true });
  }
  let failed = 0;
  for (const target of targets) {
    try {
      await buildIfChanged(target);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(error.message);
      failed++;
    }
  }
  return failed;
}

if (process.argv.includes('--json')) sayOnStderr();
await runStarter(async () => {
  await mkdir(out, { recursive: true });
  const failed = await withFileLock(
    join(out, '.building'),
    (pid) => say(`Waiting for another build (process ${pid}) to end.`),
    buildAll,
  );
  return failed === 0 ? 0 : 1;
});
