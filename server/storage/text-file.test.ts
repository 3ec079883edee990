import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readJsonFile } from './json-file.ts';
import { readTextFile } from './text-file.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'text-file-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function read(bytes: Buffer | string, mostBytes = 1_000) {
  const path = join(folder(), 'file');
  writeFileSync(path, bytes);
  return readTextFile(path, mostBytes);
}

test('a text in UTF-8 is read as it is, and without the mark that an editor put before it', () => {
  const text = '{ "text": "Größe 👨‍👩‍👧" }\n';
  expect(read(text)).toEqual({ kind: 'text', text });
  expect(read(`\ufeff${text}`)).toEqual({ kind: 'text', text });
  expect(read('')).toEqual({ kind: 'text', text: '' });
});

test.each<[string, Buffer, string]>([
  ['Latin-1', Buffer.from('a\nb\n"Gr\u00f6\u00dfe"\n', 'latin1'), "can't be read: line 3: not UTF-8. Save it as UTF-8"],
  ['a half character at the end', Buffer.from([0x61, 0x0a, 0xc3]), 'line 2: not UTF-8'],
  ['surrogates as bytes of their own', Buffer.from([0xed, 0xa0, 0x80]), 'line 1: not UTF-8'],
  ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'it is UTF-16. Save it as UTF-8'],
])('%s is refused with its line, and never read with replacement characters', (_, bytes, reason) => {
  expect(read(bytes)).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
});

test('a file of more bytes than allowed is refused, whatever its size is said to be', () => {
  expect(read('x'.repeat(1_000)).kind).toBe('text');
  expect(read('x'.repeat(1_001))).toEqual({ kind: 'refused', reason: "can't be read: it has more than 1,000 bytes" });
  if (process.platform !== 'linux') return;
  // It has a size of 0 and more text than that.
  expect(readTextFile('/proc/self/status', 64)).toMatchObject({ kind: 'refused' });
});

test('what is no file is refused at once: a folder, a pipe that nobody writes to, a socket, a device', async () => {
  const dir = folder();
  mkdirSync(join(dir, 'folder'));
  execFileSync('mkfifo', [join(dir, 'pipe')]);
  symlinkSync('pipe', join(dir, 'link'));
  symlinkSync('/dev/zero', join(dir, 'zeros'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(dir, 'socket'), resolve));
  onTestFinished(() => {
    server.close();
  });
  const reasons = ['folder', 'pipe', 'link', 'socket', 'zeros'].map((name) => readTextFile(join(dir, name), 100));
  expect(reasons.map((file) => (file.kind === 'refused' ? file.reason : file.kind))).toEqual(
    ['a folder', 'a pipe', 'a pipe', 'a socket', 'a device'].map((what) => `can't be read: it is ${what} and no file`),
  );
  expect(readTextFile(join(dir, 'nothing'), 100)).toEqual({ kind: 'none' });
});

test('JSON beyond the bounds is refused with its line before it is parsed', () => {
  const path = join(folder(), 'file.json');
  const readJson = (text: string) => {
    writeFileSync(path, text);
    const file = readJsonFile(path);
    return file.kind === 'refused' ? file.reason : file.kind;
  };
  expect(readJson(`{\n"a":\n${'['.repeat(5_000)}${']'.repeat(5_000)}}`)).toBe(
    "can't be used: line 3: it is nested more than 32 deep",
  );
  expect(readJson(`[${'0,'.repeat(150_000)}0]`)).toContain('more than 150,000 fields and list entries');
  expect(readJson(`"${'x'.repeat(5_000_000)}"`)).toContain('more than 5,000,000 bytes');
  expect(readJson('{\n "a": \u001b }')).toMatch(/^is no JSON: line 2: \P{Cc}*$/u);
});
