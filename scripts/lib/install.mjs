/** Brings in the packages when they are missing or the lock file has changed, and checks the bundled Node. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { withFileLock } from './file-lock.mjs';
import { bundledNode, inRoot, root } from './paths.mjs';
import { must, run } from './run.mjs';
import { Refusal, say } from './say.mjs';

const BUNDLED_MAJOR = 24;

/** @param {string} path */
async function packagesOf(path) {
  const text = await readFile(inRoot(path), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text).packages;
}

/**
 * Whether what npm says it has installed is what the lock file asks for. Also true after somebody's own `npm install`,
 * which a stamp of ours would know nothing of.
 * @param {Record<string, { version?: string, optional?: boolean }>} wanted `packages` of package-lock.json
 * @param {Record<string, { version?: string }> | null} installed `packages` of node_modules/.package-lock.json
 */
export function isInstalled(wanted, installed) {
  if (installed === null) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      installed[path]?.version === entry.version ||
      // Packages for other systems are in the lock file and not on the disk.
      (entry.optional === true && installed[path] === undefined),
  );
}

/**
 * The npm that started us, so that its settings hold, else the one in the path. `npm run` finds our own Node first, and
 * `npm ci` may just have deleted the binary that we run on.
 */
const npm = () =>
  process.env.npm_execpath?.endsWith('.js') && existsSync(process.execPath)
    ? { command: process.execPath, first: [process.env.npm_execpath] }
    : { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', first: [] };

/**
 * @param {string[]} args
 * @param {{ otherwise: string, cwd?: string, timeoutMs?: number }} options
 */
export function runNpm(args, options) {
  const { command, first } = npm();
  return must(command, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, ...options });
}

async function bundledVersion() {
  if (!existsSync(bundledNode)) return null;
  const { code, output } = await run(bundledNode, ['--version'], { quiet: true }).catch(() => ({
    code: 1,
    output: '',
  }));
  return code === 0 ? output.trim() : null;
}

/** Its install script fetches the binary; newer npm versions run such scripts only where package.json allows them. */
async function ensureBundledNode() {
  const wanted = new RegExp(`^v${BUNDLED_MAJOR}\\.`);
  if (wanted.test((await bundledVersion()) ?? '')) return;
  say(`Bringing in Node ${BUNDLED_MAJOR}, which the server runs on.`);
  await runNpm(['rebuild', 'node', '--ignore-scripts=false'], {
    otherwise: `Node ${BUNDLED_MAJOR} for the server could not be brought in (npm's words are above). It comes from the package registry: check the network and try again.`,
  });
  const version = await bundledVersion();
  if (wanted.test(version ?? '')) return;
  throw new Refusal(
    version === null
      ? `The server's own Node is missing (${bundledNode}). Its package's install script has to run once: npm rebuild node --ignore-scripts=false. Where npm blocks install scripts, package.json allows this one under "allowScripts".`
      : `The server's own Node (${bundledNode}) is ${version}, but Node ${BUNDLED_MAJOR} is needed. Delete node_modules and start again.`,
  );
}

export async function ensureInstalled() {
  await withFileLock(
    inRoot('.cache/installing'),
    (pid) => say(`Waiting for another start (process ${pid}) to install.`),
    async () => {
      const wanted = await packagesOf('package-lock.json');
      if (wanted === null) throw new Refusal('package-lock.json is missing; this is no whole copy of the project.');
      if (!isInstalled(wanted, await packagesOf('node_modules/.package-lock.json'))) {
        say('Installing packages; this takes a minute the first time.');
        // Not `npm ci`: it insists on an entry for every platform's optional packages, and a lock file that was written
        // where the registry has only some of them lacks the others. `--no-save` keeps it as it is all the same.
        // Scripts are run below, for the one package that needs it: npm versions differ in what they run by themselves.
        await runNpm(['install', '--no-save', '--ignore-scripts'], {
          otherwise: 'The packages could not be installed (npm says why above). Check the network and try again.',
        });
      }
      await ensureBundledNode();
    },
  );
}
