/** Runs a server under strace, casts ballots, and follows them through the trace. See `scripts/trace-fsync.sh`. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { followBallot } from './ballot-trace.mjs';
import { bundledNode, inRoot } from './paths.mjs';

const BALLOTS = 3;
const SHOWN_CHARACTERS = 110;
const CALLS = 'fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg';

/** @param {string} deskUrl @param {string} token @param {string} type */
async function command(deskUrl, token, type) {
  const response = await fetch(`${new URL(deskUrl).origin}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: randomUUID(), type, target: 'q1', clientTimeMs: Date.now() }),
  });
  const answer = await response.json();
  if (answer.status !== 'accepted') throw new Error(`${type}: ${JSON.stringify(answer)}`);
}

/**
 * A new viewer votes; resolves when the receipt is there.
 * @param {string} audienceUrl
 * @param {string} ballotId
 * @returns {Promise<string>} the receipt's status
 */
function vote(audienceUrl, ballotId) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${audienceUrl.replace(/^http/, 'ws')}/v1/ws`);
    socket.onopen = () => socket.send(JSON.stringify({ t: 'hello', token: null }));
    socket.onerror = () => reject(new Error('the viewer lost its connection'));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data));
      if (frame.t === 'welcome') {
        socket.send(JSON.stringify({ t: 'ballot', id: ballotId, pollId: 'q1', round: 1, choice: ['a'] }));
      } else if (frame.t === 'receipt') {
        socket.close();
        resolve(frame.receipt.status);
      }
    };
  });
}

const dir = await mkdtemp(join(tmpdir(), 'tallyroom-trace-'));
const traceFile = join(dir, 'trace');
const show = {
  title: 'Trace',
  cues: [
    {
      id: 'q1',
      kind: 'single',
      text: 'Traced?',
      options: ['a', 'b'].map((id) => ({ id, text: id })),
      durationMs: 60_000,
      graceMs: 500,
    },
  ],
};
await writeFile(join(dir, 'show.json'), JSON.stringify(show));
const server = spawn(
  'strace',
  [
    ...['-f', '-ttt', '-y', '-s', '8192', '-e', `trace=${CALLS}`, '-o', traceFile],
    ...[bundledNode, inRoot('server/supervisor/main.ts'), '--json', '--data', join(dir, 'data')],
    ...['--show', join(dir, 'show.json'), '--mode', 'live', '--edges', '1'],
    ...['--desk-port', '0', '--audience-port', '0', '--audience-host', '127.0.0.1'],
  ],
  { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: dir } },
);
let log = '';
server.stderr.setEncoding('utf8').on('data', (text) => {
  log += text;
});
const ended = new Promise((resolve) => server.on('close', resolve));

try {
  const ready = await new Promise((resolve, reject) => {
    createInterface(server.stdout).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.event === 'ready') resolve(event);
    });
    void ended.then((code) => reject(new Error(`the server ended with code ${code} before it was ready:\n${log}`)));
  });
  const { supervisor, core, edges } = ready.pids;
  const ids = Array.from({ length: BALLOTS }, (_, i) => `traced-${i + 1}-${randomUUID()}`);
  try {
    await command(ready.deskUrl, ready.deskToken, 'cue.arm');
    await command(ready.deskUrl, ready.deskToken, 'cue.go');
    for (const id of ids) {
      const status = await vote(ready.audienceUrl, id);
      if (status !== 'accepted') throw new Error(`the ballot was ${status}`);
    }
  } finally {
    process.kill(supervisor, 'SIGTERM');
    await ended;
  }

  const trace = await readFile(traceFile, 'utf8');
  for (const ballotId of ids) {
    const { steps, holds } = followBallot(trace, { ballotId, corePid: core, edgePid: edges[0] });
    console.log(`ballot ${ballotId}`);
    for (const { what, line, text } of steps) {
      console.log(
        `  ${what.padEnd(40)} ${line === null ? 'NOT FOUND' : `line ${line + 1}: ${text.slice(0, SHOWN_CHARACTERS)}`}`,
      );
    }
    console.log(holds ? '  on disk before it was acknowledged' : '  NOT in this order');
    if (!holds) process.exitCode = 1;
  }
} finally {
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await ended;
  }
  await rm(dir, { recursive: true, force: true });
}
