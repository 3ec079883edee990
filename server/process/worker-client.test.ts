import { afterEach, describe, expect, it } from 'vitest';
import { siblingModule } from './sibling-module.ts';
import type { TestCalls, TestOpening } from './test-thread.test-part.ts';
import { WorkerClient } from './worker-client.ts';

type Thread = WorkerClient<TestCalls, { hello: string }, never>;
const threads: Thread[] = [];
let deaths: string[] = [];

function thread(opening: TestOpening): Thread {
  const opened: Thread = new WorkerClient({
    module: siblingModule(import.meta.url, './test-thread.test-part'),
    workerData: opening,
    name: 'the test thread',
    onWord: () => {},
    onDeath: (error) => deaths.push(error.message),
  });
  threads.push(opened);
  return opened;
}

/** What a promise was rejected with, in a form to compare. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ answered: value }),
    (error: { code?: unknown; message: string }) => [error.code, error.message],
  );
const CLOSED = ['thread-closed', 'the test thread is closed'];

afterEach(async () => {
  for (const one of threads.splice(0)) await one.end();
  deaths = [];
});

describe('a question', () => {
  it('gets its own answer, whichever comes first', async () => {
    const one = thread('fine');
    const slow = one.ask('later', 'slow', 20);
    const quick = [one.ask('double', 1), one.ask('double', 2)];
    expect(await Promise.all(quick)).toEqual([2, 4]);
    expect(await slow).toBe('slow');
  });

  it('that fails is answered with the sentence and the code of the error, and the next one is answered', async () => {
    const one = thread('fine');
    expect(await failureOf(one.ask('fail', 'full'))).toEqual(['full', 'It does not work.']);
    expect(await failureOf(one.ask('fail', null))).toEqual([null, 'It does not work.']);
    expect(await one.ask('double', 4)).toBe(8);
    expect([one.isOver, deaths]).toEqual([false, []]);
  });

  it('that can not be sent is its own error', async () => {
    const one = thread('fine');
    const unsendable = (() => 1) as unknown as number;
    expect(await failureOf(one.ask('double', unsendable))).toEqual([
      25,
      expect.stringContaining('could not be cloned'),
    ]);
    expect(await one.ask('double', 4)).toBe(8);
  });

  it('comes in its order after what is only told', async () => {
    const one = thread('fine');
    one.tell('note', 'first');
    one.tell('note', 'second');
    expect(await one.ask('noted')).toEqual(['first', 'second']);
  });
});

describe('a thread that opens', () => {
  it('tells what it found', async () => {
    expect(await thread('fine').opened).toEqual({ hello: 'there' });
  });

  it('can say that it can not, and that is no death', async () => {
    const one = thread('refused');
    expect(await failureOf(one.opened)).toEqual(['newer-file', 'The file is of a newer version.']);
    // Its end comes by itself; who asks meanwhile is told.
    expect(await failureOf(one.ask('double', 1))).toEqual([
      'thread-died',
      expect.stringContaining('ended with code 0'),
    ]);
    expect(deaths).toEqual([]);
  });

  it('and dies of a bug rejects with that', async () => {
    const one = thread('broken');
    expect(await failureOf(one.opened)).toEqual([undefined, 'a bug']);
    expect([one.isOver, deaths]).toEqual([true, []]);
  });
});

describe('a thread that dies', () => {
  it('leaves nobody waiting, is told once, and is asked no more', async () => {
    const one = thread('fine');
    await one.opened;
    const waiting = [one.ask('later', 'never', 3_600_000), one.ask('later', 'nor this', 3_600_000)].map(failureOf);
    // Its own answer may die with it.
    await failureOf(one.ask('die'));
    const struck = ['thread-died', 'struck by lightning'];
    expect(await Promise.all(waiting)).toEqual([struck, struck]);
    expect([one.isOver, deaths]).toEqual([true, ['struck by lightning']]);
    expect(await failureOf(one.ask('double', 1))).toEqual(struck);
    one.tell('note', 'into the void');
    await one.close();
    expect(deaths).toEqual(['struck by lightning']);
  });
});

describe('closing', () => {
  it('lets what was asked be answered, and then nothing is asked any more', async () => {
    const one = thread('fine');
    const asked = one.ask('double', 21);
    await one.close();
    expect(await asked).toBe(42);
    expect(await failureOf(one.ask('double', 1))).toEqual(CLOSED);
    expect(deaths).toEqual([]);
  });

  it('with a question open that the thread never answers tells who asked', async () => {
    const one = thread('fine');
    const open = failureOf(one.ask('later', 'too late', 3_600_000));
    await one.close();
    expect(await open).toEqual(CLOSED);
    expect(deaths).toEqual([]);
  });

  it('says what went wrong in it, and ends the thread all the same', async () => {
    const one = thread('stuck');
    expect(await failureOf(one.close())).toEqual(['full', 'The disk is full.']);
    expect(await failureOf(one.ask('double', 1))).toEqual(CLOSED);
  });

  it('at once ends a thread in the middle of its work', async () => {
    const one = thread('fine');
    const open = failureOf(one.ask('hang'));
    await one.end();
    expect(await open).toEqual(CLOSED);
    expect(deaths).toEqual([]);
  });
});
