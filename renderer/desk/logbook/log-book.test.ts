import { beforeEach, expect, test, vi } from 'vitest';
import { createLogBook, FIRST_PAGE } from './log-book.ts';
import { type LogReader, PAGE } from './log-reader.ts';

interface Entry {
  seq: number;
  open: boolean;
}

let disk: Entry[];
let asked: string[];
let broken: string | null;
let changed: () => void;

const write = (count: number) => {
  for (let n = 0; n < count; n++) disk.push({ seq: disk.length + 1, open: false });
};
const reader: LogReader<Entry> = {
  seqOf: ({ seq }) => seq,
  isOpen: ({ open }) => open,
  async after(seq, limit) {
    asked.push(`after ${seq}`);
    if (broken !== null) throw new Error(broken);
    return disk
      .filter((entry) => entry.seq > seq)
      .slice(0, limit)
      .map((entry) => ({ ...entry }));
  },
  async before(seq, limit) {
    asked.push(`before ${seq ?? 'the end'}`);
    if (broken !== null) throw new Error(broken);
    return disk
      .filter((entry) => seq === null || entry.seq < seq)
      .slice(-limit)
      .map((entry) => ({ ...entry }));
  },
  overlaid: (entries) => entries,
  onChanged(listener) {
    changed = listener;
    return () => {
      changed = () => {};
    };
  },
};

beforeEach(() => {
  [disk, asked, broken, changed] = [[], [], null, () => {}];
});

const until = (book: ReturnType<typeof createLogBook<Entry>>, reach: string) =>
  vi.waitFor(() => expect(book.store.getState()).toMatchObject({ reach, trouble: null }));
const seqs = (book: ReturnType<typeof createLogBook<Entry>>) => book.store.getState().entries.map(({ seq }) => seq);

test('a long log opens with its newest page, and the older ones follow without a gap', async () => {
  write(FIRST_PAGE + 2 * PAGE + 5);
  const book = createLogBook(reader);
  const first = new Promise<number>((resolve) => {
    const stop = book.store.subscribe(({ entries }) => {
      if (entries.length === 0) return;
      stop();
      resolve(entries.length);
    });
  });
  const end = book.look();
  expect(await first).toBe(FIRST_PAGE);
  await until(book, 'start');
  expect(seqs(book)).toEqual(disk.map(({ seq }) => seq));
  end();
});

test('what this page knows beyond the log is there before anything is read', () => {
  const known: Entry = { seq: 1, open: true };
  const book = createLogBook({ ...reader, before: () => new Promise<never>(() => {}), overlaid: () => [known] });
  const end = book.look();
  expect(book.store.getState()).toEqual({ reach: 'unread', entries: [known], trouble: null });
  end();
});

test('nothing is read while nobody looks; coming back reads on from where it was', async () => {
  write(3);
  const book = createLogBook(reader);
  const end = book.look();
  await until(book, 'start');
  end();
  asked = [];
  write(2);
  changed();
  expect(asked).toEqual([]);
  const again = book.look();
  await vi.waitFor(() => expect(seqs(book)).toEqual([1, 2, 3, 4, 5]));
  expect(asked).toEqual(['after 3']);
  again();
});

test('an entry that waits for its outcome is read again by itself, and only that one', async () => {
  write(4);
  disk[1] = { seq: 2, open: true };
  const book = createLogBook(reader);
  const end = book.look();
  await until(book, 'start');
  disk[1] = { seq: 2, open: false };
  asked = [];
  changed();
  await vi.waitFor(() => expect(book.store.getState().entries.some(({ open }) => open)).toBe(false));
  expect(asked).toEqual(['after 1', 'after 4']);
  expect(seqs(book)).toEqual([1, 2, 3, 4]);
  end();
});

test('a log that can’t be read says why, keeps what it has, and is read on when asked to', async () => {
  write(2);
  const book = createLogBook(reader);
  const end = book.look();
  await until(book, 'start');
  broken = 'The core does not answer.';
  write(1);
  changed();
  await vi.waitFor(() => expect(book.store.getState().trouble).toBe('The core does not answer.'));
  expect(seqs(book)).toEqual([1, 2]);
  broken = null;
  book.tryAgain();
  await until(book, 'start');
  expect(seqs(book)).toEqual([1, 2, 3]);
  end();
});
