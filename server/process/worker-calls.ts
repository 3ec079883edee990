/** What goes between a worker thread and who asks it, and the thread's side of it. */
import { parentPort } from 'node:worker_threads';

/** What a thread can be asked: a function for each call. Arguments and answers are copied on their way. */
export type Calls<C> = { [K in keyof C]: (...args: never[]) => unknown };
/** What a call's function gives, once it is there. */
export type AnswerOf<F> = F extends (...args: never[]) => infer A ? Awaited<A> : never;
type ArgsOf<F> = F extends (...args: infer A) => unknown ? A : never;

/** A call as the thread gets it. `ref` comes back with the answer; null: nobody waits for one. */
export type Asked<C> = { [K in keyof C]: { call: K; args: ArgsOf<C[K]>; ref: number | null } }[keyof C];
export type ToThread<C> = Asked<C> | 'close';

/** What is told of an error: only this is the same on both sides. */
export interface Failure {
  /** Its own, where it has one. */
  code: string | null;
  message: string;
}
export type Answer = { ref: number; value: unknown } | { ref: number; failure: Failure };

/** One message of a thread: something that nobody asked for, answers, or both. The word is heard first. */
export interface FromThread<Word> {
  word: Word | null;
  answers: Answer[];
}

/** Under these numbers a thread answers what nobody asks aloud. */
export const OPENING = 0;
export const CLOSING = -1;

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: null, message: String(error) };
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : null, message: error.message };
}

export interface Served<C, Opened> {
  /** For whoever opened the thread. */
  opened: Opened;
  calls: C;
  /** Whatever happens here, the thread ends. */
  close: () => void;
}

/**
 * Answers calls one after the other, each before the next one begins; one whose function gives a promise, when that is settled.
 * To be called once, by the module that the thread runs.
 *
 * @param open what an error with a code says is told to whoever opened the thread; any other is a bug, and the thread dies of it
 */
export function answerCalls<C extends Calls<C>, Opened>(open: () => Served<C, Opened>): void {
  if (parentPort === null) throw new Error('answers calls only as a worker thread');
  const port = parentPort;
  const answer = (one: Answer): void => port.postMessage({ word: null, answers: [one] } satisfies FromThread<never>);
  const answerWith = (ref: number, work: () => unknown): void => {
    const failed = (error: unknown): void => answer({ ref, failure: failureOf(error) });
    try {
      const value = work();
      if (value instanceof Promise) value.then((settled: unknown) => answer({ ref, value: settled }), failed);
      else answer({ ref, value });
    } catch (error) {
      failed(error);
    }
  };

  let served: Served<C, Opened>;
  try {
    served = open();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code === null) throw error;
    answer({ ref: OPENING, failure });
    return;
  }
  const { opened, calls, close } = served;
  answer({ ref: OPENING, value: opened });
  port.on('message', (asked: ToThread<C>) => {
    if (asked === 'close') {
      answerWith(CLOSING, close);
      port.close();
      return;
    }
    const { call, args, ref } = asked;
    const work = (): unknown => calls[call](...args);
    // What nobody waits for has nobody to be told to: its own function sees to its errors.
    if (ref === null) work();
    else answerWith(ref, work);
  });
}
