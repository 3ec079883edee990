/** The server: parent of core and edges, with a window (started by the app) or without (`npm run server`). */
import { fileURLToPath } from 'node:url';
import { EDGE_LEAVE_MS } from '../../shared/protocol/process.ts';
import { siblingModule } from '../process/sibling-module.ts';
import { runServer } from './run-server.ts';
import { SILENCE_LIMITS } from './silence-watch.ts';
import { CORE_V8_FLAGS, EDGE_V8_FLAGS } from './v8-flags.ts';

// Whatever server and parts make is for nobody else to read: ballots, keys, sockets and logs.
process.umask(0o077);

const commandOf = (path: string, v8Flags: readonly string[]): [string, ...string[]] => [
  process.execPath,
  ...v8Flags,
  fileURLToPath(siblingModule(import.meta.url, path)),
];

await runServer(process.argv.slice(2), {
  coreCommand: commandOf('../core/main', CORE_V8_FLAGS),
  edgeCommand: commandOf('../edge/main', EDGE_V8_FLAGS),
  silence: SILENCE_LIMITS,
  parentGraceMs: 30_000,
  edgeLeaveMs: EDGE_LEAVE_MS,
  coreLeaveMs: 3_000,
  successorMs: 30_000,
  standbyAfterMs: 3_000,
});
