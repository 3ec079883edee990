/** The headless server as whoever starts it from a script sees it: what it prints, and how it refuses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { NODE, PROJECT, SUPERVISOR, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

const CUES = [poll('q1', { durationMs: 60_000, graceMs: 500 })];

interface Run {
  child: ChildProcess;
  /** Exit code, once it has ended and all is read. Fails when it doesn't end. */
  exited: () => Promise<number | null>;
  stdout: string;
  stderr: string;
}

/** The supervisor with exactly these flags, and its output as text. */
function run(place: Place, flags: string[]): Run {
  const child = spawn(NODE, [join(PROJECT, SUPERVISOR), ...flags], {
    cwd: PROJECT,
    env: { ...process.env, TMPDIR: place.temp, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const closed: { code: number | null }[] = [];
  child.on('close', (code) => closed.push({ code }));
  const ended = () => until(() => closed[0], { what: 'the server has ended', withinMs: 60_000 });
  const started: Run = { child, stdout: '', stderr: '', exited: async () => (await ended()).code };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    started.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    started.stderr += text;
  });
  return started;
}

const flagsFor = (place: Place, more: string[] = []) => [
  ...['--json', '--data', place.data, '--audience-host', '127.0.0.1', '--desk-port', '0', '--audience-port', '0'],
  ...more,
];

/** Refused: a sentence for people on standard error, the same as an event, and nothing left running. */
async function expectRefusal(place: Place, flags: string[]): Promise<string> {
  const refused = run(place, flags);
  expect(await refused.exited()).toBe(1);
  const events = refused.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ event }) => event)).toEqual(['alarm', 'stopped']);
  expect(events[0]).toStrictEqual({
    event: 'alarm',
    code: expect.stringMatching(/^[a-z-]+$/),
    message: expect.any(String),
  });
  expect(events[1]).toStrictEqual({ event: 'stopped', code: 1 });
  const { message } = events[0];
  expect(message, 'a sentence').toMatch(/^[A-Z]\w+ /);
  expect(message, 'and no stack').not.toMatch(/^\s+at /m);
  expect(refused.stderr).toContain(message.split('\n')[0]);
  return message;
}

describe('the lines of standard output', { timeout: TEST_MS }, () => {
  test('are events and nothing else, from ready to stopped, started by npm', async () => {
    const place = new Place();
    const show = place.show(CUES);
    // The server's reader takes every line of standard output as JSON, and fails on anything else.
    const server = await startServer({ place, show, mode: 'live', edges: 2, throughStarter: true });
    expect(server.events).toHaveLength(1);
    expect(server.ready).toStrictEqual({
      event: 'ready',
      deskUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+(#\S+)?$/),
      deskToken: expect.stringMatching(/^\S{20,}$/),
      deskTokens: Object.fromEntries(
        ['owner', 'producer', 'director', 'operator', 'verifier'].map((role) => [
          role,
          expect.stringMatching(/^\S{20,}$/),
        ]),
      ),
      audienceUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      rehearsalCode: expect.stringMatching(/^\S{6,}$/),
      pids: {
        supervisor: expect.any(Number),
        core: expect.any(Number),
        edges: [expect.any(Number), expect.any(Number)],
      },
      edgesWhy: expect.stringMatching(/^2 edges hold [\d,]+ viewers, as many edges as were set$/),
    });
    const { deskToken, deskTokens } = server.ready;
    expect(deskToken).toBe(deskTokens.owner);
    expect(new Set(Object.values(deskTokens)).size, 'five different tokens').toBe(5);
    // Ready means ready: ARM passes at once, and so does the first viewer.
    await server.desk('producer').command('cue.arm', 'q1');
    await HttpViewer.arrive({ audienceUrl: server.audienceUrl });
    const before = server.pids;
    server.kill({ edge: 1 });
    const edge = await server.waitFor('restarted');
    expect(edge).toStrictEqual({
      event: 'restarted',
      what: 'edge',
      pids: { ...before, edges: [before.edges[0], expect.any(Number)] },
    });
    server.kill('core');
    const core = await server.waitFor('restarted', { after: 2 });
    expect(core).toStrictEqual({ event: 'restarted', what: 'core', pids: { ...edge.pids, core: expect.any(Number) } });
    await until(() => server.desk().state(), { what: 'the old token opens the new core' });
    server.child.kill('SIGTERM');
    await until(() => server.hasExited, { what: 'it has ended', withinMs: 10_000 });
    expect(server.exitCode).toBe(0);
    expect(server.events.map(({ event }) => event)).toEqual(['ready', 'restarted', 'restarted', 'stopped']);
    expect(server.events.at(-1)).toStrictEqual({ event: 'stopped', code: 0 });
    expect(place.processes()).toEqual([]);
    expect(server.stderr, 'logs go to standard error').toMatch(/^\{"level":\d+,/m);
    for (const secret of [deskToken, ...Object.values(deskTokens)]) {
      expect(server.stderr, 'no token in a log').not.toContain(secret);
    }
  });

  test('say the same in sentences without --json', async () => {
    const place = new Place();
    const server = run(place, [...flagsFor(place, ['--show', place.show(CUES)]).filter((flag) => flag !== '--json')]);
    await until(() => /http:\/\/127\.0\.0\.1:\d+/.test(server.stdout), { what: 'the addresses', withinMs: 120_000 });
    for (const line of server.stdout.split('\n')) expect(line).not.toMatch(/^\{/);
    await until(() => server.stdout.includes('#'), { what: 'the desk with its code' });
    server.child.kill('SIGTERM');
    expect(await server.exited()).toBe(0);
  });

  test('tokens are new at each start', async () => {
    const place = new Place();
    const first = await startServer({ place, show: place.show(CUES), mode: 'live', edges: 1 });
    expect(await first.stop()).toBe(0);
    const second = await startServer({ place, show: null, mode: null, edges: 1 });
    for (const [role, token] of Object.entries(first.ready.deskTokens)) {
      expect(Object.values(second.ready.deskTokens), role).not.toContain(token);
    }
    expect((await second.desk().state()).show.mode).toBe('live');
    expect(await second.stop()).toBe(0);
  });
});

describe('what can’t be started is refused with a way out', { timeout: TEST_MS }, () => {
  test.for(['desk', 'audience'])('a taken %s port', async (name) => {
    const place = new Place();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const port = String((other.address() as AddressInfo).port);
    const message = await expectRefusal(place, flagsFor(place, [`--${name}-port`, port]));
    expect(message).toContain(port);
    expect(message).toContain(`--${name}-port`);
    expect(place.processes()).toEqual([]);
  });

  test('a data folder that another server uses', async () => {
    const place = new Place();
    const server = await startServer({ place, show: place.show(CUES), mode: 'live', edges: 1 });
    const message = await expectRefusal(place, flagsFor(place));
    expect(message).toContain(place.data);
    expect(message).toContain(String(server.pids.supervisor));
    expect(message).toContain('--data');
    expect((await server.desk().state()).show.title, 'the other one runs on').toBe('Test show');
    expect(await server.stop()).toBe(0);
  });

  test.for([
    ['a comma too many', '{\n  "title": "Finale",\n  "cues": [,]\n}\n', [/line 3/]],
    ['no end', '{\n  "title": "Finale"', [/line 2/]],
    ['no title', '{ "cues": [] }', [/line 1/, /title/]],
    [
      'a kind that is none',
      '{\n "title": "Finale",\n "cues": [\n  { "id": "a", "kind": "song", "text": "?", "durationMs": 5000 }\n ]\n}\n',
      [/line 4/, /kind/, /single/],
    ],
    [
      'words for a duration',
      '{\n "title": "F",\n "cues": [\n  {\n   "id": "a", "kind": "single",\n   "text": "?",\n   "durationMs": "long" }\n ]\n}\n',
      [/line 7/, /durationMs/, /number/],
    ],
    [
      'two triggers at once',
      '{\n "title": "F",\n "cues": [\n  { "id": "a", "kind": "cta", "text": "?", "durationMs": 5000,\n   "trigger": { "offsetMs": 1, "after": "a" } }\n ]\n}\n',
      [/line 5/, /trigger/, /exactly one/],
    ],
    [
      'a time without an offset',
      '{\n "title": "F",\n "t0": "2030-01-01T20:15:00",\n "cues": []\n}\n',
      [/line 3/, /t0/],
    ],
    [
      'one id twice',
      '{\n "title": "F",\n "cues": [\n  { "id": "a", "kind": "note", "text": "?", "durationMs": 5000 },\n  { "id": "a", "kind": "note", "text": "?", "durationMs": 5000 }\n ]\n}\n',
      [/line 5/, /id/],
    ],
  ] as [string, string, RegExp[]][])('a show file with %s: line, field and reason', async ([, text, expected]) => {
    const place = new Place();
    const path = join(place.root, 'broken.json');
    writeFileSync(path, text);
    const message = await expectRefusal(place, flagsFor(place, ['--show', path]));
    expect(message).toContain(path);
    for (const pattern of expected) expect(message).toMatch(pattern);
    expect(existsSync(place.files.journal), 'no show was begun').toBe(false);
  });

  test('a show file that is not there', async () => {
    const place = new Place();
    const path = join(place.root, 'missing.json');
    expect(await expectRefusal(place, flagsFor(place, ['--show', path]))).toContain(path);
  });

  test('a show for a folder that holds one, until a new show is asked for; the old one is kept beside', async () => {
    const place = new Place();
    const first = await startServer({ place, show: place.show(CUES), mode: 'live', edges: 1 });
    await first.desk().command('cue.edit', 'q1', { cue: { notes: 'the old show' } });
    expect(await first.stop()).toBe(0);
    const journal = readFileSync(place.files.journal);
    const other = place.show([poll('q9', { durationMs: 60_000, graceMs: 500 })], { title: 'Another show' });
    expect(await expectRefusal(place, flagsFor(place, ['--show', other]))).toContain('--new-show');
    expect(readFileSync(place.files.journal).equals(journal), 'nothing was touched').toBe(true);
    const second = await startServer({ place, show: other, mode: null, edges: 1, args: ['--new-show'] });
    const state = await second.desk().state();
    expect(state.show).toMatchObject({ title: 'Another show', mode: 'rehearsal' });
    expect(state.cues.map(({ id }) => id)).toEqual(['q9']);
    expect(await second.stop()).toBe(0);
  });

  test('a show goes into a folder that holds other files but no show', async () => {
    const place = new Place();
    mkdirSync(place.data);
    writeFileSync(join(place.data, 'readme.txt'), 'not a show');
    const server = await startServer({ place, show: place.show(CUES), mode: 'live', edges: 1 });
    expect((await server.desk().state()).cues).toHaveLength(1);
    expect(await server.stop()).toBe(0);
  });

  test.for(['journal', 'ledgerLive'] as const)('a %s of a newer version', async (file) => {
    const place = new Place();
    const first = await startServer({ place, show: place.show(CUES), mode: 'live', edges: 1 });
    expect(await first.stop()).toBe(0);
    const database = new Database(place.files[file]);
    database.pragma('user_version = 99');
    database.close();
    const refused = run(place, flagsFor(place));
    expect(await refused.exited()).toBe(1);
    const events = refused.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(
      events.map(({ event }) => event),
      'it doesn’t try again and again',
    ).toEqual(['alarm', 'stopped']);
    expect(events[0].message).toMatch(/newer/);
    expect(events[0].message).toContain(place.files[file]);
    expect(place.processes()).toEqual([]);
    const after = new Database(place.files[file], { readonly: true });
    expect(after.pragma('user_version', { simple: true }), 'the file is as it was').toBe(99);
    after.close();
  });

  test('a flag that nobody knows', async () => {
    const place = new Place();
    const refused = run(place, ['--json', '--colour', 'red']);
    expect(await refused.exited()).not.toBe(0);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toContain('--colour');
  });
});
