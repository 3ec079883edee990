/** Asks for the state as fast as it is answered, on many kept connections; one request under way on each. Started by `hammer.ts`. */
import { Socket } from 'node:net';
import { nowMs } from './clock.ts';
import { FaultBook } from './fault-book.ts';
import type { HammerOrder, HammerWord } from './hammer.ts';
import { Histogram } from './histogram.ts';
import { readAnswer } from './http-reader.ts';

const buffer = Buffer.allocUnsafe(64 * 1024);
const faults = new FaultBook();
const latencies = new Histogram();
const answers: Record<number, number> = {};
let isOver = false;

/** A browser's request, headers that every browser sends included. */
function requestOf({ host, port }: HammerOrder, etag: string | null): Buffer {
  const since = etag === null ? '' : `If-None-Match: ${etag}\r\n`;
  return Buffer.from(
    `GET /v1/state HTTP/1.1\r\nHost: ${host}:${port}\r\nAccept: */*\r\nUser-Agent: Mozilla/5.0 (bench)\r\n${since}\r\n`,
  );
}

class Asker extends Socket {
  readonly #order: HammerOrder;
  #sentMs = 0;
  #left: Buffer | null = null;
  #whole: Buffer;
  #since: Buffer | null = null;
  #version = '"0-0"';

  constructor(order: HammerOrder) {
    super({ onread: { buffer, callback: onRead } } as ConstructorParameters<typeof Socket>[0]);
    this.#order = order;
    this.#whole = requestOf(order, null);
    this.on('connect', onConnect);
    this.on('error', (error) => faults.note('connection-failed', error.message));
  }

  ask(): void {
    if (isOver) return;
    this.#sentMs = nowMs();
    this.write(this.#order.isConditional && this.#since !== null ? this.#since : this.#whole);
  }

  tookBytes(count: number): void {
    const bytes =
      this.#left === null ? buffer.subarray(0, count) : Buffer.concat([this.#left, buffer.subarray(0, count)]);
    const answer = readAnswer(bytes, 0, bytes.length);
    if (answer === null) {
      this.#left = Buffer.from(bytes);
      return;
    }
    this.#left = null;
    latencies.record(nowMs() - this.#sentMs);
    answers[answer.status] = (answers[answer.status] ?? 0) + 1;
    if (answer.status !== 200 && answer.status !== 304) faults.note('not-answered', String(answer.status));
    if (answer.etag === null) faults.note('no-etag', String(answer.status));
    else if (answer.etag !== this.#version) {
      // One server, or one cache in front of it: on one connection no state comes after a newer one.
      if (isOlder(answer.etag, this.#version)) faults.note('state-went-back', `${answer.etag} after ${this.#version}`);
      this.#version = answer.etag;
      this.#since = requestOf(this.#order, answer.etag);
    }
    this.ask();
  }
}

function isOlder(a: string, b: string): boolean {
  const numbers = (etag: string) => etag.replaceAll('"', '').split('-').map(Number);
  const [epochA = 0, revA = 0] = numbers(a);
  const [epochB = 0, revB = 0] = numbers(b);
  return epochA === epochB ? revA < revB : epochA < epochB;
}

function onRead(this: unknown, count: number): boolean {
  if (this instanceof Asker) this.tookBytes(count);
  return true;
}

function onConnect(this: Socket): void {
  if (this instanceof Asker) this.ask();
}

process.on('message', (order: HammerOrder) => {
  const { connections, host, port, forMs } = order;
  for (let i = 0; i < connections; i++) new Asker(order).connect({ host, port });
  const before = process.cpuUsage();
  setTimeout(() => {
    isOver = true;
    const { user, system } = process.cpuUsage(before);
    const cpuS = (user + system) / 1e6;
    const word: HammerWord = { answers, latencies: latencies.pack(), cpuS, faults: faults.faults };
    process.send?.(word, () => process.exit(0));
  }, forMs);
});
process.on('disconnect', () => process.exit(0));
