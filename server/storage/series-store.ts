import type { SeriesPoint } from '../../shared/protocol/records.ts';
import { siblingModule } from '../process/sibling-module.ts';
import { WorkerClient, WorkerFailed } from '../process/worker-client.ts';
import type {
  RunCurve,
  RunQuery,
  SeriesCalls,
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

/**
 * Opens `series.db`.
 *
 * @param onTrouble told once when writing begins to fail, and again only after it has worked meanwhile
 * @throws StorageError when the file can't be used
 */
export async function openSeries(path: string, onTrouble: (message: string) => void): Promise<SeriesStore> {
  const workerData: SeriesWorkerData = { path };
  const thread = new WorkerClient<SeriesCalls, null, never>({
    module: siblingModule(import.meta.url, './series-worker'),
    workerData,
    name: 'the series thread',
    onWord: () => {},
    // The show goes on without curves; whoever asks for them is told why there are none.
    onDeath: () => {},
  });
  let isFailing = false;

  await thread.opened.catch((error: unknown) => {
    if (!(error instanceof WorkerFailed)) throw error;
    const { code, message } = error;
    throw new StorageError(code === 'newer-file' || code === 'corrupt-file' ? code : 'cannot-open', message);
  });

  return {
    write(second) {
      thread.ask('write', second).then(
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
    traffic: (query) => thread.ask('traffic', query),
    run: (query) => thread.ask('run', query),
    // At the end nobody can do anything about it any more but know.
    close: () => thread.close().catch((error: Error) => onTrouble(error.message)),
  };
}

/** Stands in for a file that can't be used: nothing is kept, and every question is answered with why. */
export function noSeries(message: string): SeriesStore {
  const none = () => Promise.reject(new Error(message));
  return { write: () => {}, traffic: none, run: none, close: () => Promise.resolve() };
}
