/** The thread that the worker client is tested with. */
import { workerData } from 'node:worker_threads';
import { answerCalls } from './worker-calls.ts';

export interface TestCalls {
  double(value: number): number;
  /** Gives the value after so many ms. */
  later(value: string, ms: number): Promise<string>;
  /** With this code; null: an error without one. */
  fail(code: string | null): void;
  die(): void;
  /** Never answers, and lets nobody else be answered. */
  hang(): void;
  note(word: string): void;
  noted(): string[];
}

/** `refused`: says that it can't open. `broken`: dies of a bug while it opens. `stuck`: says so when it is closed. */
export type TestOpening = 'fine' | 'refused' | 'broken' | 'stuck';

const withCode = (message: string, code: string | null): Error =>
  code === null ? new Error(message) : Object.assign(new Error(message), { code });

answerCalls<TestCalls, { hello: string }>(() => {
  const opening = workerData as TestOpening;
  if (opening === 'refused') throw withCode('The file is of a newer version.', 'newer-file');
  if (opening === 'broken') throw new Error('a bug');
  const noted: string[] = [];
  return {
    opened: { hello: 'there' },
    calls: {
      double: (value) => value * 2,
      later: (value, ms) => new Promise((resolve) => setTimeout(() => resolve(value), ms)),
      fail: (code) => {
        throw withCode('It does not work.', code);
      },
      die: () => {
        setImmediate(() => {
          throw new Error('struck by lightning');
        });
      },
      hang: () => {
        for (;;);
      },
      note: (word) => void noted.push(word),
      noted: () => noted,
    },
    close: () => {
      if (opening === 'stuck') throw withCode('The disk is full.', 'full');
    },
  };
});
