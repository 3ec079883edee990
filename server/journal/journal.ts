import type { ShowState } from '../../shared/domain/show-state.ts';
import type { RunRule } from '../../shared/protocol/backplane.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { RunHead } from '../ballotbox/ledger.ts';
import { siblingModule } from '../process/sibling-module.ts';
import { WorkerClient, WorkerFailed } from '../process/worker-client.ts';
import type {
  EntryName,
  EntryText,
  JournalCalls,
  JournalPage,
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

/** Somebody else has written to this show's journal: this core has been replaced. The sentence is for people. */
export class Fenced extends Error {}

/** On a full disk each command is refused; the bytes that lie behind the last entry can only be a late one's. */
const MOST_REFUSED = 100;

/** The show's journal. */
export interface Journal {
  /** What was on disk at the start. */
  readonly loaded: Loaded;
  /**
   * Resolves when the entry is on disk, and with it the rules that it gives to runs. Rejects when it is not: with `Unstorable` where
   * that is the entry's own fault, and with `Fenced` where another has written in its place. Where it is one of this core's own that
   * was refused before, nobody has replaced it, and it has to read that one: its process ends, as it does with the journal's thread.
   */
  append(entry: StoredEntry, rules: readonly RunRule[]): Promise<void>;
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

/**
 * Opens `journal.db`, on a thread of its own, and counts the epoch up, on a full disk too: then the file holds it as soon as it takes an entry.
 *
 * @param epoch the least that the epoch of this life may be
 * @throws JournalRefused when the file can't be used
 */
export async function openJournal(path: string, epoch: number): Promise<Journal> {
  const workerData: JournalWorkerData = { path, epoch };
  const thread = new WorkerClient<JournalCalls, Loaded, never>({
    module: siblingModule(import.meta.url, './journal-worker'),
    workerData,
    name: 'the journal thread',
    onWord: () => {},
    onDeath: (error) => {
      // The core can't go on without its journal; the supervisor starts a new one.
      throw error;
    },
  });
  const loaded = await thread.opened.catch((error: unknown) => {
    throw error instanceof WorkerFailed ? new JournalRefused(error.code ?? 'cannot-open', error.message) : error;
  });
  const pages = new JournalPages(path, (place) => thread.ask('page', place));
  /** Given since the last one that was written, and refused. A write that fails says nothing of where its bytes are. */
  const refused: EntryName[] = [];

  async function write(entry: StoredEntry): Promise<void> {
    const text = textOf(entry);
    try {
      await thread.ask('append', text);
      refused.splice(0);
    } catch (error) {
      if (isTaken(error)) throw await whoTook(entry, error);
      const { actor, commandId, atMs } = entry;
      refused.push({ actor, commandId, atMs });
      if (refused.length > MOST_REFUSED) refused.shift();
      throw error;
    }
  }

  async function whoTook(entry: StoredEntry, cause: unknown): Promise<Error> {
    const there = await thread.ask('entryAt', entry.seq);
    const isThere = ({ actor, commandId, atMs }: EntryName): boolean =>
      actor === there?.actor && commandId === there.commandId && atMs === there.atMs;
    if (![...refused, entry].some(isThere)) return new Fenced(replacedSentence(path), { cause });
    const late = new Error(
      `${path} had refused an entry, and its entry ${entry.seq} is there after all: this core ends, and the next one reads it.`,
      { cause },
    );
    // Thrown where nobody catches it, as where the thread dies: the supervisor starts a new core.
    setImmediate(() => {
      throw late;
    });
    return late;
  }

  return {
    loaded,
    // The rules follow from the entries: a start works them out, and gives them to the ledger beside it.
    append: (entry, _rules) => write(entry),
    saveSnapshot: (state) => thread.ask('saveSnapshot', state),
    tellHeads: (heads) => thread.ask('tellHeads', heads),
    answerTo: (actor, commandId) => thread.ask('answerTo', actor, commandId),
    commandAt: (seq) => thread.ask('commandAt', seq),
    page: (after, limit) => pages.read({ after, limit }),
    async close() {
      // Whoever closes the file last carries the log into it, and a reader can't.
      await pages.close();
      await thread.close();
    },
  };
}

/**
 * The number of an entry follows from the one before it, and the core has looked up the command's id: where either is there by now,
 * it was written by somebody else.
 */
function isTaken(error: unknown): boolean {
  return error instanceof WorkerFailed && /^SQLITE_CONSTRAINT_(PRIMARYKEY|ROWID|UNIQUE)$/.test(error.code ?? '');
}

function replacedSentence(path: string): string {
  return `Another server has written to ${path}: this one has been replaced, and ends. What it acknowledged stands, and nothing else was done. Let one server alone run on this show.`;
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
