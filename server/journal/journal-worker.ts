/** The journal's thread: its one writer. */
import { parentPort, workerData } from 'node:worker_threads';
import { JournalFile } from './journal-file.ts';
import type { JournalReply, JournalRequest, JournalWorkerData, Loaded } from './journal-messages.ts';
import { asJournalError } from './journal-show.ts';

if (!parentPort) throw new Error('the journal thread has no parent');
const port = parentPort;
const reply = (message: JournalReply) => port.postMessage(message);

function open({ path, epoch }: JournalWorkerData): { file: JournalFile; loaded: Loaded } | null {
  let file: JournalFile | null = null;
  try {
    file = new JournalFile(path);
    return { file, loaded: file.load(epoch) };
  } catch (error) {
    file?.close();
    const { code, message } = asJournalError(error, path);
    reply({ t: 'refused', code, message });
    return null;
  }
}

function handle(file: JournalFile, request: JournalRequest): JournalReply {
  const { ref } = request;
  switch (request.t) {
    case 'append':
      file.append(request.entry);
      return { t: 'done', ref };
    case 'snapshot':
      file.saveSnapshot(request.state);
      return { t: 'done', ref };
    case 'heads':
      file.tellHeads(request.heads);
      return { t: 'done', ref };
    case 'answer':
      return { t: 'answer', ref, answer: file.answerTo(request.actor, request.commandId) };
    case 'command-at':
      return { t: 'command-at', ref, commandId: file.commandAt(request.seq) };
    case 'page':
      return { t: 'page', ref, page: file.page(request) };
    case 'close':
      file.close();
      return { t: 'done', ref };
  }
}

const opened = open(workerData as JournalWorkerData);
if (opened) {
  const { file, loaded } = opened;
  reply({ t: 'loaded', loaded });
  port.on('message', (request: JournalRequest) => {
    try {
      reply(handle(file, request));
      if (request.t === 'append') file.share();
    } catch (error) {
      // A disk that is full or read-only: the caller refuses the command, and tries the next one.
      reply({ t: 'failed', ref: request.ref, message: error instanceof Error ? error.message : String(error) });
    }
    if (request.t === 'close') port.close();
  });
}
