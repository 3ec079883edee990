import { beforeEach, expect, test, vi } from 'vitest';
import { type BrowserWakeLock, createBrowserWakeLock, type WakeLockPage } from './browser-wake-lock.ts';

let visible: boolean;
let turned: () => void;
let taken: (() => void)[];
let released: number;
const request = vi.fn();

function lockOf(more: Partial<WakeLockPage> = {}): BrowserWakeLock {
  return createBrowserWakeLock({
    request,
    secure: true,
    visible: () => visible,
    onVisibility: (listener) => {
      turned = listener;
    },
    ...more,
  });
}
const kind = (lock: BrowserWakeLock) => lock.store.getState().state.kind;

beforeEach(() => {
  visible = true;
  taken = [];
  released = 0;
  request.mockReset();
  request.mockImplementation(async () => ({
    release: async () => {
      released += 1;
    },
    onReleased: (listener: () => void) => taken.push(listener),
  }));
});

test('the lock is held while it is wanted, and given back', async () => {
  const lock = lockOf();
  lock.set(true);
  await vi.waitFor(() => expect(kind(lock)).toBe('held'));
  lock.set(false);
  await vi.waitFor(() => expect(released).toBe(1));
  expect(kind(lock)).toBe('off');
});

test('a lock that the browser took from a hidden page is asked for again when the page is back', async () => {
  const lock = lockOf();
  lock.set(true);
  await vi.waitFor(() => expect(kind(lock)).toBe('held'));
  visible = false;
  taken[0]?.();
  expect(kind(lock)).toBe('waiting');
  turned();
  expect(request).toHaveBeenCalledTimes(1);
  visible = true;
  turned();
  await vi.waitFor(() => expect(kind(lock)).toBe('held'));
  expect(request).toHaveBeenCalledTimes(2);
});

test('a wish that went away while the browser thought about it leaves nothing held', async () => {
  const lock = lockOf();
  lock.set(true);
  lock.set(false);
  await vi.waitFor(() => expect(released).toBe(1));
  expect(kind(lock)).toBe('off');
});

test('a refusal is told with its reason', async () => {
  request.mockRejectedValue(new Error('The battery is low.'));
  const lock = lockOf();
  lock.set(true);
  await vi.waitFor(() => expect(lock.store.getState().state).toEqual({ kind: 'refused', why: 'The battery is low.' }));
});

test('where there is none it says why', () => {
  const lock = lockOf({ request: null, secure: false });
  lock.set(true);
  expect(lock.store.getState().state).toMatchObject({ kind: 'missing', why: expect.stringContaining('https') });
});
