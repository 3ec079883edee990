/** A desk's Socket.IO connection over a bare WebSocket library, framed as the AsyncAPI document describes. */
import WebSocket from 'ws';
import type { Json } from './api-document.ts';
import type { AsyncChannel } from './async-channel.ts';
import { Mailbox } from './mailbox.ts';

export interface DeskEvent {
  name: string;
  data: Json;
}

export class DeskConnection {
  readonly events = new Mailbox<DeskEvent>();
  /** What differed from the document. */
  readonly faults: string[] = [];
  readonly #channel: AsyncChannel;
  readonly #socket: WebSocket;
  readonly #acks = new Map<number, { reply: string; resolve: (data: Json) => void }>();
  #nextAck = 0;

  private constructor(channel: AsyncChannel, socket: WebSocket) {
    this.#channel = channel;
    this.#socket = socket;
  }

  /** @throws the server's word when it doesn't let the desk in */
  static open(channel: AsyncChannel, origin: string, token: string): Promise<DeskConnection> {
    const address = `${origin.replace(/^http/, 'ws')}${channel.address}/?EIO=4&transport=websocket`;
    const socket = new WebSocket(address);
    const desk = new DeskConnection(channel, socket);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => desk.events.end(new Error('the connection has ended')));
      socket.on('message', (data) => {
        const text = String(data);
        if (text.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
        else if (text.startsWith('40')) resolve(desk);
        else if (text.startsWith('44')) reject(new Error((JSON.parse(text.slice(2)) as { message: string }).message));
        else if (text === '2') socket.send('3');
        else desk.#packet(text);
      });
    });
  }

  next(name: string, wants: (data: Json) => boolean = () => true): Promise<DeskEvent> {
    return this.events.take((event) => event.name === name && wants(event.data), name);
  }

  /** Sends an event and gives what it is acknowledged with, both as described. `data` null: none. */
  ask(name: string, data: Json, { isValid = true } = {}): Promise<Json> {
    if (isValid) this.#channel.maySend(name, data);
    const reply = this.#replyTo(name);
    const ack = this.#nextAck;
    this.#nextAck += 1;
    return new Promise((resolve) => {
      this.#acks.set(ack, { reply, resolve });
      this.#socket.send(`42${ack}${JSON.stringify(data === null ? [name] : [name, data])}`);
    });
  }

  /** Sends an event that asks for no acknowledgement. */
  tell(name: string): void {
    this.#channel.maySend(name, null);
    this.#socket.send(`42${JSON.stringify([name])}`);
  }

  close(): void {
    this.#socket.close();
  }

  #packet(text: string): void {
    const [, kind, ack = '', body = ''] = /^4([23])(\d*)(\[.*)$/s.exec(text) ?? [];
    try {
      if (kind === undefined) throw new Error(`not described: ${text}`);
      const items = JSON.parse(body) as Json[];
      if (kind === '3') {
        const waiting = this.#acks.get(Number(ack));
        if (waiting === undefined || items.length !== 1) throw new Error(`no such acknowledgement: ${text}`);
        const [data = null] = items;
        this.#channel.received(waiting.reply, data);
        waiting.resolve(data);
        return;
      }
      const [name, data = null] = items;
      if (typeof name !== 'string' || items.length !== 2) throw new Error(`no event: ${text}`);
      this.#channel.received(name, data);
      this.events.put({ name, data });
    } catch (error) {
      this.faults.push(String(error));
    }
  }

  /** The message that the document names as the answer to another. */
  #replyTo(name: string): string {
    const operations = this.#channel.document.object(['operations']);
    const found = Object.values(operations).find((operation) =>
      JSON.stringify(operation).includes(`/messages/${name}"`),
    );
    const [reply] = (found as { reply?: { messages: { $ref: string }[] } } | undefined)?.reply?.messages ?? [];
    if (reply === undefined) throw new Error(`the document names no answer to ${name}`);
    return reply.$ref.split('/').at(-1) ?? '';
  }
}
