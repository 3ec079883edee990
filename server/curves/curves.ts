/** The curves of the evening in the core: recorded once a second, read by desks. */
import type { ShowState } from '../../shared/domain/show-state.ts';
import { noSeries, openSeries, type SeriesStore } from '../storage/series-store.ts';
import { StorageError } from '../storage/storage-error.ts';
import { SeriesDesk } from './series-desk.ts';
import { SeriesRecorder } from './series-recorder.ts';

export interface CurvesOptions {
  path: string;
  nowMs: () => number;
  show: () => ShowState;
  alarm: (code: string, message: string) => void;
}

export interface Curves {
  recorder: SeriesRecorder;
  desk: SeriesDesk;
  close(): Promise<void>;
}

/** @throws StorageError `newer-file` */
export async function openCurves({ path, nowMs, show, alarm }: CurvesOptions): Promise<Curves> {
  const store = await openStore(path, (message) => alarm('series', message));
  return {
    recorder: new SeriesRecorder({ write: (second) => store.write(second), runOf: (runId) => show().runs[runId] }),
    desk: new SeriesDesk({ store, show, nowMs }),
    close: () => store.close(),
  };
}

/** No show fails for its curves: where the file is damaged or can't be opened, nothing is kept. One that a newer version wrote is refused like every other. */
async function openStore(path: string, onTrouble: (message: string) => void): Promise<SeriesStore> {
  try {
    return await openSeries(path, (why) => onTrouble(`The curves of the evening can't be written: ${why}.`));
  } catch (error) {
    if (!(error instanceof StorageError) || error.code === 'newer-file') throw error;
    onTrouble(`The curves of the evening are not kept: ${error.message}`);
    return noSeries(error.message);
  }
}
