/**
 * The log of a browser desk, which the core keeps. Records go over one after the other in the order of the acts; while there
 * is no link they wait in the tab's storage, so that neither a reload nor a core that restarts loses what was pressed.
 */
import type { ActionAck } from '../../../shared/protocol/desk-events.ts';
import type { ActionRecord } from '../../../shared/protocol/logbook.ts';
import { type ActionLog, inTime } from './action-log.ts';

/** Some 200 presses without a link; beyond that the oldest give way. */
export const MAX_WAITING = 400;
const AGAIN_MS = 1_000;

export interface CoreLogParts {
  /** Gives a record to the core. Rejects where there is no link or no answer. */
  give(record: ActionRecord): Promise<ActionAck>;
  /** Whose session it is; null while there is none. */
  actor(): string | null;
  /** What waits, over reloads of this tab. */
  storage: { load(): string | null; save(text: string | null): void };
  onTrouble(message: string): void;
}

export interface CoreLog extends ActionLog {
  /** There is a link again: hands over what waits. */
  flush(): void;
  /** Records that are not with the core yet, in the order of the acts. */
  waiting(): readonly ActionRecord[];
  /** Calls back when a record was added or has reached the core; returns the unsubscriber. */
  onChanged(listener: () => void): () => void;
}

export function createCoreLog({ give, actor, storage, onTrouble }: CoreLogParts): CoreLog {
  let queue: readonly ActionRecord[] = parse(storage.load());
  const written = new Map<ActionRecord, (inLog: boolean) => void>();
  const listeners = new Set<() => void>();
  let pumping = false;
  let again: ReturnType<typeof setTimeout> | undefined;

  function keep(next: readonly ActionRecord[]): void {
    queue = next;
    try {
      storage.save(next.length === 0 ? null : JSON.stringify(next));
    } catch (error) {
      // The storage is full or denied: the records live as long as the page.
      onTrouble(error instanceof Error ? error.message : String(error));
    }
    for (const listener of listeners) listener();
  }

  function add(record: ActionRecord): void {
    if (queue.length >= MAX_WAITING) {
      onTrouble('So much waits for the link that the oldest actions of this desk are no longer kept for its log.');
    }
    keep([...queue.slice(-(MAX_WAITING - 1)), record]);
    void pump();
  }

  function done(record: ActionRecord, inLog: boolean): void {
    keep(queue.filter((other) => other !== record));
    written.get(record)?.(inLog);
    written.delete(record);
  }

  /** Gives the first record over; false when it has to wait. */
  async function giveFirst(record: ActionRecord): Promise<boolean> {
    const me = actor();
    if (me === null) return false;
    if (record.kind === 'intent' && record.intent.actor !== me) {
      // Left by another person's session in this tab: the core would write it under this one's name.
      onTrouble('Actions of an earlier session in this tab could not be logged.');
      done(record, false);
      return true;
    }
    let ack: ActionAck;
    try {
      ack = await give(record);
    } catch {
      return false;
    }
    if (ack === null) {
      done(record, true);
      return true;
    }
    const { code, message } = ack.error;
    if (code === 'unavailable' || code === 'rate-limited') {
      if (code === 'unavailable') onTrouble(message);
      return false;
    }
    // It will never be taken; what comes after it must not wait for it. An outcome whose intent was not taken was told with it.
    if (code !== 'not-found') onTrouble(message);
    done(record, false);
    return true;
  }

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    clearTimeout(again);
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (await giveFirst(first)) continue;
      again = setTimeout(() => void pump(), AGAIN_MS);
      break;
    }
    pumping = false;
  }

  return {
    intent(intent) {
      const record: ActionRecord = { kind: 'intent', intent };
      const inLog = new Promise<boolean>((resolve) => written.set(record, resolve));
      add(record);
      return inTime(inLog);
    },
    outcome: (outcome) => add({ kind: 'outcome', outcome }),
    flush: () => void pump(),
    waiting: () => queue,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function parse(text: string | null): readonly ActionRecord[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as ActionRecord[]) : [];
  } catch {
    // Not ours, or cut off: there is nothing in it to be had.
    return [];
  }
}

const STORED_AS = 'tallyroom.actions';

/** As long as the tab, like its session. */
export function tabStorage(page: Window): CoreLogParts['storage'] {
  return {
    load: () => page.sessionStorage.getItem(STORED_AS),
    save: (text) =>
      text === null ? page.sessionStorage.removeItem(STORED_AS) : page.sessionStorage.setItem(STORED_AS, text),
  };
}
