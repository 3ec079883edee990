/**
 * Preloaded into a server's processes and threads: their wall clock is off by as many ms as a file says, as if somebody had
 * set it. Monotonic clocks and timers go on untouched, as they do on a real machine. The machine may have slept as well: then its
 * wall clock and its uptime have gone on, and nothing else.
 */
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { CLOCK_FILE } from './wall-clock-file.ts';

const LOOK_EVERY_MS = 10;

const path = process.env[CLOCK_FILE] ?? '';
const realNowMs = Date.now.bind(Date);
const realUptimeS = os.uptime.bind(os);
let offMs = 0;
let sleptMs = 0;

function look(): void {
  const [off, slept = 0] = readFileSync(path, 'utf8').split(' ').map(Number);
  sleptMs = slept;
  offMs = (off ?? 0) + slept;
}

if (path !== '') {
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
  Date.now = () => realNowMs() + offMs;
  os.uptime = () => realUptimeS() + sleptMs / 1_000;
  syncBuiltinESMExports();
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [realNowMs() + offMs] : args, newTarget),
  });
}
