import { existsSync } from 'node:fs';
import { nginxIsMissing, startNginx, untilItAnswers } from './nginx.ts';
import { peerState } from './peer-state.ts';
import type { Subject } from './subject.ts';

/** Where Debian puts it. */
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';

/** Why nchan can't be measured here, or null where it can. */
export function nchanIsMissing(): string | null {
  if (nginxIsMissing() === null && existsSync(MODULE)) return null;
  return 'nchan is not installed (Debian: apt-get install nginx libnginx-mod-nchan)';
}

function channel(_folder: string, port: number): string {
  return `
  access_log off;
  nchan_shared_memory_size 256M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /sub { nchan_subscriber websocket; nchan_channel_id show; nchan_subscriber_first_message -1; nchan_websocket_ping_interval 20; }
    location = /pub { nchan_publisher http; nchan_channel_id show; nchan_message_buffer_length 1; nchan_message_timeout 1h; }
  }
`;
}

/** nginx with one worker process and the nchan module: the measure of what C can do. It only publishes. */
export async function startNchanPeer(): Promise<Subject> {
  const { url, workerPids, end } = await startNginx({ main: `load_module ${MODULE};`, http: channel });
  const openedAtMs = Date.now();
  let rev = 0;
  const publish = async () => {
    rev += 1;
    const answer = await fetch(`${url}/pub`, { method: 'POST', body: peerState(rev, openedAtMs) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`nchan did not publish: ${answer.status}`);
  };
  await untilItAnswers(publish);
  return {
    name: 'nchan',
    tongue: 'nchan',
    url,
    pid: workerPids()[0] ?? 0,
    ballotPids: [],
    takesBallots: false,
    publish,
    end,
  };
}
