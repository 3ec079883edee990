import { Worker } from 'node:worker_threads';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { RunHead } from '../ballotbox/ballot-box.ts';
import { siblingModule } from '../process/sibling-module.ts';
import type {
  EntryText,
  JournalPage,
  JournalReply,
  JournalRequest,
  JournalWorkerData,
  Loaded,
  StoredEntry,
} from './journal-messages.ts';
import { JournalPages } from './journal-pages.ts';

/** The journal can't be opened: a newer or damaged file, a full disk. The sentence is for the person. */
export class JournalRefused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** This entry can't be written as text, whatever the disk does: nested too deep, or too long. */
export class Unstorable extends Error {}

/** The show's journal, on a thread of its own. */
export interface Journal {
  /** What was on disk at the start. */
  readonly loaded: Loaded;
  /** Resolves when the entry is on disk; rejects when it is not: with `Unstorable` where that is the entry's own fault. */
  append(entry: StoredEntry): Promise<void>;
  saveSnapshot(state: ShowState): Promise<void>;
  /** Keeps the last heads that the ledger told, of these runs. Rejects when they can't be written; tell newer ones later. */
  tellHeads(heads: readonly RunHead[]): Promise<void>;
  /** The stored answer to a command, or null. */
  answerTo(actor: string, commandId: string): Promise<CommandAnswer | null>;
  /** The id of the command whose entry has this number; null where there is no such entry. */
  commandAt(seq: number): Promise<string | null>;
  /** Entries with a revision above `after`, in order, `limit` at most. */
  page(after: number, limit: number): Promise<JournalPage>;
  close(): Promise<void>;
}

type WithoutRef<T> = T extends unknown ? Omit<T, 'ref'> : never;
type Request = WithoutRef<JournalRequest>;

/**
 * Opens `journal.db` and counts the epoch up, on a full disk too: then the file holds it as soon as it takes an entry.
 *
 * @param epoch the least that the epoch of this life may be
 * @throws JournalRefused when the file can't be used
 */
export async function openJournal(path: string, epoch: number): Promise<Journal> {
  const workerData: JournalWorkerData = { path, epoch };
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

  const pages = new JournalPages(path, async (place) => {
    const reply = await ask({ t: 'page', ...place });
    if (reply.t !== 'page') throw new Error(`the journal thread answered ${reply.t}`);
    return reply.page;
  });

  return {
    loaded,
    append: async (entry) => void (await ask({ t: 'append', entry: textOf(entry) })),
    saveSnapshot: async (state) => void (await ask({ t: 'snapshot', state })),
    tellHeads: async (heads) => void (await ask({ t: 'heads', heads: [...heads] })),
    async answerTo(actor, commandId) {
      const reply = await ask({ t: 'answer', actor, commandId });
      return reply.t === 'answer' ? reply.answer : null;
    },
    async commandAt(seq) {
      const reply = await ask({ t: 'command-at', seq });
      return reply.t === 'command-at' ? reply.commandId : null;
    },
    page: (after, limit) => pages.read({ after, limit }),
    async close() {
      // Whoever closes the file last carries the log into it, and a reader can't.
      await pages.close();
      await ask({ t: 'close' });
      await worker.terminate();
    },
  };
}

/** Here and not on the thread: what can't be written is known before the disk is asked. @throws Unstorable */
function textOf({ command, answer, events, ...columns }: StoredEntry): EntryText {
  try {
    return {
      ...columns,
      command: JSON.stringify(command ?? null),
      answer: JSON.stringify(answer),
      events: JSON.stringify(events),
    };
  } catch (cause) {
    throw new Unstorable(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
