import { Worker } from 'node:worker_threads';
import type { SeriesPoint } from '../../shared/protocol/records.ts';
import { siblingModule } from '../process/sibling-module.ts';
import type {
  RunCurve,
  RunQuery,
  SeriesReply,
  SeriesRequest,
  SeriesSecond,
  SeriesWorkerData,
  TrafficQuery,
} from './series-messages.ts';
import { StorageError } from './storage-error.ts';

/** The curves of the evening, on a thread of their own. */
export interface SeriesStore {
  /** Hands a second over. It never fails the caller: what can't be written is told to `onTrouble`, and is lost. */
  write(second: SeriesSecond): void;
  /** @throws Error when the file can't be read */
  traffic(query: TrafficQuery): Promise<SeriesPoint[]>;
  /** @throws Error when the file can't be read */
  run(query: RunQuery): Promise<RunCurve>;
  close(): Promise<void>;
}

type WithoutRef<T> = T extends unknown ? Omit<T, 'ref'> : never;
interface Caller {
  resolve: (reply: SeriesReply) => void;
  reject: (error: Error) => void;
}

/**
 * Opens `series.db`.
 *
 * @param onTrouble told once when writing begins to fail, and again only after it has worked meanwhile
 * @throws StorageError when the file can't be used
 */
export async function openSeries(path: string, onTrouble: (message: string) => void): Promise<SeriesStore> {
  const workerData: SeriesWorkerData = { path };
  const worker = new Worker(siblingModule(import.meta.url, './series-worker'), { workerData });
  const waiting = new Map<number, Caller>();
  let nextRef = 1;
  let ended: Error | null = null;
  let isFailing = false;

  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (reply: SeriesReply) => {
      if (reply.t === 'open') resolve();
      else if (reply.t === 'refused') reject(new StorageError(reply.code, reply.message));
      else reject(new Error(`the series thread began with ${reply.t}`));
    });
  });
  worker.removeAllListeners('error');
  worker.on('message', (reply: SeriesReply) => {
    if (!('ref' in reply)) return;
    const caller = waiting.get(reply.ref);
    waiting.delete(reply.ref);
    if (reply.t === 'failed') caller?.reject(new Error(reply.message));
    else caller?.resolve(reply);
  });
  // The show goes on without curves; whoever asks for them is told why there are none.
  worker.on('error', (error) => {
    ended = error;
    for (const caller of waiting.values()) caller.reject(error);
    waiting.clear();
  });

  function ask(request: WithoutRef<SeriesRequest>): Promise<SeriesReply> {
    if (ended !== null) return Promise.reject(ended);
    const ref = nextRef++;
    return new Promise((resolve, reject) => {
      waiting.set(ref, { resolve, reject });
      worker.postMessage({ ...request, ref });
    });
  }

  return {
    write(second) {
      ask({ t: 'write', second }).then(
        () => {
          isFailing = false;
        },
        (error: Error) => {
          if (isFailing) return;
          isFailing = true;
          onTrouble(error.message);
        },
      );
    },
    async traffic(query) {
      const reply = await ask({ t: 'traffic', query });
      return reply.t === 'traffic' ? reply.points : [];
    },
    async run(query) {
      const reply = await ask({ t: 'run', query });
      if (reply.t !== 'run') throw new Error(`the series thread answered ${reply.t}`);
      return reply.curve;
    },
    async close() {
      // At the end nobody can do anything about it any more but know.
      if (ended === null) await ask({ t: 'close' }).catch((error: Error) => onTrouble(error.message));
      await worker.terminate();
    },
  };
}

/** Stands in for a file that can't be used: nothing is kept, and every question is answered with why. */
export function noSeries(message: string): SeriesStore {
  const none = () => Promise.reject(new Error(message));
  return { write: () => {}, traffic: none, run: none, close: () => Promise.resolve() };
}
