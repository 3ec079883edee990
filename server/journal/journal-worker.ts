/** The journal's thread: its one writer. */
import { workerData } from 'node:worker_threads';
import { answerCalls } from '../process/worker-calls.ts';
import { JournalFile } from './journal-file.ts';
import type { JournalCalls, JournalWorkerData, Loaded } from './journal-messages.ts';
import { asJournalError } from './journal-show.ts';

function open({ path, epoch }: JournalWorkerData): { file: JournalFile; loaded: Loaded } {
  let file: JournalFile | null = null;
  try {
    file = new JournalFile(path);
    return { file, loaded: file.load(epoch) };
  } catch (error) {
    file?.close();
    throw asJournalError(error, path);
  }
}

function share(file: JournalFile): void {
  try {
    file.share();
  } catch {
    // The next entry opens the file again, or says why it can't.
  }
}

// A disk that is full or read-only: the caller refuses the command, and tries the next one.
answerCalls<JournalCalls, Loaded>(() => {
  const { file, loaded } = open(workerData as JournalWorkerData);
  return {
    opened: loaded,
    calls: {
      append: (entry) => {
        file.append(entry);
        // Behind the answer, which nobody has to wait for any longer.
        queueMicrotask(() => share(file));
      },
      saveSnapshot: (state) => file.saveSnapshot(state),
      tellHeads: (heads) => file.tellHeads(heads),
      answerTo: (actor, commandId) => file.answerTo(actor, commandId),
      commandAt: (seq) => file.commandAt(seq),
      entryAt: (seq) => file.entryAt(seq),
      page: (place) => file.page(place),
    },
    close: () => file.close(),
  };
});
