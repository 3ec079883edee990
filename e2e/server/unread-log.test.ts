/** Whoever reads the log stands still: a supervisor that is stopped, a terminal that takes nothing. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RunFile } from '../../shared/protocol/process.ts';
import { newBallot, wireBallot } from './testing/ballots.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { isAlive, killIfAlive } from './testing/processes.ts';
import { NODE, PROJECT, type Server, SUPERVISOR, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

/** A pipe between processes holds a few hundred lines. */
const LINES = 2_000;

const cues = [poll('q1', { durationMs: 120_000, graceMs: 500 })];

/** Each desk that comes is a line of the core's log. */
async function floodLog({ deskUrl, token }: { deskUrl: string; token: string }): Promise<void> {
  for (let n = 0; n < LINES / 20; n++) {
    const come = () => DeskSocket.open({ deskUrl, token });
    for (const { socket } of await Promise.all(Array.from({ length: 20 }, come))) socket.close();
  }
}

async function expectVotesTaken(audienceUrl: string): Promise<void> {
  for (let n = 0; n < 10; n++) {
    const viewer = await HttpViewer.arrive({ audienceUrl });
    const { body } = await viewer.post(wireBallot(newBallot('q1', ['a'])));
    expect(body).toMatchObject({ receipt: { status: 'accepted' } });
  }
}
test('a supervisor that stands still while the log is flooded stops neither votes nor desks', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const server: Server = await startServer({ place, show: place.show(cues), mode: 'live', edges: 1 });
  const desk = server.desk();
  await desk.air('q1');
  const supervisor = server.pidOf('supervisor');
  process.kill(supervisor, 'SIGSTOP');
  try {
    await floodLog({ deskUrl: server.deskUrl, token: server.ready.deskToken });
    await expectVotesTaken(server.audienceUrl);
    await desk.command('poll.close', 'q1', { confirmed: true });
    await desk.waitForIntake('q1', 'verified');
  } finally {
    process.kill(supervisor, 'SIGCONT');
  }
  expect((await desk.recount('q1')).total).toBe(10);
  expect(server.events.filter(({ event }) => event === 'restarted')).toEqual([]);
  expect(await server.stop()).toBe(0);
});

const hasPty = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

test.skipIf(!hasPty)('a terminal that takes nothing stops no part', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const flags = ['--data', place.data, '--show', place.show(cues), '--mode', 'live', '--log-level', 'info'];
  const ports = ['--desk-port', '0', '--audience-port', '0', '--audience-host', '127.0.0.1', '--edges', '1'];
  const command = [NODE, join(PROJECT, SUPERVISOR), ...flags, ...ports].map((word) => `'${word}'`).join(' ');
  const terminal: ChildProcess = spawn('script', ['-qfc', `exec ${command}`, '/dev/null'], {
    cwd: PROJECT,
    env: { ...process.env, TMPDIR: place.temp, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    for (const pid of place.processes()) killIfAlive(pid, 'SIGKILL');
    terminal.kill('SIGKILL');
  });
  let shown = '';
  terminal.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const code = await until(() => /#code=([\w-]+)/.exec(shown)?.[1] ?? null, { what: 'the code', withinMs: 60_000 });
  const path = join(place.data, 'run.json');
  await until(() => existsSync(path), { what: 'the run file' });
  const { deskUrl, audienceUrl, pid } = RunFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  const { token } = await fetch(`${deskUrl}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  }).then((answer) => answer.json() as Promise<{ token: string }>);
  const desk = await DeskSocket.open({ deskUrl, token });
  // Nobody reads what the terminal shows any more, as after Ctrl+S.
  terminal.stdout?.pause();
  process.kill(terminal.pid ?? 0, 'SIGSTOP');
  for (const type of ['cue.arm', 'cue.go'])
    expect(await desk.send({ type, target: 'q1' })).toMatchObject({ status: 'accepted' });
  await floodLog({ deskUrl, token });
  await expectVotesTaken(audienceUrl);
  // A supervisor that waits for the terminal would not look after its parts either.
  const core = place.processes().find((one) => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes('core/main'));
  killIfAlive(core ?? 0, 'SIGKILL');
  await until(() => DeskSocket.open({ deskUrl, token }).catch(() => null), {
    what: 'the next core takes desks',
    withinMs: 30_000,
  });
  process.kill(pid, 'SIGTERM');
  await until(() => !isAlive(pid), { what: 'it has stopped', withinMs: 30_000 });
});
