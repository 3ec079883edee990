import type { ActionRecord, LogEntry } from '../../shared/protocol/logbook.ts';
import { siblingModule } from '../process/sibling-module.ts';
import { WorkerClient, WorkerFailed } from '../process/worker-client.ts';
import type { OpenAction } from '../storage/logbook-store.ts';
import type { ActionCalls, ActionWorkerData, Kept, PagePlace } from './messages.ts';

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

/** Opens the file. One that can't be opened is told through `onTrouble`; every call then says the same sentence. */
export async function openActionLog({ path, maxPerDesk, onTrouble }: ActionLogOptions): Promise<ActionLog> {
  const workerData: ActionWorkerData = { path, maxPerDesk };
  let broken: string | null = null;
  const breakDown = (message: string): readonly OpenAction[] => {
    broken = message;
    onTrouble(message);
    return [];
  };
  const brokeOff = ({ message }: Error) => breakDown(`The log of the browser desks broke off: ${message}`);
  const thread = new WorkerClient<ActionCalls, readonly OpenAction[], never>({
    module: siblingModule(import.meta.url, './action-log-worker'),
    workerData,
    name: 'the action log',
    onWord: () => {},
    onDeath: (error) => void brokeOff(error),
  });
  const leftOpen = await thread.opened.catch((error: Error) =>
    error instanceof WorkerFailed ? breakDown(error.message) : brokeOff(error),
  );
  /** Whoever asks a log that broke off, before that or after it, is told so. */
  const whole = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      if (broken === null) return await ask();
    } catch (error) {
      if (broken === null) throw error;
    }
    throw new Error(broken);
  };

  return {
    leftOpen,
    keep: (desk, record) => whole(() => thread.ask('keep', desk, record)),
    page: (desk, place, limit) => whole(() => thread.ask('page', desk, place, limit)),
    close: () => (broken === null ? thread.close() : thread.end()),
  };
}
