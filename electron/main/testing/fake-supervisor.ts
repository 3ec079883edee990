/**
 * A supervisor that has no parts: run file, `ready` line, control socket. Run as a real child process.
 * `--data DIR`, and for the cases: `--fail SENTENCE` (says it and ends), `--deaf` (ignores `stop` and SIGTERM).
 */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lineSplitter } from '../../../server/process/line-splitter.ts';
import type { ControlReply, ControlRequest, ReadyEvent, RunFile } from '../../../shared/protocol/process.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.' },
    fail: { type: 'string' },
    deaf: { type: 'boolean', default: false },
    'desk-url': { type: 'string', default: 'http://127.0.0.1:4310' },
  },
  strict: false,
  allowPositionals: true,
});
const dataDir = String(values.data);
if (values.fail !== undefined) {
  process.stderr.write(`{"level":50,"msg":${JSON.stringify(values.fail)}}\n`);
  process.exit(1);
}

const run: RunFile = {
  version: 1,
  pid: process.pid,
  startedAtMs: Date.now(),
  controlPath: process.platform === 'win32' ? `\\\\.\\pipe\\tallyroom-${process.pid}` : join(dataDir, 'control.sock'),
  controlToken: randomBytes(16).toString('hex'),
  deskUrl: String(values['desk-url']),
  audienceUrl: 'http://127.0.0.1:4320',
  publicUrl: null,
};
const ready: ReadyEvent = {
  event: 'ready',
  deskUrl: `${run.deskUrl}#code=first`,
  deskToken: 'owner',
  deskTokens: { owner: 'owner', producer: 'p', director: 'd', operator: 'o', verifier: 'v' },
  audienceUrl: run.audienceUrl,
  rehearsalCode: 'r',
  pids: { supervisor: process.pid, core: 0, edges: [] },
  edgesWhy: '1 edge holds 18,000 viewers',
};
let codes = 0;

function end(code: number): void {
  rmSync(join(dataDir, 'control.sock'), { force: true });
  rmSync(join(dataDir, 'run.json'), { force: true });
  process.exit(code);
}

function serve(socket: Socket): void {
  const say = (reply: ControlReply) => socket.write(`${JSON.stringify(reply)}\n`);
  let welcomed = false;
  socket.on('error', () => {});
  const onLine = lineSplitter(10_000, (line) => {
    const request: ControlRequest = JSON.parse(line);
    if (request.t === 'hello') {
      welcomed = request.token === run.controlToken;
      if (welcomed) say({ t: 'welcome', ready });
      else {
        say({ t: 'refused', message: 'The token is not the one of this server.' });
        socket.end();
      }
    } else if (!welcomed) socket.end();
    else if (request.t === 'code') say({ t: 'code', ref: request.ref, code: `code-${++codes}` });
    else if (request.t === 'status') say({ t: 'status', ref: request.ref, ready });
    else if (!values.deaf) end(0);
  });
  socket.setEncoding('utf8').on('data', onLine);
}

process.on('SIGTERM', () => {
  if (!values.deaf) end(0);
});
// Left by one that was killed on the same folder.
rmSync(run.controlPath, { force: true });
createServer(serve).listen(run.controlPath, () => {
  writeFileSync(join(dataDir, 'run.json'), JSON.stringify(run), { mode: 0o600 });
  process.stdout.write(`${JSON.stringify(ready)}\n`);
});
// A test that is killed leaves nothing behind for long.
setTimeout(() => end(3), 120_000);
