/** What a server does with files and folders that people give it: what it takes, what it refuses, and what a refusal leaves. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Place, type ServerRun } from './server-run.test-part.ts';

/** A folder as somebody else may see it: names, modes, contents. */
function stateOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .concat(dir)
    .sort()
    .map((path) => {
      const stats = statSync(path);
      const text = stats.isFile() ? readFileSync(path, 'latin1') : '';
      return `${path} ${(stats.mode & 0o7777).toString(8)} ${text}`;
    });
}

async function expectRefusal(server: ServerRun, code: string): Promise<string> {
  expect(await server.exited, server.stderr).toBe(1);
  expect(server.events()).toEqual([
    { event: 'alarm', code, message: expect.stringMatching(/\S/) },
    { event: 'stopped', code: 1 },
  ]);
  expect(server.stderr).not.toMatch(/\n\s+at /);
  return server.stderr;
}

async function takenPort(): Promise<string> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen({ host: '127.0.0.1', port: 0, reusePort: true }, resolve));
  onTestFinished(() => {
    other.close();
  });
  const address = other.address();
  return String(typeof address === 'object' && address !== null ? address.port : 0);
}

interface Refused {
  code: string;
  args?: string[];
  settings?: string;
  keys?: string;
}
const REFUSALS: [string, () => Refused | Promise<Refused>][] = [
  ['a setting that is none', () => ({ code: 'settings', settings: '{ "edges": [2] }' })],
  ['settings that are no UTF-8', () => ({ code: 'settings', settings: 'latin1' })],
  ['a show file that is missing', () => ({ code: 'show-file', args: ['--show', '/no/such/show.json'] })],
  ['a port that is taken', async () => ({ code: 'port', args: ['--desk-port', await takenPort()] })],
  ['keys that are none', () => ({ code: 'corrupt-file', keys: '{}' })],
];

test.each(REFUSALS)('%s: a folder that is there stays as it is, for whoever else needs it', async (_, make) => {
  const place = new Place();
  const { code, args, settings, keys } = await make();
  mkdirSync(place.data);
  writeFileSync(join(place.data, 'holiday.txt'), 'ours');
  const text = settings === 'latin1' ? Buffer.from('{\n"publicUrl":"http://\u00e4.example"}', 'latin1') : settings;
  if (text !== undefined) writeFileSync(join(place.data, 'settings.json'), text);
  if (keys !== undefined) writeFileSync(join(place.data, 'keys.json'), keys, { mode: 0o644 });
  chmodSync(place.data, 0o755);
  const before = stateOf(place.data);
  const words = await expectRefusal(place.start(args), code);
  if (settings === 'latin1') expect(words).toContain('line 2: not UTF-8');
  expect(stateOf(place.data)).toEqual(before);
  expect(readdirSync(place.temp)).toEqual([]);
});

test('a folder that is not there is not made for a start that is refused', async () => {
  const place = new Place();
  await expectRefusal(place.start(['--data', join(place.root, 'a', 'b'), '--desk-port', await takenPort()]), 'port');
  expect(existsSync(join(place.root, 'a'))).toBe(false);
});

test('a folder that is there is used as it is, and every file in it is its owner’s alone', async () => {
  const place = new Place();
  mkdirSync(place.data);
  chmodSync(place.data, 0o755);
  const server = place.start();
  await server.ready();
  expect(statSync(place.data).mode & 0o777).toBe(0o755);
  const open = readdirSync(place.data, { recursive: true, encoding: 'utf8' })
    .map((name) => join(place.data, name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0);
  expect(open).toEqual([]);
});

test('a byte order mark before settings and a show is no part of them', async () => {
  const place = new Place();
  const show = join(place.root, 'show.json');
  mkdirSync(place.data);
  writeFileSync(join(place.data, 'settings.json'), '\ufeff{ "edges": 1 }');
  writeFileSync(show, '\ufeff{ "title": "Finale", "cues": [] }');
  await place.start(['--show', show]).ready();
  expect(place.coreInits()).toEqual([expect.objectContaining({ showFile: show })]);
});

test('what an author may not have meant is told on standard error, and the events stay what they are', async () => {
  const place = new Place();
  const show = join(place.root, 'show.json');
  mkdirSync(place.data);
  writeFileSync(join(place.data, 'settings.json'), '{\n "edges": 1,\n "edges": 1,\n "audiencePrt": 1 }');
  writeFileSync(show, '{ "title": "Finale",\n "titel": "Finale", "c\\u001bues": 1,\n "cues": [] }');
  const server = place.start(['--show', show]);
  await server.ready();
  expect(server.stderr.split('\n').filter((line) => line.startsWith('Warning: '))).toEqual([
    `Warning: ${place.data}/settings.json, line 3: edges is given twice. The last one counts.`,
    `Warning: ${place.data}/settings.json, line 4: audiencePrt is no setting. Was audiencePort meant?`,
    `Warning: ${show}, line 2: titel is no field that Tallyroom knows. Was title meant?`,
    `Warning: ${show}, line 2: c\\u001bues is no field that Tallyroom knows. Was cues meant?`,
  ]);
  expect(server.events().map(({ event }) => event)).toEqual(['ready']);
});

test.each([
  ['a pipe that nobody writes to', (path: string) => execFileSync('mkfifo', [path]), 'it is a pipe and no file'],
  ['a folder', (path: string) => mkdirSync(path), 'it is a folder and no file'],
  ['six million bytes', (path: string) => writeFileSync(path, ' '.repeat(6_000_000)), 'more than 5,000,000 bytes'],
  [
    'lists within lists',
    (path: string) => writeFileSync(path, '['.repeat(4_000) + ']'.repeat(4_000)),
    'more than 32 deep',
  ],
])('%s as show file or settings is refused at once', async (_, make, reason) => {
  const place = new Place();
  const show = join(place.root, 'show.json');
  make(show);
  expect(await expectRefusal(place.start(['--show', show]), 'show-file')).toContain(reason);
  mkdirSync(place.data);
  make(join(place.data, 'settings.json'));
  expect(await expectRefusal(place.start(), 'settings')).toContain(reason);
});

test('the words of a refusal hold nothing that a terminal would obey', async () => {
  const place = new Place();
  const show = join(place.root, 'show.json');
  writeFileSync(
    show,
    '{ "title": "F", "cues": [{ "id": "a", "kind": "\u001b]0;x\u0007", "text": "\\u001b[2J" }] , "\\u001b[2J": 1 }',
  );
  const words = await expectRefusal(place.start(['--show', show]), 'show-file');
  // Control characters but the ends of lines.
  expect(words).not.toMatch(/(?!\n)\p{Cc}/u);
});

test('a missing TMPDIR, a data path that is too long and one that is a file are refused with a sentence', async () => {
  const place = new Place();
  rmSync(place.temp, { recursive: true });
  expect(await expectRefusal(place.start(), 'runtime-folder')).toContain('TMPDIR');
  expect(existsSync(place.data)).toBe(false);
  mkdirSync(place.temp);
  for (const dir of [
    join(place.root, 'x'.repeat(300)),
    join(place.root, ...Array.from({ length: 9 }, () => 'x'.repeat(60))),
  ]) {
    expect(await expectRefusal(place.start(['--data', dir]), 'data-folder')).toContain('--data');
  }
  writeFileSync(place.data, '');
  expect(await expectRefusal(place.start(), 'data-folder')).toContain('it is no folder');
  expect(await expectRefusal(place.start(['--data', join(place.data, 'below')]), 'data-folder')).toContain('--data');
});

test('a data path with blanks, letters of other scripts and 390 bytes is as good as any', async () => {
  const place = new Place();
  const parts = [place.root, 'Große Show', '日本 語', "it's $HOME; `x`"];
  const room = 390 - Buffer.byteLength(join(...parts)) - 2;
  const dir = join(...parts, 'x'.repeat(Math.min(room, 200)), 'y'.repeat(Math.max(1, room - 200)));
  const server = place.start(['--data', dir]);
  await server.ready();
  expect(existsSync(join(dir, 'run.json'))).toBe(true);
});

test('an empty value of a flag is refused: it never means the folder that is taken without one', async () => {
  const place = new Place();
  const server = place.start(['--data', '']);
  expect(await server.exited).toBe(2);
  expect(server.stderr).toContain('--data is empty');
});
