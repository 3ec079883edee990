import { siblingModule } from '../process/sibling-module.ts';
import { WorkerClient } from '../process/worker-client.ts';
import type { JournalPage, JournalReaderCalls, JournalReaderData, PagePlace } from './journal-messages.ts';

type Reader = WorkerClient<JournalReaderCalls, null, never>;

/** Pages of the journal, read by a thread that is there from the first question on. */
export class JournalPages {
  readonly #path: string;
  readonly #byWriter: (place: PagePlace) => Promise<JournalPage>;
  #reader: Reader | null = null;

  /** @param byWriter reads a page where nobody but the writer can: on a full disk it has the file to itself */
  constructor(path: string, byWriter: (place: PagePlace) => Promise<JournalPage>) {
    this.#path = path;
    this.#byWriter = byWriter;
  }

  async read(place: PagePlace): Promise<JournalPage> {
    if (this.#reader === null || this.#reader.isOver) this.#reader = this.#start();
    const reader = this.#reader;
    try {
      return await reader.ask('page', place);
    } catch (error) {
      // Its own death is a fault of ours, and said.
      if (reader.isOver) throw error;
      return this.#byWriter(place);
    }
  }

  async close(): Promise<void> {
    // It holds nothing that could be lost.
    await this.#reader?.close().catch(() => undefined);
  }

  #start(): Reader {
    return new WorkerClient({
      module: siblingModule(import.meta.url, './journal-reader'),
      workerData: { path: this.#path } satisfies JournalReaderData,
      name: 'the journal reader',
      onWord: () => {},
      // Who waited for a page has been told; who asks for the next one has another reader.
      onDeath: () => {},
    });
  }
}
