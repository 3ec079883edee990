import { Worker } from 'node:worker_threads';
import {
  type Answer,
  type AnswerOf,
  type Asked,
  type Calls,
  CLOSING,
  type Failure,
  type FromThread,
  OPENING,
  type ToThread,
} from './worker-calls.ts';

/** `code`: that of the thread's own error, or `thread-died`, `thread-closed`; null where its error has none. */
export class WorkerFailed extends Error {
  readonly code: string | null;

  constructor({ code, message }: Failure, options: ErrorOptions | null) {
    super(message, options ?? undefined);
    this.name = 'WorkerFailed';
    this.code = code;
  }
}

export interface WorkerClientOptions<Word> {
  /** As `siblingModule` names it. */
  module: URL;
  workerData: unknown;
  /** In sentences: "the journal reader". */
  name: string;
  /** What the thread says without being asked. */
  onWord: (word: Word) => void;
  /**
   * It died by itself after it had opened; told once, after everybody who waited. Thrown from here, an error has nobody to catch
   * it: so a process dies with a thread that it can't do without.
   */
  onDeath: (error: Error) => void;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * A worker thread of ours that is asked and answers (`answerCalls` is its side). Nobody waits for ever: who has asked hears the
 * answer, the error, or that the thread has died or was closed.
 */
export class WorkerClient<C extends Calls<C>, Opened, Word> {
  /** What the thread found. Rejects with `WorkerFailed` where it says that it can't, and with the thread's own error where it died. */
  readonly opened: Promise<Opened>;
  readonly #options: WorkerClientOptions<Word>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastRef = OPENING;
  #isOpen = false;
  #isEnding = false;
  /** Why nothing can be asked any more. */
  #over: WorkerFailed | null = null;

  constructor(options: WorkerClientOptions<Word>) {
    this.#options = options;
    this.#worker = new Worker(options.module, { workerData: options.workerData });
    this.opened = this.#answerUnder(OPENING, () => {});
    // Whoever waits for it learns of a failure; who doesn't, with the first question.
    this.opened.then(
      () => {
        this.#isOpen = true;
      },
      () => undefined,
    );
    this.#worker.on('message', (message: FromThread<Word>) => this.#heard(message));
    this.#worker.on('error', (error) => this.#died(error));
    this.#worker.on('exit', (code) => this.#died(new Error(`${options.name} ended with code ${code}`)));
  }

  /** Whether it has died or was closed: nothing can be asked any more. */
  get isOver(): boolean {
    return this.#over !== null;
  }

  /** Rejects with `WorkerFailed`: the thread's own error, or that there is no thread any more. */
  ask<K extends keyof C>(call: K, ...args: Parameters<C[K]>): Promise<AnswerOf<C[K]>> {
    if (this.#over !== null) return Promise.reject(this.#over);
    const ref = ++this.#lastRef;
    return this.#answerUnder(ref, () => this.#post({ call, args, ref }));
  }

  /** For what needs no answer. One that is not there any more hears nothing. */
  tell<K extends keyof C>(call: K, ...args: Parameters<C[K]>): void {
    if (this.#over === null) this.#post({ call, args, ref: null });
  }

  /**
   * Lets it answer what it was asked, close what it holds, and end. One that is over already is left alone.
   *
   * @throws WorkerFailed what its closing said; it has ended all the same
   */
  async close(): Promise<void> {
    if (this.#over !== null) return;
    this.#isEnding = true;
    this.#over = this.#closedError();
    try {
      await this.#answerUnder<void>(CLOSING, () => this.#worker.postMessage('close' satisfies ToThread<C>));
    } finally {
      await this.end();
    }
  }

  /** Ends it where it stands. Who still waits is told that it was closed. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#over ??= this.#closedError();
    this.#rejectAll(this.#over);
    await this.#worker.terminate();
  }

  #closedError(): WorkerFailed {
    return new WorkerFailed({ code: 'thread-closed', message: `${this.#options.name} is closed` }, null);
  }

  #post(asked: { call: keyof C; args: unknown[]; ref: number | null }): void {
    this.#worker.postMessage(asked as Asked<C>);
  }

  /** @param ask what can't be sent is the asker's error, and nothing waits for it */
  #answerUnder<T>(ref: number, ask: () => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      ask();
      this.#waiting.set(ref, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #heard({ word, answers }: FromThread<Word>): void {
    if (word !== null) this.#options.onWord(word);
    for (const answer of answers) this.#settle(answer);
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.ref);
    this.#waiting.delete(answer.ref);
    if ('failure' in answer) waiting?.reject(new WorkerFailed(answer.failure, null));
    else waiting?.resolve(answer.value);
  }

  #died(cause: Error): void {
    if (this.#isEnding) {
      this.#rejectAll(new WorkerFailed({ code: 'thread-died', message: cause.message }, { cause }));
      return;
    }
    if (this.#over !== null) return;
    this.#over = new WorkerFailed({ code: 'thread-died', message: cause.message }, { cause });
    const opening = this.#waiting.get(OPENING);
    this.#waiting.delete(OPENING);
    opening?.reject(cause);
    this.#rejectAll(this.#over);
    if (this.#isOpen) this.#options.onDeath(cause);
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
