/**
 * Preloaded into a server's processes and threads: their wall clock is off by as many ms as a file says, as if somebody had
 * set it. Monotonic clocks and timers go on untouched, as they do on a real machine.
 */
import { readFileSync } from 'node:fs';
import { CLOCK_FILE } from './wall-clock-file.ts';

const LOOK_EVERY_MS = 10;

const path = process.env[CLOCK_FILE] ?? '';
const realNowMs = Date.now.bind(Date);
let offMs = 0;

function look(): void {
  offMs = Number(readFileSync(path, 'utf8'));
}

if (path !== '') {
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
  Date.now = () => realNowMs() + offMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [realNowMs() + offMs] : args, newTarget),
  });
}
