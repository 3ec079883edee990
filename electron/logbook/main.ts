/** The logbook process: `main.js --data DIR`, a child of Electron main that keeps the desk's own log over IPC. */
import { parseArgs } from 'node:util';
import { dataFilesIn } from '../../server/storage/data-folder.ts';
import { LogbookStore, THIS_DESK } from '../../server/storage/logbook-store.ts';
import { StorageError } from '../../server/storage/storage-error.ts';
import type { LogbookReply, LogbookRequest } from '../../shared/protocol/logbook.ts';

function reply(message: LogbookReply, onSent: () => void): void {
  // An error here means that the app is gone; `disconnect` follows and ends this process. What it asked for is on disk.
  process.send?.(message, onSent);
}

function answer(store: LogbookStore, request: LogbookRequest): LogbookReply {
  const { ref } = request;
  try {
    switch (request.t) {
      case 'intent':
        return { t: 'done', ref, seq: store.intent(THIS_DESK, request.intent) };
      case 'outcome':
        return { t: 'done', ref, seq: store.outcome(THIS_DESK, request.outcome) };
      case 'list':
        return { t: 'entries', ref, entries: store.list(THIS_DESK, request.afterSeq, request.limit) };
      case 'before':
        return { t: 'entries', ref, entries: store.before(THIS_DESK, request.beforeSeq, request.limit) };
      case 'open':
        return { t: 'entries', ref, entries: store.open() };
    }
  } catch (error) {
    return { t: 'failed', ref, message: error instanceof Error ? error.message : String(error) };
  }
}

function open(path: string): LogbookStore | null {
  try {
    return new LogbookStore(path);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    // Starting again would fail the same way.
    reply({ t: 'fatal', code: error.code, message: error.message }, () => process.disconnect());
    return null;
  }
}

if (process.send === undefined) {
  process.stderr.write('The logbook is started by the app and is no program of its own.\n');
  process.exit(2);
}
// A signal to the app's process group is for the app: it ends the logbook by closing the channel, when all is written.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

// What a desk has done is its owner's alone, also in a folder that others may look into.
process.umask(0o077);
const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (values.data === undefined) throw new Error('The logbook needs --data.');
const store = open(dataFilesIn(values.data).logbook);
if (store !== null) {
  process.on('message', (request: LogbookRequest) => reply(answer(store, request), () => {}));
  process.once('disconnect', () => store.close());
  reply({ t: 'ready' }, () => {});
}
