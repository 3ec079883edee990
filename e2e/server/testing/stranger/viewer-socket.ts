/** A viewer's WebSocket, with nothing but the AsyncAPI document and a WebSocket library. */
import { once } from 'node:events';
import WebSocket from 'ws';
import { isObject, type Json, type JsonObject } from './api-document.ts';
import type { AsyncChannel } from './async-channel.ts';
import { Mailbox } from './mailbox.ts';

export type Frame = JsonObject & { t: string };

export class ViewerSocket {
  readonly frames = new Mailbox<Frame>();
  /** What differed from the document. */
  readonly faults: string[] = [];
  /** The close code, once it has closed as the document says. */
  readonly closed: Promise<number>;
  readonly #channel: AsyncChannel;
  readonly #socket: WebSocket;

  private constructor(channel: AsyncChannel, socket: WebSocket) {
    this.#channel = channel;
    this.#socket = socket;
    socket.on('message', (data, isBinary) => this.#received(String(data), isBinary));
    this.closed = once(socket, 'close').then(([code]: number[]) => {
      if (code !== undefined && code !== 1005) this.#closedWith(code);
      this.frames.end(new Error(`closed with ${code}`));
      return code ?? 0;
    });
  }

  static async open(channel: AsyncChannel, origin: string): Promise<ViewerSocket> {
    const socket = new WebSocket(origin.replace(/^http/, 'ws') + channel.address);
    const viewer = new ViewerSocket(channel, socket);
    await once(socket, 'open');
    return viewer;
  }

  send(name: string, fields: JsonObject): void {
    const frame = { t: name, ...fields };
    this.#channel.maySend(name, frame);
    this.raw(JSON.stringify(frame));
  }

  /** Anything at all; bytes may pretend to be text. */
  raw(data: string | Buffer, { binary = typeof data !== 'string' } = {}): void {
    this.#socket.send(data, { binary });
  }

  /** The next frame of that type, perhaps with a field that tells it. */
  next(t: string, field: JsonObject = {}): Promise<Frame> {
    const wants = (frame: Frame) =>
      frame.t === t && Object.entries(field).every(([key, value]) => frame[key] === value);
    return this.frames.take(wants, `${t} ${JSON.stringify(field)}`);
  }

  close(): void {
    this.#socket.close();
  }

  #received(text: string, isBinary: boolean): void {
    if (isBinary) this.faults.push('a binary frame came');
    const frame = JSON.parse(text) as Json;
    try {
      if (!isObject(frame) || typeof frame.t !== 'string') throw new Error(`no t: ${text}`);
      this.#channel.received(frame.t, frame);
      this.frames.put(frame as Frame);
    } catch (error) {
      this.faults.push(String(error));
    }
  }

  #closedWith(code: number): void {
    const documented = this.#channel.document.get(['channels', this.#channel.name, 'x-close-codes']);
    const entry = (documented as JsonObject[]).find((one) => one.code === code);
    if (entry === undefined) {
      this.faults.push(`closed with ${code}, which is not documented`);
      return;
    }
    const reasons = entry.reasons as string[];
    const last = this.frames.all.at(-1);
    const bye = last?.t === 'bye' ? last.reason : null;
    if (bye === null ? reasons.length > 0 : !reasons.includes(String(bye))) {
      this.faults.push(`${code} came after ${bye === null ? 'no bye' : `bye ${String(bye)}`}`);
    }
  }
}
