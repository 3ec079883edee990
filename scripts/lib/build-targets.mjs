/** What is built from what, and whether it is up to date. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { inRoot, out } from './paths.mjs';

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {string[]} sources files and folders, relative to the project
 * @property {string[]} folders what it fills in `out/`
 * @property {string[]} results files in `out/` that are there after a build
 */

const everywhere = ['package-lock.json', 'tsconfig.json', 'scripts/build.mjs', 'scripts/lib/build-targets.mjs'];

/** @type {Target[]} */
export const targets = [
  {
    name: 'server',
    sources: ['server', 'shared', 'electron/logbook', 'scripts/lib/bundle-server.mjs', ...everywhere],
    folders: ['server'],
    results: ['server/package.json', 'server/server/supervisor/main.js'],
  },
  {
    name: 'window',
    sources: [
      'electron',
      'renderer/desk',
      'renderer/ui',
      'shared',
      'server/process',
      'server/storage',
      'electron.config.ts',
      ...everywhere,
    ],
    folders: ['main', 'preload', 'desk'],
    results: ['main/main.cjs', 'preload/preload.cjs', 'desk/index.html'],
  },
  {
    name: 'viewer page',
    sources: ['renderer/audience', 'renderer/ui', 'shared', ...everywhere],
    folders: ['audience'],
    results: ['audience/index.html'],
  },
];

/** Tests beside a source change no output. */
const isSource = (/** @type {string} */ path) => !/\.test(-part)?\.[a-z]+$/.test(path);

/**
 * A hash of the contents of all sources: mtimes differ in every clone and after every checkout.
 * @param {Target} target
 */
export async function sourceHash(target) {
  /** @type {string[]} */
  const files = [];
  for (const source of target.sources) {
    const path = inRoot(source);
    if (!existsSync(path)) continue;
    const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error) => {
      if (error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (entries === null) files.push(source);
    for (const entry of entries ?? []) {
      if (entry.isFile()) files.push(join(entry.parentPath, entry.name).slice(inRoot('').length));
    }
  }
  const hash = createHash('sha256');
  for (const file of files.filter(isSource).sort()) {
    hash
      .update(`${file.split(sep).join('/')}\0`)
      .update(await readFile(inRoot(file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @param {Target} target */
const stampPath = (target) => join(out, '.stamps', target.name.replace(' ', '-'));

/**
 * @param {Target} target
 * @param {string} hash
 */
export async function isBuilt(target, hash) {
  const stamp = await readFile(stampPath(target), 'utf8').catch(() => null);
  return stamp === hash && target.results.every((file) => existsSync(join(out, file)));
}

/**
 * Swaps the freshly built folders in and leaves the stamp. A server that runs from the old ones notices nothing worse
 * than new files at its next respawn.
 * @param {Target} target
 * @param {string} hash
 * @param {string} freshDir
 */
export async function takeIn(target, hash, freshDir) {
  await rm(stampPath(target), { force: true });
  for (const folder of target.folders) {
    const old = join(freshDir, `${folder}.old`);
    if (existsSync(join(out, folder))) await rename(join(out, folder), old);
    await rename(join(freshDir, folder), join(out, folder));
  }
  await mkdir(dirname(stampPath(target)), { recursive: true });
  await writeFile(stampPath(target), hash);
}
