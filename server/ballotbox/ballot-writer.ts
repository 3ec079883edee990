/** Worker thread: the one writer of both ledgers. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Mode } from '../../shared/protocol/ids.ts';
import { answersText, readBatch } from '../backplane/batch-text.ts';
import { StorageError } from '../storage/storage-error.ts';
import { type GroupItem, type GroupOutcome, LedgerWriter } from './ledger-writer.ts';
import type { FromWriter, LedgerPaths, ToWriter, WriterReply } from './messages.ts';

const PROBE_INTERVAL_MS = 250;

const port = parentPort;
if (port === null) throw new Error('ballot-writer runs as a worker thread');

function tell(message: FromWriter): void {
  port?.postMessage(message);
}

function openLedgers({ ledgers }: LedgerPaths): LedgerWriter[] {
  const opened: LedgerWriter[] = [];
  try {
    for (const mode of ['live', 'rehearsal'] satisfies Mode[]) opened.push(new LedgerWriter(mode, ledgers[mode]));
    return opened;
  } catch (error) {
    for (const ledger of opened) ledger.close();
    if (!(error instanceof StorageError)) throw error;
    tell({ t: 'failed', code: error.code, message: error.message });
    return [];
  }
}

const ledgers = openLedgers(workerData as LedgerPaths);
let probing: NodeJS.Timeout | null = null;

/** One group, one transaction per ledger. Answers leave only when both are on disk or have failed. */
function commitGroup(items: readonly GroupItem[], { touch }: { touch: boolean }): void {
  const outcomes: GroupOutcome[] = ledgers.map((ledger) =>
    ledger.apply(items, { touch: touch && ledger.error !== null }),
  );
  const commits = outcomes.flatMap((outcome) => outcome.commit ?? []);
  const replies: WriterReply[] = items.flatMap((item) =>
    item.t === 'submit' ? [{ t: 'answers', ref: item.ref, answers: answersText(item.answers) }] : [],
  );
  for (const outcome of outcomes) replies.push(...outcome.replies);
  tell({ t: 'done', replies, live: outcomes.flatMap((outcome) => outcome.live), commits, error: ledgerErrors() });
  comeBackToWhatIsLeft();
}

/** A disk that took no write and a log that could not be emptied are tried again, since no ballot may come to do it. */
function comeBackToWhatIsLeft(): void {
  const isLeft = ledgers.some((ledger) => ledger.error !== null || ledger.holdsDestroyedSalt);
  if (!isLeft || probing !== null) return;
  probing = setTimeout(() => {
    probing = null;
    commitGroup([], { touch: true });
  }, PROBE_INTERVAL_MS);
}

function ledgerErrors(): string | null {
  const errors = ledgers.flatMap((ledger) => ledger.error ?? []);
  return errors.length === 0 ? null : errors.join(' ');
}

/** Everything that has arrived by now goes into one commit; what arrives meanwhile, into the next, which starts at once. */
function takeGroup(first: ToWriter): void {
  const items: GroupItem[] = [];
  let closing = false;
  let message: ToWriter | null = first;
  while (message !== null) {
    if (message.t === 'close') closing = true;
    else items.push(message.t === 'submit' ? readSubmit(message) : message);
    const next: { message: ToWriter } | undefined = port === null ? undefined : receiveMessageOnPort(port);
    message = next?.message ?? null;
  }
  if (items.length > 0) commitGroup(items, { touch: false });
  if (closing) close();
}

function readSubmit({ t, ref, batch, atMs }: Extract<ToWriter, { t: 'submit' }>): GroupItem {
  const { edgeId, edgeEpoch, text } = batch;
  const { batchNo, ballots, classes } = readBatch(text);
  return { t, ref, batch: { edgeId, edgeEpoch, batchNo, ballots, classes }, atMs, answers: [] };
}

function close(): void {
  if (probing !== null) clearTimeout(probing);
  for (const ledger of ledgers) ledger.close();
  tell({ t: 'closed' });
  port?.close();
}

if (ledgers.length > 0) {
  port.on('message', takeGroup);
  tell({ t: 'ready', live: ledgers.flatMap((ledger) => ledger.allLive()), error: ledgerErrors() });
  comeBackToWhatIsLeft();
}
