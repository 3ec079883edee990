/** A ballot box without threads and files: each call is judged as it comes, and kept in plain lists. */
import type { Mode } from '../../shared/protocol/ids.ts';
import type { Answer, AnswerOf } from '../process/worker-calls.ts';
import { WorkerFailed } from '../process/worker-client.ts';
import { type Asking, BallotBoxHandle } from './ballot-box-handle.ts';
import type { BoxPlace } from './box-stand.test-part.ts';
import { NOW_MS } from './builders.test-part.ts';
import { answersOf, itemOf } from './group-of-calls.ts';
import { LedgerWriter } from './ledger-writer.ts';
import { MemoryDisk, MemoryLedgerStore } from './memory-ledger-store.test-part.ts';
import type { AuditorCalls, WriterCalls, WriterWord } from './messages.ts';
import { recountRun } from './recount.ts';
import { modeOfRun } from './run-state.ts';

const MODES = ['live', 'rehearsal'] as const satisfies Mode[];

class DirectWriter implements Asking<WriterCalls> {
  readonly ledgers: readonly LedgerWriter[];
  onWord: (word: WriterWord) => void = () => {};

  constructor(disks: Readonly<Record<Mode, MemoryDisk>>) {
    this.ledgers = MODES.map((mode) => new LedgerWriter(mode, new MemoryLedgerStore(disks[mode])));
  }

  async ask<K extends keyof WriterCalls>(
    call: K,
    ...args: Parameters<WriterCalls[K]>
  ): Promise<AnswerOf<WriterCalls[K]>> {
    const [answer] = this.#do({ call, args, ref: 1 } as Parameters<typeof itemOf>[0]);
    if (answer === undefined) throw new Error(`${call} was not answered`);
    if ('failure' in answer) throw new WorkerFailed(answer.failure, null);
    return answer.value as AnswerOf<WriterCalls[K]>;
  }

  tell<K extends keyof WriterCalls>(call: K, ...args: Parameters<WriterCalls[K]>): void {
    if (call !== 'journalIs') this.#do({ call, args, ref: null } as Parameters<typeof itemOf>[0]);
  }

  async close(): Promise<void> {}
  async end(): Promise<void> {}

  #do(asked: Parameters<typeof itemOf>[0]): Answer[] {
    const items = [itemOf(asked)];
    const outcomes = this.ledgers.map((ledger) => ledger.apply(items, { touch: false }));
    const error = this.ledgers.flatMap((ledger) => ledger.error ?? []).join(' ');
    this.onWord({
      t: 'done',
      live: outcomes.flatMap(({ live }) => live),
      commits: outcomes.flatMap(({ commit }) => commit ?? []),
      error: error === '' ? null : error,
    });
    return answersOf(items, outcomes);
  }
}

function auditorOf(disks: Readonly<Record<Mode, MemoryDisk>>): Asking<AuditorCalls> {
  return {
    async ask<K extends keyof AuditorCalls>(_call: K, ...[moment, known]: Parameters<AuditorCalls[K]>) {
      const result = await recountRun(disks[modeOfRun(moment.runId)], { moment, known });
      return result as AnswerOf<AuditorCalls[K]>;
    },
    tell() {},
    async close() {},
    async end() {},
  };
}

export function memoryPlace(): BoxPlace {
  const disks = { live: new MemoryDisk(), rehearsal: new MemoryDisk() };
  return {
    async open() {
      const writer = new DirectWriter(disks);
      const live = writer.ledgers.flatMap((ledger) => ledger.allLive());
      const [first, second] = writer.ledgers.map(({ binding }) => binding);
      if (first === undefined || second === undefined) throw new Error('a ledger is missing');
      const opened = { live, bindings: { live: first, rehearsal: second }, error: null };
      const box = new BallotBoxHandle({ writer, auditor: auditorOf(disks), now: () => NOW_MS, opened });
      writer.onWord = (word) => box.hear(word);
      return box;
    },
    read: (mode, work) => work(disks[mode]),
    remove() {},
  };
}
