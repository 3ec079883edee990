import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../clean-up.ts';
import { peerState } from './peer-state.ts';
import type { Subject } from './subject.ts';

/** Where Debian puts them. */
const NGINX = '/usr/sbin/nginx';
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const START_MS = 10_000;
const LOOK_MS = 50;

/** Why nchan can't be measured here, or null where it can. */
export function nchanIsMissing(): string | null {
  if (existsSync(NGINX) && existsSync(MODULE)) return null;
  return 'nchan is not installed (Debian: apt-get install nginx libnginx-mod-nchan)';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function configuration(folder: string, port: number): string {
  return `
load_module ${MODULE};
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/pid;
error_log ${folder}/error.log error;
events { worker_connections 19900; }
http {
  access_log off;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  nchan_shared_memory_size 256M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /sub { nchan_subscriber websocket; nchan_channel_id show; nchan_subscriber_first_message -1; nchan_websocket_ping_interval 20; }
    location = /pub { nchan_publisher http; nchan_channel_id show; nchan_message_buffer_length 1; nchan_message_timeout 1h; }
  }
}
`;
}

/** nginx with one worker process and the nchan module: the measure of what C can do. It only publishes. */
export async function startNchanPeer(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'tallyroom-nchan-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port));
  const master = spawn(NGINX, ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = new Promise((resolve) => master.on('exit', resolve));
  const end = atEnd(async () => {
    master.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  const openedAtMs = Date.now();
  let rev = 0;
  const publish = async () => {
    rev += 1;
    const answer = await fetch(`${url}/pub`, { method: 'POST', body: peerState(rev, openedAtMs) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`nchan did not publish: ${answer.status}`);
  };
  await untilItAnswers(publish);
  const children = readFileSync(`/proc/${master.pid}/task/${master.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  const pid = children[0] ?? 0;
  return {
    name: 'nchan',
    tongue: 'nchan',
    url,
    pid,
    ballotPids: [],
    takesBallots: false,
    publish,
    end,
  };
}

async function untilItAnswers(ask: () => Promise<void>): Promise<void> {
  for (const startMs = performance.now(); ; ) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() - startMs > START_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
