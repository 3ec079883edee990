/** The thread of `series.db`: neither its disk nor a long read of it holds up the show. */
import { workerData } from 'node:worker_threads';
import { answerCalls } from '../process/worker-calls.ts';
import { SeriesFile } from './series-file.ts';
import type { SeriesCalls, SeriesWorkerData } from './series-messages.ts';

const KEPT_SECONDS = 7 * 86_400;

// A disk that is full or read-only: this second is lost, the next one is tried.
answerCalls<SeriesCalls, null>(() => {
  const file = new SeriesFile((workerData as SeriesWorkerData).path, KEPT_SECONDS);
  return {
    opened: null,
    calls: {
      write: (second) => file.write(second),
      traffic: (query) => file.traffic(query),
      run: (query) => file.run(query),
    },
    close: () => file.close(),
  };
});
