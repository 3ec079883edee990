import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../clean-up.ts';

/** Where Debian puts it. */
const NGINX = '/usr/sbin/nginx';
const START_MS = 10_000;
const LOOK_MS = 50;

export interface NginxConfiguration {
  /** Lines before everything else, such as modules to load. */
  main: string;
  /** The inside of `http`, for the folder and the port that this one gets. */
  http: (folder: string, port: number) => string;
}

export interface Nginx {
  folder: string;
  /** `http://host:port` */
  url: string;
  port: number;
  /** The processes that serve; there is one worker, others look after a cache. */
  workerPids: () => number[];
  end: () => Promise<void>;
}

/** Why nginx can't be measured here, or null where it can. */
export function nginxIsMissing(): string | null {
  return existsSync(NGINX) ? null : 'nginx is not installed (Debian: apt-get install nginx)';
}

/** nginx with one worker process on the loopback. It may not listen yet: see `untilItAnswers`. */
export async function startNginx({ main, http }: NginxConfiguration): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'tallyroom-nginx-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `
${main}
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/pid;
error_log ${folder}/error.log error;
events { worker_connections 19900; }
http {
  client_body_temp_path ${folder}; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
${http(folder, port)}
}
`,
  );
  const master = spawn(NGINX, ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = new Promise((resolve) => master.on('exit', resolve));
  const end = atEnd(async () => {
    master.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });
  const workerPids = () =>
    readFileSync(`/proc/${master.pid}/task/${master.pid}/children`, 'utf8').trim().split(' ').map(Number);
  return { folder, url: `http://127.0.0.1:${port}`, port, workerPids, end };
}

/** Asks again and again until it works; a worker takes its moment to start. */
export async function untilItAnswers(ask: () => Promise<void>): Promise<void> {
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
