import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { AdvisoryWriter } from './advisory-writer.ts';

function writer({ calmMs = 1_000, slowMs = 1_000 } = {}) {
  const troubles: string[] = [];
  const over = vi.fn();
  const onTrouble = (why: string) => void troubles.push(why);
  return {
    writer: new AdvisoryWriter({ retryMs: 1, mostRetryMs: 4, calmMs, slowMs, onTrouble, onOver: over }),
    troubles,
    over,
  };
}

/** A disk that takes nothing while it is full. */
class Disk {
  full = true;
  tries = 0;
  readonly taken: string[] = [];

  work(text: string) {
    return async () => {
      this.tries++;
      await sleep(1);
      if (this.full) throw new Error('no space left');
      this.taken.push(text);
    };
  }
}

test('what can’t be written is tried until it works, is told once, and nobody who asked for it fails', async () => {
  const { writer: it, troubles, over } = writer();
  const disk = new Disk();
  await it.keep('lock', disk.work('pids'));
  await it.keep('run.json', disk.work('address'));
  await vi.waitFor(() => expect(disk.tries).toBeGreaterThan(8));
  expect(troubles).toEqual(['lock: no space left']);
  expect(over).not.toHaveBeenCalled();
  disk.full = false;
  await vi.waitFor(() => expect(disk.taken.toSorted()).toEqual(['address', 'pids']));
  expect(over).toHaveBeenCalledTimes(1);
  expect(troubles).toHaveLength(1);
});

test('one that fails at once is tried again like one that takes its time', async () => {
  const { writer: it } = writer();
  let tries = 0;
  await it.keep('keys.json', () => {
    if (++tries < 4) throw new Error('no space left');
  });
  await vi.waitFor(() => expect(tries).toBe(4));
});

test('the latest of one name is what is written, whatever came between', async () => {
  const { writer: it } = writer();
  const disk = new Disk();
  for (const text of ['first', 'second', 'third']) void it.keep('lock', disk.work(text));
  await it.keep('lock', disk.work('last'));
  disk.full = false;
  await vi.waitFor(() => expect(disk.taken).toEqual(['last']));
  await it.keep('lock', disk.work('later still'));
  expect(disk.taken).toEqual(['last', 'later still']);
});

test('two writes of one name never run at once', async () => {
  const { writer: it } = writer();
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await sleep(2);
    running--;
  };
  await Promise.all(Array.from({ length: 5 }, () => it.keep('lock', work)));
  expect(most).toBe(1);
});

test('a disk that takes one write and not the next is one trouble; after a calm it is a new one', async () => {
  const { writer: it, troubles } = writer({ calmMs: 30 });
  const disk = new Disk();
  for (const full of [true, false, true, false]) {
    disk.full = full;
    await it.keep('log', disk.work('line'));
  }
  expect(troubles).toHaveLength(1);
  await vi.waitFor(async () => {
    disk.full = true;
    await it.keep('log', disk.work('line'));
    disk.full = false;
    await it.keep('log', disk.work('line'));
    await sleep(40);
    expect(troubles.length).toBeGreaterThan(1);
  });
});

test('a disk that does not answer is told like one that is full, and holds up no other write', async () => {
  const { writer: it, troubles, over } = writer({ slowMs: 5 });
  let answer = () => {};
  void it.keep('lock', () => new Promise((resolve) => (answer = resolve)));
  await vi.waitFor(() => expect(troubles).toEqual(['lock: the disk does not answer']));
  const other = vi.fn();
  await it.keep('run.json', other);
  expect(other).toHaveBeenCalledTimes(1);
  expect(over).not.toHaveBeenCalled();
  answer();
  await vi.waitFor(() => expect(over).toHaveBeenCalledTimes(1));
});

test('at the end it tries once more, and a disk that hangs holds it up for no longer than it is given', async () => {
  const { writer: it } = writer();
  const disk = new Disk();
  await it.keep('lock', disk.work('pids'));
  disk.full = false;
  void it.keep('run.json', () => new Promise(() => {}));
  await it.end(50);
  expect(disk.taken).toEqual(['pids']);
});
