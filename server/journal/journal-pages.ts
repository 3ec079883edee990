import { Worker } from 'node:worker_threads';
import { siblingModule } from '../process/sibling-module.ts';
import type { JournalPage, JournalReaderData, PageReply, PageRequest } from './journal-messages.ts';

type Place = Omit<PageRequest, 't' | 'ref'>;
interface Caller {
  resolve: (reply: PageReply) => void;
  reject: (error: Error) => void;
}

/** Pages of the journal, read by a thread that is there from the first question on. */
export class JournalPages {
  readonly #path: string;
  readonly #byWriter: (place: Place) => Promise<JournalPage>;
  readonly #waiting = new Map<number, Caller>();
  #worker: Worker | null = null;
  #lastRef = 0;

  /** @param byWriter reads a page where nobody but the writer can: on a full disk it has the file to itself */
  constructor(path: string, byWriter: (place: Place) => Promise<JournalPage>) {
    this.#path = path;
    this.#byWriter = byWriter;
  }

  async read(place: Place): Promise<JournalPage> {
    const reply = await this.#ask(place);
    return reply.t === 'page' ? reply.page : this.#byWriter(place);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
    });
    worker.postMessage('close');
    await ended;
  }

  #ask(place: Place): Promise<PageReply> {
    const ref = ++this.#lastRef;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ t: 'page', ref, ...place } satisfies PageRequest);
    return new Promise((resolve, reject) => this.#waiting.set(ref, { resolve, reject }));
  }

  #start(): Worker {
    const workerData: JournalReaderData = { path: this.#path };
    const worker = new Worker(siblingModule(import.meta.url, './journal-reader'), { workerData });
    const gone = (error: Error): void => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    worker.on('message', (reply: PageReply) => {
      this.#waiting.get(reply.ref)?.resolve(reply);
      this.#waiting.delete(reply.ref);
    });
    worker.on('error', gone);
    worker.on('exit', (code) => gone(new Error(`the journal reader ended with code ${code}`)));
    return worker;
  }
}
