/** Worker thread: the one writer of both ledgers. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Mode } from '../../shared/protocol/ids.ts';
import { type Answer, CLOSING, type FromThread, failureOf, OPENING, type ToThread } from '../process/worker-calls.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { LedgerBinding } from './ballot-box.ts';
import { answersOf, itemOf } from './group-of-calls.ts';
import type { GroupItem, GroupOutcome } from './ledger-group.ts';
import { LedgerWriter } from './ledger-writer.ts';
import type { LedgerPaths, WriterCalls, WriterOpened, WriterWord } from './messages.ts';
import { SqliteLedgerStore } from './sqlite-ledger-store.ts';

const PROBE_INTERVAL_MS = 250;
/**
 * From the start of one commit to that of the next at least. A ballot that comes alone is on disk at once; in a rush each
 * commit, and each message around it, serves more of them: 141,000 people who vote within 24 s cost 224 µs of CPU a ballot
 * with 10 ms, all processes together, and 162 µs with 30 ms (`npm run bench -- ballots`).
 */
const COMMIT_EVERY_MS = 30;

/** Where ballots come from is told this often at most, and more slowly while it only fades. */
const TELL_EVERY_MS = 250;
const TELL_FADING_EVERY_MS = 1_000;
/** Where those came from that an earlier writer has counted is read a few at a time: votes come first. */
const READ_EVERY_MS = 20;
const CLEAR_EVERY_MS = 20;

const port = parentPort;
if (port === null) throw new Error('ballot-writer runs as a worker thread');

function tell(word: WriterWord | null, answers: Answer[]): void {
  port?.postMessage({ word, answers } satisfies FromThread<WriterWord>);
}

function openLedgers({ ledgers }: LedgerPaths): LedgerWriter[] {
  const opened: LedgerWriter[] = [];
  try {
    for (const mode of ['live', 'rehearsal'] satisfies Mode[])
      opened.push(new LedgerWriter(mode, new SqliteLedgerStore(ledgers[mode])));
    return opened;
  } catch (error) {
    for (const ledger of opened) ledger.close();
    if (!(error instanceof StorageError)) throw error;
    tell(null, [{ ref: OPENING, failure: failureOf(error) }]);
    return [];
  }
}

const ledgers = openLedgers(workerData as LedgerPaths);
let probing: NodeJS.Timeout | null = null;
let clearing: NodeJS.Timeout | null = null;
let telling: { timer: NodeJS.Timeout; everyMs: number } | null = null;
/** Read and not committed yet. */
const pending: GroupItem[] = [];
let planned: NodeJS.Timeout | null = null;
let nextCommitAtMs = Number.NEGATIVE_INFINITY;
let closing = false;

/** One group, one transaction per ledger. Answers leave only when both are on disk or have failed. */
function commitGroup(items: readonly GroupItem[], { touch }: { touch: boolean }): void {
  const outcomes: GroupOutcome[] = ledgers.map((ledger) =>
    ledger.apply(items, { touch: touch && ledger.error !== null }),
  );
  const commits = outcomes.flatMap((outcome) => outcome.commit ?? []);
  const live = outcomes.flatMap((outcome) => outcome.live);
  tell({ t: 'done', live, commits, error: ledgerErrors() }, answersOf(items, outcomes));
  comeBackToWhatIsLeft();
  tellNetworksIn(TELL_EVERY_MS);
}

function tellNetworksIn(everyMs: number): void {
  if (telling !== null && telling.everyMs <= everyMs) return;
  if (!ledgers.some((ledger) => ledger.networks.isLeft)) return;
  if (telling !== null) clearTimeout(telling.timer);
  telling = { timer: setTimeout(tellNetworks, everyMs), everyMs };
}

function tellNetworks(): void {
  telling = null;
  const runs = ledgers.flatMap((ledger) => ledger.networks.tell());
  if (runs.length > 0) tell({ t: 'networks', runs }, []);
  tellNetworksIn(ledgers.some((ledger) => ledger.networks.reads) ? READ_EVERY_MS : TELL_FADING_EVERY_MS);
}

/** Networks of archived runs, a few at a time. */
function clearIn(ms: number): void {
  if (clearing !== null || !ledgers.some((ledger) => ledger.hasNetworksToClear)) return;
  clearing = setTimeout(() => {
    clearing = null;
    const isDone = ledgers.every((ledger) => ledger.clearSomeNetworks());
    // Before what comes back soon: on a full disk the next try would be due at once, and again.
    clearIn(isDone ? CLEAR_EVERY_MS : PROBE_INTERVAL_MS);
    comeBackToWhatIsLeft();
  }, ms);
}

/** A disk that took no write and a log that could not be emptied are tried again, since no ballot may come to do it. */
function comeBackToWhatIsLeft(): void {
  clearIn(CLEAR_EVERY_MS);
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

function read(message: ToThread<WriterCalls>): void {
  if (message === 'close') closing = true;
  else if (message.call === 'journalIs') for (const ledger of ledgers) ledger.journalIs(...message.args);
  else pending.push(itemOf(message));
}

function take(message: ToThread<WriterCalls>): void {
  read(message);
  // It waits for a commit that comes anyway.
  if (message !== 'close' && message.call === 'journalIs') return;
  const waitMs = nextCommitAtMs - performance.now();
  if (closing || waitMs <= 0) commitPending();
  else planned ??= setTimeout(commitPending, waitMs);
}

/** Everything that has arrived by now goes into one commit; what arrives meanwhile, into the next. */
function commitPending(): void {
  if (planned !== null) clearTimeout(planned);
  planned = null;
  for (;;) {
    const next: { message: ToThread<WriterCalls> } | undefined = port === null ? undefined : receiveMessageOnPort(port);
    if (next === undefined) break;
    read(next.message);
  }
  nextCommitAtMs = performance.now() + COMMIT_EVERY_MS;
  const items = pending.splice(0);
  if (items.length > 0) commitGroup(items, { touch: false });
  if (closing) close();
}

function close(): void {
  for (const timer of [probing, clearing, telling?.timer]) if (timer) clearTimeout(timer);
  for (const ledger of ledgers) ledger.close();
  tell(null, [{ ref: CLOSING, value: undefined }]);
  port?.close();
}

function bindings(): Record<Mode, LedgerBinding> {
  return Object.fromEntries(ledgers.map((ledger) => [ledger.mode, ledger.binding])) as Record<Mode, LedgerBinding>;
}

if (ledgers.length > 0) {
  port.on('message', take);
  const live = ledgers.flatMap((ledger) => ledger.allLive());
  const opened: WriterOpened = { live, bindings: bindings(), error: ledgerErrors() };
  tell(null, [{ ref: OPENING, value: opened }]);
  comeBackToWhatIsLeft();
  tellNetworksIn(TELL_EVERY_MS);
}
