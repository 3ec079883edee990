/** A core begins its life on a full disk: what is on it is there, what is to be written is refused, and all is well once there is room. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { Role } from '../../shared/protocol/commands.ts';
import { type CoreInit, NO_SESSIONS, type PartToSupervisor } from '../../shared/protocol/process.ts';
import { DeskClient } from './testing/desk-client.ts';
import { Place, poll } from './testing/place.ts';
import { killIfAlive } from './testing/processes.ts';
import { NODE, PROJECT, startServer, TEST_MS } from './testing/server.ts';
import { Stage } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;
/** A file may grow to here and no further: less than the index of a write-ahead log. */
const FULL_AT_BYTES = 4_096;
const VOTES = 20;

/** A show on air with votes, left by a machine that lost its power: everything is in the write-ahead logs. */
async function leftBehind(): Promise<Place> {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 3_600_000, graceMs: 0 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 1 });
  await new Stage(server.desk()).go('q1');
  for (let n = 0; n < VOTES; n++) {
    const voter = await voterOn('http', { audienceUrl: server.audienceUrl });
    await voter.cast({ id: newBallotId(), pollId: 'q1', round: 1, choice: ['a'] });
  }
  for (let left = place.processes(); left.length > 0; left = place.processes()) {
    for (const pid of left) killIfAlive(pid, 'SIGKILL');
  }
  await server.exited;
  return place;
}

const TOKENS = Object.fromEntries(Role.options.map((role) => [role, `token-of-${role}`])) as Record<Role, string>;

function initFor(place: Place): CoreInit {
  const runtimeDir = mkdtempSync(join(place.temp, 'core-'));
  return {
    ...{ t: 'init', part: 'core', dataDir: place.data, backplanePath: join(runtimeDir, 'b.sock') },
    ...{ deskHost: '127.0.0.1', deskPort: 0, showFile: null, newShow: false, mode: null, deskTokens: TOKENS },
    sessions: NO_SESSIONS,
    ...{ sessionSecret: 'a secret of this test', codes: [], rehearsalCode: 'code', undecidedCode: null },
    ...{
      edgesExpected: 1,
      edgesWhy: null,
      edgesRestarting: false,
      audienceUrl: null,
      networkUrl: null,
      publicUrl: null,
      deskPageDir: place.root,
    },
    ...{ epoch: 1, anchor: null, anchorLost: null, orders: [], alarms: [], runtimeDir },
  };
}

/** A core without its supervisor, which has troubles of its own on such a disk. */
function startCore(place: Place): { child: ChildProcess; told: PartToSupervisor[]; limit: (bytes: string) => void } {
  const child = spawn(NODE, [join(PROJECT, 'server/core/main.ts')], {
    env: { ...process.env, TMPDIR: place.temp, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr?.on('data', (text) => (words += text));
  onTestFinished(({ task }) => {
    if (task.result?.state === 'fail') console.log(`the core's log:\n${words.slice(-6_000)}`);
  });
  const told: PartToSupervisor[] = [];
  child.on('message', (message: PartToSupervisor) => told.push(message));
  const limit = (bytes: string) => {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`]);
    expect(status, String(stderr)).toBe(0);
  };
  return { child, told, limit };
}

test.runIf(hasPrlimit)(
  'a core starts on a full disk, tells what is there, and writes once it can',
  {
    timeout: TEST_MS,
  },
  async () => {
    const place = await leftBehind();
    const { child, told, limit } = startCore(place);
    limit(String(FULL_AT_BYTES));
    child.send(initFor(place));
    const ready = await until(
      () => {
        const fatal = told.find((message) => message.t === 'fatal');
        if (fatal !== undefined || child.exitCode !== null) throw new Error(JSON.stringify(fatal ?? child.exitCode));
        return told.find((message) => message.t === 'ready') ?? null;
      },
      { what: 'the core is ready' },
    );
    const desk = new DeskClient(`http://127.0.0.1:${ready.port}`, TOKENS.owner);
    const { epoch, runs, preflight, alarms } = await desk.vitals();
    expect(runs).toMatchObject([{ runId: 'q1:live:1', total: VOTES }]);
    expect(preflight.storage.ok).toBe(false);
    expect(preflight.ledger.ok).toBe(true);
    // Every file is open: none of them is given up for this life.
    expect(alarms.filter(({ code }) => code === 'browser-log')).toEqual([]);
    expect(JSON.stringify(alarms)).not.toContain('are not kept');
    expect((await desk.cue('q1')).intake).toBe('open');
    const extend = () => desk.send({ type: 'poll.extend', target: 'q1', payload: { byMs: 60_000 } });
    expect((await extend()).body).toMatchObject({ status: 'refused', code: 'unavailable' });
    expect((await desk.call('GET', '/api/v1/log')).body.entries.map(({ type }: { type: string }) => type)).toContain(
      'cue.go',
    );
    const nowMs = Date.now();
    expect((await desk.call('GET', `/api/v1/series?fromMs=${nowMs - 60_000}&toMs=${nowMs}`)).status).toBe(200);

    limit('unlimited');
    await until(async () => (await extend()).body.status === 'accepted', { what: 'the disk takes entries again' });
    // Others may read now what the core had to itself.
    await until(async () => (await desk.call('GET', '/api/v1/polls/q1/recount')).status === 200, { what: 'a recount' });
    expect(await desk.recount('q1')).toMatchObject({ total: VOTES, matches: true, chain: 'ok' });
    const shell = new Database(place.files.journal, { readonly: true });
    expect(shell.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).pluck().get()).toBe(epoch);
    shell.close();
    child.send({ t: 'stop' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

test.runIf(hasPrlimit)(
  'a core that is told to stop on a full disk ends in good order',
  { timeout: TEST_MS },
  async () => {
    const place = await leftBehind();
    const { child, told, limit } = startCore(place);
    child.send(initFor(place));
    await until(() => told.some((message) => message.t === 'ready'), { what: 'the core is ready' });
    limit(String(FULL_AT_BYTES));
    child.send({ t: 'stop' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);
