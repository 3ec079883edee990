/** The app's line to the supervisor: its control socket, one JSON object a line. */
import { connect, type Socket } from 'node:net';
import { lineSplitter } from '../../server/process/line-splitter.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import type { ControlReply, ControlRequest, ReadyEvent, ServerEvent } from '../../shared/protocol/process.ts';
import { log } from './main-log.ts';

/** A living supervisor answers in milliseconds; one that is silent this long is stopped or hung. */
const ANSWER_WITHIN_MS = 5_000;

const MAX_LINE = 1_000_000;

export interface ControlAddress {
  controlPath: string;
  controlToken: string;
}

interface Waiting {
  resolve: (reply: ControlReply) => void;
  reject: (error: Error) => void;
}

export class ControlClient {
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  #welcome: Waiting | null = null;
  #ready: ReadyEvent | null = null;
  #nextRef = 1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on(
      'data',
      lineSplitter(MAX_LINE, (line) => this.#line(line)),
    );
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        const gone = new Error('The connection to the server was lost.');
        this.#welcome?.reject(gone);
        for (const waiting of this.#waiting.values()) waiting.reject(gone);
        this.#waiting.clear();
        resolve();
      });
    });
    socket.on('error', (error) => this.#welcome?.reject(error));
  }

  /**
   * Connects as the supervisor's owner: as long as this connection stands, it has a parent.
   * @throws when nobody answers at that address, or the token is refused
   */
  static async connect({ controlPath, controlToken }: ControlAddress): Promise<ControlClient> {
    const client = new ControlClient(connect(controlPath));
    const welcome = new Promise<ControlReply>((resolve, reject) => {
      client.#welcome = { resolve, reject };
    });
    client.#send({ t: 'hello', token: controlToken, owner: true });
    try {
      const reply = await within(welcome, 'The server did not answer.');
      if (reply.t === 'refused') throw new Error(reply.message);
      if (reply.t !== 'welcome') throw new Error('The server answered something else than a welcome.');
      client.#ready ??= reply.ready;
      return client;
    } catch (error) {
      client.close();
      throw error;
    } finally {
      client.#welcome = null;
    }
  }

  /** The last `ready` that the supervisor told, or null while its parts are still starting. */
  get ready(): ReadyEvent | null {
    return this.#ready;
  }

  onEvent(listener: (event: ServerEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** A one-time code that buys one desk session with this role. */
  async code(role: Role): Promise<string> {
    const ref = this.#nextRef++;
    const answer = new Promise<ControlReply>((resolve, reject) => this.#waiting.set(ref, { resolve, reject }));
    this.#send({ t: 'code', ref, role });
    try {
      const reply = await within(answer, 'The server did not give a code for this desk.');
      if (reply.t !== 'code') throw new Error('The server answered something else than a code.');
      return reply.code;
    } finally {
      this.#waiting.delete(ref);
    }
  }

  /** Asks the supervisor to end everything; `closed` follows. */
  stop(): void {
    this.#send({ t: 'stop' });
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(request: ControlRequest): void {
    this.#socket.write(`${JSON.stringify(request)}\n`);
  }

  #line(line: string): void {
    let reply: ControlReply;
    try {
      reply = JSON.parse(line);
    } catch {
      log('warn', 'A line on the control socket was no JSON; it was left out.', { line: line.slice(0, 200) });
      return;
    }
    if (reply.t === 'event') {
      if (reply.event.event === 'ready') this.#ready = reply.event;
      for (const listener of this.#listeners) listener(reply.event);
      return;
    }
    if (reply.t === 'code' || reply.t === 'status') {
      this.#waiting.get(reply.ref)?.resolve(reply);
      return;
    }
    if (this.#welcome) this.#welcome.resolve(reply);
    else if (reply.t === 'refused') log('warn', reply.message, {});
  }
}

async function within<T>(answer: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
