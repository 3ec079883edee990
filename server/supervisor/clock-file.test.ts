import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import { type AnchorWish, anchorFor, clockFileText } from './clock-file.ts';

const ANCHOR: ClockAnchor = { bootId: 'this boot', coreMs: 1_790_000_000_000, monotonicMs: 5_000, uptimeMs: 5_100 };

let path: string;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'clock-file-'));
  path = join(dir, 'clock.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

const ask = (wish: Partial<AnchorWish> = {}) =>
  anchorFor({ path, hasShow: true, bootId: 'this boot', now: monotonicMs(5_000), ...wish });
const store = (anchor: ClockAnchor) => writeFileSync(path, clockFileText(anchor));

it('is taken on in the same boot, as long as the monotonic clock has not gone back', () => {
  store(ANCHOR);
  expect(ask()).toEqual({ anchor: ANCHOR, anchorLost: null });
  expect(ask({ now: monotonicMs(4_999) })).toEqual({
    anchor: null,
    anchorLost: expect.stringContaining('started anew'),
  });
});

it('means nothing after the machine was started anew, and a sentence says what follows', () => {
  store(ANCHOR);
  const { anchor, anchorLost } = ask({ bootId: 'another boot' });
  expect(anchor).toBeNull();
  expect(anchorLost).toMatch(/^The machine was started anew.*deadlines.*wall clock\. Check that it is right\.$/);
});

it.each([
  ['now', 'this boot', null],
  ['when it was written', null, 'this boot'],
  ['ever', null, null],
])('means nothing where the system had no name for its boot %s', (_when, stored, now) => {
  store({ ...ANCHOR, bootId: stored });
  expect(ask({ bootId: now })).toEqual({
    anchor: null,
    anchorLost: expect.stringContaining('does not tell its boots apart'),
  });
});

it.each([
  ['no JSON', '{"version":1,'],
  ['a newer version', JSON.stringify({ version: 2, anchor: ANCHOR })],
  ['more than it should have', JSON.stringify({ version: 1, anchor: { ...ANCHOR, more: 1 } })],
  ['a time that is none', JSON.stringify({ version: 1, anchor: { ...ANCHOR, monotonicMs: null } })],
])('with %s is a sentence and no crash', (_what, text) => {
  writeFileSync(path, text);
  expect(ask()).toEqual({ anchor: null, anchorLost: expect.stringContaining(`${path} can't be read or is damaged`) });
});

it('that is missing is missed only where the folder holds a show', () => {
  expect(ask()).toEqual({ anchor: null, anchorLost: expect.stringContaining(`There is no ${path}`) });
  expect(ask({ hasShow: false })).toEqual({ anchor: null, anchorLost: null });
  store(ANCHOR);
  expect(ask({ hasShow: false })).toEqual({ anchor: null, anchorLost: null });
});
