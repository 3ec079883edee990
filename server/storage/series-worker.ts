/** The thread of `series.db`: neither its disk nor a long read of it holds up the show. */
import { parentPort, workerData } from 'node:worker_threads';
import { SeriesFile } from './series-file.ts';
import type { SeriesReply, SeriesRequest, SeriesWorkerData } from './series-messages.ts';
import { StorageError } from './storage-error.ts';

const KEPT_SECONDS = 7 * 86_400;

if (!parentPort) throw new Error('the series thread has no parent');
const port = parentPort;
const reply = (message: SeriesReply) => port.postMessage(message);

function open(path: string): SeriesFile | null {
  try {
    return new SeriesFile(path, KEPT_SECONDS);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const { code, message } = error;
    reply({ t: 'refused', code: code === 'newer-file' || code === 'corrupt-file' ? code : 'cannot-open', message });
    return null;
  }
}

function handle(file: SeriesFile, request: SeriesRequest): SeriesReply {
  const { ref } = request;
  switch (request.t) {
    case 'write':
      file.write(request.second);
      return { t: 'done', ref };
    case 'traffic':
      return { t: 'traffic', ref, points: file.traffic(request.query) };
    case 'run':
      return { t: 'run', ref, curve: file.run(request.query) };
    case 'close':
      file.close();
      return { t: 'done', ref };
  }
}

const file = open((workerData as SeriesWorkerData).path);
if (file) {
  reply({ t: 'open' });
  port.on('message', (request: SeriesRequest) => {
    try {
      reply(handle(file, request));
    } catch (error) {
      // A disk that is full or read-only: this second is lost, the next one is tried.
      reply({ t: 'failed', ref: request.ref, message: error instanceof Error ? error.message : String(error) });
    }
    if (request.t === 'close') port.close();
  });
}
