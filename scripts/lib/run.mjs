/** Child processes of the starters. */
import { spawn } from 'node:child_process';
import { Refusal, toolOutput } from './say.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Ends this process in order when it is told to while it only prepares (installs, builds): tools are stopped, and it
 * was on purpose, so it is no failure. Returns the function that takes this back once a child of its own is in charge.
 */
export function stopToolsOnSignal() {
  const stop = () => {
    for (const child of running) child.kill('SIGTERM');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
  };
}

/**
 * Runs a tool. Its output is shown as it comes, or only when the tool fails (`quiet`).
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean, cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>} code 124 after the time-out; the output only when quiet
 */
export function run(command, args, { quiet = false, cwd, env, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', quiet ? 'pipe' : toolOutput(), quiet ? 'pipe' : 2],
      shell: process.platform === 'win32' && !command.endsWith('.exe'),
    });
    running.add(child);
    let output = '';
    let timedOut = false;
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : null;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (timer) clearTimeout(timer);
      running.delete(child);
      resolve({ code: timedOut ? 124 : (code ?? 1), output });
    });
  });
}

/**
 * Runs a tool quietly; its failure ends the starter with the sentence and the tool's own words.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, otherwise: string }} options
 */
export async function must(command, args, { otherwise, ...options }) {
  const result = await run(command, args, { quiet: true, ...options }).catch((error) => ({
    code: 127,
    output: String(error.message),
  }));
  if (result.code !== 0) throw new Refusal(`${result.output.trim()}\n\n${otherwise}`);
  return result.output;
}
