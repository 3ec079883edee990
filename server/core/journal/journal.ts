import { Worker } from 'node:worker_threads';
import type { ShowState } from '../../../shared/domain/show-state.ts';
import type { CommandAnswer, JournalEntry } from '../../../shared/protocol/desk.ts';
import { siblingModule } from '../../process/sibling-module.ts';
import type { JournalReply, JournalRequest, JournalWorkerData, Loaded, StoredEntry } from './journal-messages.ts';

/** The journal can't be opened: a newer or damaged file, a full disk. The sentence is for the person. */
export class JournalRefused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The show's journal, on a thread of its own. */
export interface Journal {
  /** What was on disk at the start. */
  readonly loaded: Loaded;
  /** Resolves when the entry is on disk; rejects when it is not. */
  append(entry: StoredEntry): Promise<void>;
  saveSnapshot(state: ShowState): Promise<void>;
  /** The stored answer to a command, or null. */
  answerTo(actor: string, commandId: string): Promise<CommandAnswer | null>;
  /** Entries with a revision above `after`, in order, `limit` at most. */
  page(after: number, limit: number): Promise<JournalEntry[]>;
  close(): Promise<void>;
}

type WithoutRef<T> = T extends unknown ? Omit<T, 'ref'> : never;
type Request = WithoutRef<JournalRequest>;

/**
 * Opens `journal.db` and counts the epoch up.
 *
 * @throws JournalRefused when the file can't be used
 */
export async function openJournal(path: string): Promise<Journal> {
  const workerData: JournalWorkerData = { path };
  const worker = new Worker(siblingModule(import.meta.url, './journal-worker'), { workerData });
  const waiting = new Map<number, { resolve: (reply: JournalReply) => void; reject: (error: Error) => void }>();
  let nextRef = 1;

  const loaded = await new Promise<Loaded>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (reply: JournalReply) => {
      if (reply.t === 'loaded') resolve(reply.loaded);
      else if (reply.t === 'refused') reject(new JournalRefused(reply.code, reply.message));
      else reject(new Error(`the journal thread began with ${reply.t}`));
    });
  });
  worker.removeAllListeners('error');
  worker.on('error', (error) => {
    // The core can't go on without its journal; the supervisor starts a new one.
    throw error;
  });
  worker.on('message', (reply: JournalReply) => {
    if (!('ref' in reply)) return;
    const caller = waiting.get(reply.ref);
    waiting.delete(reply.ref);
    if (reply.t === 'failed') caller?.reject(new Error(reply.message));
    else caller?.resolve(reply);
  });

  function ask(request: Request): Promise<JournalReply> {
    const ref = nextRef++;
    return new Promise((resolve, reject) => {
      waiting.set(ref, { resolve, reject });
      worker.postMessage({ ...request, ref });
    });
  }

  return {
    loaded,
    append: async (entry) => void (await ask({ t: 'append', entry })),
    saveSnapshot: async (state) => void (await ask({ t: 'snapshot', state })),
    async answerTo(actor, commandId) {
      const reply = await ask({ t: 'answer', actor, commandId });
      return reply.t === 'answer' ? reply.answer : null;
    },
    async page(after, limit) {
      const reply = await ask({ t: 'page', after, limit });
      return reply.t === 'page' ? reply.entries : [];
    },
    async close() {
      await ask({ t: 'close' });
      await worker.terminate();
    },
  };
}
