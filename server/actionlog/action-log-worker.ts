/** The thread of the browser desks' logs: a commit (with fsync) for every record before it is acknowledged. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ActionRecord } from '../../shared/protocol/logbook.ts';
import { LogbookStore, NoSuchAction } from '../storage/logbook-store.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { ActionReply, ActionRequest, ActionWorkerData, Kept } from './messages.ts';

if (!parentPort) throw new Error('the action log thread has no parent');
const port = parentPort;
const reply = (message: ActionReply) => port.postMessage(message);
const { path, maxPerDesk } = workerData as ActionWorkerData;
/** Counted once per desk, then along with what is written. */
const counts = new Map<string, number>();

function open(): LogbookStore | null {
  try {
    return new LogbookStore(path);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    reply({ t: 'refused', message: error.message });
    return null;
  }
}

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

function answer(store: LogbookStore, request: ActionRequest): ActionReply {
  const { ref } = request;
  switch (request.t) {
    case 'keep':
      return { t: 'kept', ref, kept: keep(store, request.desk, request.record) };
    case 'page': {
      const { desk, place, limit } = request;
      const entries =
        place.from === 'after' ? store.list(desk, place.seq, limit) : store.before(desk, place.seq, limit);
      return { t: 'page', ref, entries };
    }
    case 'close':
      store.close();
      return { t: 'closed', ref };
  }
}

const store = open();
if (store) {
  reply({ t: 'opened', open: store.allOpen() });
  port.on('message', (request: ActionRequest) => {
    try {
      reply(answer(store, request));
    } catch (error) {
      // A disk that is full or read-only: the desk is told, and its next record is tried again.
      reply({ t: 'failed', ref: request.ref, message: error instanceof Error ? error.message : String(error) });
    }
    if (request.t === 'close') port.close();
  });
}
