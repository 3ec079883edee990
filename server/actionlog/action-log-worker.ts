/** The thread of the browser desks' logs: a commit (with fsync) for every record before it is acknowledged. */
import { workerData } from 'node:worker_threads';
import type { ActionRecord } from '../../shared/protocol/logbook.ts';
import { answerCalls } from '../process/worker-calls.ts';
import { LogbookStore, NoSuchAction, type OpenAction } from '../storage/logbook-store.ts';
import type { ActionCalls, ActionWorkerData, Kept } from './messages.ts';

const { path, maxPerDesk } = workerData as ActionWorkerData;
/** Counted once per desk, then along with what is written. */
const counts = new Map<string, number>();

function keep(store: LogbookStore, desk: string, record: ActionRecord): Kept {
  if (record.kind === 'outcome') {
    try {
      store.outcome(desk, record.outcome);
      return 'kept';
    } catch (error) {
      if (error instanceof NoSuchAction) return 'unknown-action';
      throw error;
    }
  }
  const { intent } = record;
  if (store.has(desk, intent.id)) return 'kept';
  const count = counts.get(desk) ?? store.count(desk);
  counts.set(desk, count);
  if (count >= maxPerDesk) return 'full';
  store.intent(desk, intent);
  counts.set(desk, count + 1);
  return 'kept';
}

// A disk that is full or read-only: the desk is told, and its next record is tried again.
answerCalls<ActionCalls, OpenAction[]>(() => {
  const store = new LogbookStore(path);
  return {
    opened: store.allOpen(),
    calls: {
      keep: (desk, record) => keep(store, desk, record),
      page: (desk, place, limit) =>
        place.from === 'after' ? store.list(desk, place.seq, limit) : store.before(desk, place.seq, limit),
    },
    close: () => store.close(),
  };
});
