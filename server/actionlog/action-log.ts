import { Worker } from 'node:worker_threads';
import type { ActionRecord, LogEntry } from '../../shared/protocol/logbook.ts';
import { siblingModule } from '../process/sibling-module.ts';
import type { OpenAction } from '../storage/logbook-store.ts';
import type { ActionReply, ActionRequest, ActionWorkerData, Kept, PagePlace } from './messages.ts';

/** The logs that browser desks give the core to keep, on a thread and in a file of their own. */
export interface ActionLog {
  /** Actions of an earlier core that have no outcome yet. */
  readonly leftOpen: readonly OpenAction[];
  /** Resolves when the record is on disk, or with why it isn't kept. @throws a sentence when the file can't be written */
  keep(desk: string, record: ActionRecord): Promise<Kept>;
  /** A desk's entries, oldest first. @throws a sentence when the file can't be read */
  page(desk: string, place: PagePlace, limit: number): Promise<LogEntry[]>;
  close(): Promise<void>;
}

export interface ActionLogOptions {
  path: string;
  /** An entry is at most a few kB, so this bounds what one desk can put on the disk. */
  maxPerDesk: number;
  /** The log can't be used from now on. The show goes on without it. */
  onTrouble: (message: string) => void;
}

type WithoutRef<T> = T extends unknown ? Omit<T, 'ref'> : never;
type Request = WithoutRef<ActionRequest>;

/** Opens the file. One that can't be opened is told through `onTrouble`; every call then says the same sentence. */
export async function openActionLog({ path, maxPerDesk, onTrouble }: ActionLogOptions): Promise<ActionLog> {
  const workerData: ActionWorkerData = { path, maxPerDesk };
  const worker = new Worker(siblingModule(import.meta.url, './action-log-worker'), { workerData });
  const waiting = new Map<number, { resolve: (reply: ActionReply) => void; reject: (error: Error) => void }>();
  let nextRef = 1;
  let broken: string | null = null;

  function breakDown(message: string): void {
    if (broken === null) onTrouble(message);
    broken = message;
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  }

  const leftOpen = await new Promise<readonly OpenAction[]>((resolve) => {
    worker.on('error', (error) => {
      breakDown(`The log of the browser desks broke off: ${error.message}`);
      resolve([]);
    });
    worker.on('message', (reply: ActionReply) => {
      if (reply.t === 'opened') return resolve(reply.open);
      if (reply.t === 'refused') {
        breakDown(reply.message);
        return resolve([]);
      }
      const caller = waiting.get(reply.ref);
      waiting.delete(reply.ref);
      if (reply.t === 'failed') caller?.reject(new Error(reply.message));
      else caller?.resolve(reply);
    });
  });

  function ask(request: Request): Promise<ActionReply> {
    if (broken !== null) return Promise.reject(new Error(broken));
    const ref = nextRef++;
    return new Promise((resolve, reject) => {
      waiting.set(ref, { resolve, reject });
      worker.postMessage({ ...request, ref });
    });
  }

  return {
    leftOpen,
    async keep(desk, record) {
      const reply = await ask({ t: 'keep', desk, record });
      if (reply.t !== 'kept') throw new Error(`the action log answered ${reply.t}`);
      return reply.kept;
    },
    async page(desk, place, limit) {
      const reply = await ask({ t: 'page', desk, place, limit });
      if (reply.t !== 'page') throw new Error(`the action log answered ${reply.t}`);
      return reply.entries;
    },
    async close() {
      if (broken === null) await ask({ t: 'close' });
      await worker.terminate();
    },
  };
}
