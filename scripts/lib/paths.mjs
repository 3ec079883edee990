/** Where things lie in the project. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
export const out = join(root, 'out');
export const artifacts = join(root, 'artifacts');

/** The Node that everything but the starters runs on. The real binary, never a `.bin` shim: the shim would be one more process to stop. */
export const bundledNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
export const supervisorMain = join(out, 'server', 'server', 'supervisor', 'main.js');

/** @param {string} path */
export const inRoot = (path) => join(root, path);
