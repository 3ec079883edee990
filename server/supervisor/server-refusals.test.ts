import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Place, type ServerRun } from './server-run.test-part.ts';

async function refusal(server: ServerRun, code = 1): Promise<string> {
  expect(await server.exited).toBe(code);
  return server.stderr;
}

/** Nothing of a refused start is left, and no part was ever started. */
function expectUntouched(place: Place): void {
  expect(readdirSync(place.temp)).toEqual([]);
  expect(place.heard('core')).toEqual([]);
}

test('a data folder in use is refused with who uses it and the ways out', async () => {
  const place = new Place();
  const first = place.start();
  const ready = await first.ready();
  const lock = readFileSync(join(place.data, 'lock'), 'utf8');
  const second = place.start();
  const words = await refusal(second);
  expect(words).toContain(`process id ${first.child.pid}`);
  expect(words).toContain(new URL(ready.deskUrl).origin);
  expect(words).toContain('--data DIR');
  expect(second.events()).toEqual([
    { event: 'alarm', code: 'data-in-use', message: expect.stringContaining('in use') },
    { event: 'stopped', code: 1 },
  ]);
  expect(readFileSync(join(place.data, 'lock'), 'utf8')).toBe(lock);
});

test.each(['desk', 'audience'])('a taken %s port is refused with the flag that chooses another', async (name) => {
  const place = new Place();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen({ host: '127.0.0.1', port: 0, reusePort: true }, resolve));
  onTestFinished(() => {
    other.close();
  });
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const server = place.start([`--${name}-port`, String(port)]);
  const words = await refusal(server);
  expect(words).toContain(`The ${name} port ${port} on 127.0.0.1 is taken`);
  expect(words).toContain(`--${name}-port N`);
  expect(existsSync(join(place.data, 'lock'))).toBe(false);
  expectUntouched(place);
});

test('a wrong flag is refused with code 2', async () => {
  const place = new Place();
  const server = place.start(['--colour', 'red']);
  expect(await refusal(server, 2)).toContain("Unknown option '--colour'");
  expect(server.stdout).toBe('');
});

test('a wrong setting is refused with its name and what it was', async () => {
  const place = new Place();
  expect(await refusal(place.start(['--edges', 'many']))).toContain(
    '--edges must be auto or a whole number from 1 to 32 (it is "many")',
  );
  expectUntouched(place);
});

test('a broken show file is refused with its line, before anything is started', async () => {
  const place = new Place();
  const show = join(place.root, 'show.json');
  writeFileSync(show, '{\n  "title": "Finale",\n  "cues": [,]\n}\n');
  expect(await refusal(place.start(['--show', show]))).toMatch(/is no JSON: line 3: /);
  writeFileSync(
    show,
    '{\n  "title": "Finale",\n  "cues": [\n    { "id": "a", "kind": "song", "text": "?", "durationMs": 5000 }\n  ]\n}\n',
  );
  expect(await refusal(place.start(['--show', show]))).toMatch(/line 4: cues\[0\]\.kind: /);
  expect(await refusal(place.start(['--show', `${show}.missing`]))).toContain("can't be read");
  expect(existsSync(join(place.data, 'lock'))).toBe(false);
  expectUntouched(place);
});

test('a show for a folder that holds one already is refused, unless a new show is asked for', async () => {
  const place = new Place();
  const show = join(place.root, 'show.json');
  writeFileSync(show, '{"title":"Finale","cues":[]}');
  mkdirSync(place.data);
  writeFileSync(join(place.data, 'journal.db'), '');
  expect(await refusal(place.start(['--show', show]))).toContain('--new-show');
  expectUntouched(place);
  await place.start(['--show', show, '--new-show']).ready();
  expect(place.coreInits()).toEqual([expect.objectContaining({ showFile: show, newShow: true })]);
});

test('keys that can’t be read are refused and left as they are', async () => {
  const place = new Place();
  mkdirSync(place.data);
  writeFileSync(join(place.data, 'keys.json'), 'not keys');
  expect(await refusal(place.start())).toContain('keys.json');
  expect(readFileSync(join(place.data, 'keys.json'), 'utf8')).toBe('not keys');
  expect(existsSync(join(place.data, 'lock'))).toBe(false);
  expectUntouched(place);
});
