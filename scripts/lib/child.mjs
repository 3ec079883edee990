/** The one child that a starter starts and then only stands in for. */
import { spawn } from 'node:child_process';
import { bundledNode, supervisorMain } from './paths.mjs';

/**
 * Runs the child until it ends, hands signals on to it, and answers its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>}
 */
export function standInFor(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    let told = false;
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) {
      process.on(signal, () => {
        told = true;
        child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
      });
    }
    child.on('error', reject);
    // A child that was told to leave and died of the signal itself did what it was told.
    child.on('exit', (code) => resolve(code ?? (told ? 0 : 1)));
  });
}

/**
 * The server without a window. The IPC channel tells it that its starter is still there.
 * @param {string[]} args
 */
export function runServer(args) {
  return standInFor(bundledNode, [supervisorMain, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}
