/**
 * One log as far as this window has read it. The newest page comes first, so that a long evening opens at once; older ones
 * follow behind it. It reads while somebody looks, and keeps what it has when they look elsewhere.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type LogReader, PAGE } from './log-reader.ts';

/** Of the first page: a few screens full. */
export const FIRST_PAGE = 300;
/** So much is kept in a window; what is older stays on the disk. */
export const MOST = 100_000;
/** What waits for its outcome, and what could not be read, is tried again. */
const AGAIN_MS = 2_000;
/** Of the entries that wait for their outcome, the newest so many are read again. */
const OPEN_MOST = 20;

export interface LogData<T> {
  /** `part`: older entries are being read. `bound`: there are older ones than this window keeps. */
  reach: 'unread' | 'part' | 'start' | 'bound';
  /** Oldest first. */
  entries: readonly T[];
  /** Why it could not be read further the last time, or null. */
  trouble: string | null;
}

export interface LogBook<T> {
  store: StoreApi<LogData<T>>;
  /** Somebody looks: reads, and goes on reading. Returns what ends it. */
  look(): () => void;
  tryAgain(): void;
}

export function createLogBook<T>(reader: LogReader<T>): LogBook<T> {
  const store = createStore<LogData<T>>(() => ({ reach: 'unread', entries: [], trouble: null }));
  /** Without what lies over them. */
  let read: readonly T[] = [];
  let lookers = 0;
  let reading = false;
  let more = false;

  const show = (change: Partial<LogData<T>>) => store.setState({ ...change, entries: reader.overlaid(read) });

  async function readNewest(): Promise<void> {
    read = await reader.before(null, FIRST_PAGE);
    show({ reach: read.length < FIRST_PAGE ? 'start' : 'part', trouble: null });
  }

  async function readOn(): Promise<void> {
    const open = read.filter(reader.isOpen).slice(-OPEN_MOST);
    const again = await Promise.all(open.map((entry) => reader.after(reader.seqOf(entry) - 1, 1)));
    const settled = new Map(again.flat().map((entry) => [reader.seqOf(entry), entry]));
    const added: T[] = [];
    for (;;) {
      const newest = added.at(-1) ?? read.at(-1);
      const page = await reader.after(newest === undefined ? 0 : reader.seqOf(newest), PAGE);
      added.push(...page);
      if (page.length < PAGE) break;
    }
    const known = settled.size === 0 ? read : read.map((entry) => settled.get(reader.seqOf(entry)) ?? entry);
    read = added.length === 0 ? known : [...known, ...added].slice(-MOST);
    show({ trouble: null });
  }

  async function readBack(): Promise<void> {
    const oldest = read[0];
    if (oldest === undefined) return show({ reach: 'start' });
    const page = await reader.before(reader.seqOf(oldest), PAGE);
    const whole = [...page, ...read];
    read = whole.slice(-MOST);
    show({ reach: page.length < PAGE ? 'start' : whole.length >= MOST ? 'bound' : 'part', trouble: null });
  }

  async function readAll(): Promise<void> {
    more = true;
    if (reading) return;
    reading = true;
    try {
      while (more && lookers > 0) {
        more = false;
        await (store.getState().reach === 'unread' ? readNewest() : readOn());
        while (!more && lookers > 0 && store.getState().reach === 'part') await readBack();
      }
    } catch (error) {
      show({ trouble: error instanceof Error ? error.message : String(error) });
    } finally {
      reading = false;
    }
  }

  return {
    store,
    look() {
      lookers += 1;
      const unsubscribe = reader.onChanged(() => {
        show({});
        void readAll();
      });
      const timer = setInterval(() => {
        if (store.getState().trouble !== null || read.some(reader.isOpen)) void readAll();
      }, AGAIN_MS);
      // What lies over them is known before anything is read.
      show({});
      void readAll();
      return () => {
        lookers -= 1;
        clearInterval(timer);
        unsubscribe();
      };
    },
    tryAgain: () => void readAll(),
  };
}
