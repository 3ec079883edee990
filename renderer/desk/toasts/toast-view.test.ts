import { expect, test } from 'vitest';
import type { Toast } from '../store/desk-store.ts';
import { shownToasts, standingToasts } from './toast-view.ts';

const toast = (key: string, level: Toast['level'], receivedAtMs: number): Toast => ({
  key,
  level,
  message: key,
  atMs: 0,
  receivedAtMs,
  alarmId: null,
});
const keys = (toasts: readonly Toast[]) => toasts.map((t) => t.key);

test('at most two stand, newest below, and warnings go before notices', () => {
  const all = [toast('w1', 'warn', 0), toast('w2', 'warn', 100), toast('i1', 'info', 200), toast('i2', 'info', 300)];
  expect(keys(shownToasts(standingToasts(all, 1_000), new Set()))).toEqual(['w1', 'w2']);
  expect(keys(shownToasts(standingToasts(all, 1_000), new Set(['w1'])))).toEqual(['w2', 'i2']);
});

test('a notice leaves after 6 s, a warning stays until it was seen', () => {
  const all = [toast('w', 'warn', 0), toast('i', 'info', 0)];
  expect(keys(shownToasts(standingToasts(all, 7_000), new Set()))).toEqual(['w']);
  expect(shownToasts(standingToasts(all, 7_000), new Set(['w']))).toEqual([]);
});
