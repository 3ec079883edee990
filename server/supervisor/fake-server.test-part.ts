/** The real server with parts that misbehave on demand, and with short times. The first argument is the parts' folder. */
import { fileURLToPath } from 'node:url';
import { runServer } from './run-server.ts';

const [dir = '', ...args] = process.argv.slice(2);
const part: [string, ...string[]] = [
  process.execPath,
  fileURLToPath(new URL('./fake-part.test-part.ts', import.meta.url)),
  dir,
];

// Stands for whatever was overlooked.
process.on('SIGUSR2', () => {
  throw new Error('a fault that nobody thought of');
});

await runServer(args, {
  coreCommand: part,
  edgeCommand: part,
  silence: { silentMs: 1_500, busyMs: 10_000, silentBeforeReadyMs: 10_000, checkEveryMs: 250 },
  parentGraceMs: 300,
  edgeLeaveMs: 500,
  coreLeaveMs: 500,
  successorMs: 8_000,
  standbyAfterMs: 60_000,
});
