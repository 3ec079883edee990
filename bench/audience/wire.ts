import { Socket } from 'node:net';
import { nowMs } from './clock.ts';

/** Sockets that share a source address; the kernel's search for a free port slows down with many more. */
export const WIRES_PER_ADDRESS = 4_000;
/** 127.1.0.2 to 127.250.249.2 */
export const SOURCE_ADDRESSES = 62_500;

/** Whom a connection belongs to, as far as the connection has to know. */
export interface WireOwner {
  /** Epoch ms at which the bytes that are being read came in. */
  heardAtMs: number;
}

export interface WireHost<Owner extends WireOwner> {
  connected(viewer: Owner): void;
  /** Answers how many of the bytes were used; the rest comes again with the next ones. */
  read(viewer: Owner, bytes: Buffer, start: number, end: number): number;
  ended(viewer: Owner, why: string): void;
}

/** For connections that their viewers have given up. */
const NOBODY: WireHost<WireOwner> = { connected() {}, read: (_viewer, _bytes, _start, end) => end, ended() {} };

/** All sockets of a process are read into one buffer: what is in it is used before the next one is read. */
const readBuffer = Buffer.allocUnsafe(64 * 1024);

/** A viewer's TCP connection. Nothing is made per connection but this. */
export class Wire<Owner extends WireOwner> extends Socket {
  readonly #viewer: Owner;
  #host: WireHost<Owner>;
  /** The beginning of something whose end has not come. */
  #left: Buffer | null = null;
  #lastError = 'ended';

  constructor(viewer: Owner, host: WireHost<Owner>) {
    super({ onread: { buffer: readBuffer, callback: onRead } } as ConstructorParameters<typeof Socket>[0]);
    this.#viewer = viewer;
    this.#host = host;
    this.on('connect', onConnect);
    this.on('error', onError);
    this.on('close', onClose);
  }

  /** Leaves the connection to come to its end by itself: nobody hears of it any more. */
  letGo(): void {
    this.#host = NOBODY;
    this.resume();
  }

  tookBytes(count: number): void {
    const viewer = this.#viewer;
    viewer.heardAtMs = nowMs();
    let bytes = readBuffer;
    let end = count;
    if (this.#left !== null) {
      bytes = Buffer.concat([this.#left, readBuffer.subarray(0, count)]);
      end = bytes.length;
    }
    const used = this.#host.read(viewer, bytes, 0, end);
    this.#left = used < end ? Buffer.from(bytes.subarray(used, end)) : null;
  }

  tookOpen(): void {
    this.#host.connected(this.#viewer);
  }

  tookError(error: Error): void {
    this.#lastError = (error as NodeJS.ErrnoException).code ?? error.message;
  }

  tookClose(): void {
    this.#host.ended(this.#viewer, this.#lastError);
  }
}

function onRead(this: unknown, count: number): boolean {
  if (this instanceof Wire) this.tookBytes(count);
  return true;
}

function onConnect(this: Socket): void {
  if (this instanceof Wire) this.tookOpen();
}

function onError(this: Socket, error: Error): void {
  if (this instanceof Wire) this.tookError(error);
}

function onClose(this: Socket): void {
  if (this instanceof Wire) this.tookClose();
}

/** The loopback address that the n-th connection of this machine comes from: another one every 4,000. */
export function sourceAddress(n: number): string {
  const place = Math.floor(n / WIRES_PER_ADDRESS) % SOURCE_ADDRESSES;
  return `127.${1 + Math.floor(place / 250)}.${place % 250}.2`;
}
