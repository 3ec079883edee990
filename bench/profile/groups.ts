/** What a function of a profile belongs to, in words that a person can act on. */

/** A function as V8's profiles name it; `url` is empty for what is not JavaScript. */
export interface Frame {
  functionName: string;
  url: string;
  /** Where it begins in the file, from 0. */
  lineNumber?: number;
  columnNumber?: number;
  /** URL of the source, where the file was built of several. */
  source?: string;
}

/** Threads that profiles come from, by a file that only they run. The first that fits counts. */
const PARTS: readonly [RegExp, string][] = [
  [/server\/ballotbox\/ballot-writer\./, 'ballot box thread'],
  [/server\/ballotbox\/ballot-auditor\./, 'auditor thread'],
  [/server\/.*-(worker|packer)\.[jt]s$/, 'other threads of the core'],
  [/server\/edge\/main\./, 'edges'],
  [/server\/core\/main\./, 'core'],
  [/server\/supervisor\/main\./, 'supervisor'],
  [/bench\/peers\/[\w-]+-server\./, 'peer'],
  [/bench\/audience\//, 'generator'],
];

/** @param urls of everything that was sampled in a thread */
export function partOf(urls: readonly string[]): string {
  return PARTS.find(([pattern]) => urls.some((url) => isOwn(url) && pattern.test(url)))?.[1] ?? 'other processes';
}

const isOwn = (url: string) => url.startsWith('file:') && !url.includes('/node_modules/');

export const IDLE = '(idle)';
const BY_NAME = new Map([
  ['(garbage collector)', 'garbage collection'],
  // Time outside all JavaScript: see the page.
  ['(program)', '(program)'],
  ['(root)', '(program)'],
]);
const WRITES = /^(writev|writeBuffer|write(Utf8|Latin1|Ascii|Ucs2)String)$/;
const MODULES: readonly [RegExp, string][] = [
  [/^node:(_http|internal\/http)/, 'HTTP (node:http)'],
  [/^node:(crypto|internal\/crypto)/, 'crypto (hashes, HMAC)'],
  [/^node:(net|events|stream|internal\/(net|stream|streams|js_stream))/, 'sockets and streams (node:net)'],
  [/^node:(timers|internal\/(timers|process\/task_queues|async_hooks))/, 'timers and task queues'],
  [/^node:(worker_threads|child_process|internal\/(worker|child_process))/, 'messages between threads and processes'],
  [/^(wasm:|node:internal\/(modules|bootstrap|deps|vm|per_context|source_map))/, 'start: loading modules'],
  [/^node:/, 'the rest of Node'],
];

/**
 * @param frames from the function that was running to its outermost caller. What is not JavaScript counts for who called
 * it, but for the kernel's writes, which are a group of their own.
 */
export function groupOf(frames: readonly Frame[]): string {
  const [frame] = frames;
  if (frame === undefined) return '(program)';
  const { functionName } = frame;
  const url = frame.source ?? frame.url;
  const byName = BY_NAME.get(functionName);
  if (byName !== undefined) return byName;
  if (url === '') return WRITES.test(functionName) ? 'kernel: writes to sockets' : groupOf(frames.slice(1));
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (library !== undefined) return `library ${library}`;
  return MODULES.find(([pattern]) => pattern.test(url))?.[1] ?? ownFile(url);
}

const PROJECT = new URL('../../', import.meta.url).href;

/** `server/edge/ws-gateway`, for the source and for what was built of it. */
function ownFile(url: string): string {
  return url
    .replace(PROJECT, '')
    .replace(/^out\/server\//, '')
    .replace(/\.[jt]s$/, '');
}
