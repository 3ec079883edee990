import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readWindowFile, writeWindowFile } from './window-file.ts';
import { WindowLayout } from './window-layout.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'trl-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const LAYOUT: WindowLayout = {
  version: 1,
  windows: [
    {
      screen: 'operator',
      bounds: { x: -10, y: 0, width: 1280, height: 720 },
      display: 2_528_732_444,
      fullScreen: true,
      maximized: false,
    },
  ],
};

test('a layout is read as it was written, and nothing else is left in the folder', () => {
  const path = join(dir, 'layout.json');
  writeWindowFile(path, LAYOUT);
  expect(readWindowFile(path, WindowLayout)).toEqual(LAYOUT);
  expect(readdirSync(dir)).toEqual(['layout.json']);
});

test('where there is none, none is read', () => {
  expect(readWindowFile(join(dir, 'layout.json'), WindowLayout)).toBeNull();
});

test.each([
  ['cut off', '{ "version": 1, "windows": [ {'],
  ['of a later version', JSON.stringify({ ...LAYOUT, version: 2 })],
  ['with a screen that is none', JSON.stringify(LAYOUT).replace('operator', 'kitchen')],
])('a file that is %s counts as none', (_what, text) => {
  const path = join(dir, 'layout.json');
  writeFileSync(path, text);
  expect(readWindowFile(path, WindowLayout)).toBeNull();
});

test('a folder that can not be written to costs the memory only', () => {
  expect(() => writeWindowFile(join(dir, 'missing', 'layout.json'), LAYOUT)).not.toThrow();
});
