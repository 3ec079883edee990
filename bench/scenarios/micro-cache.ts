/** The same polls at nginx with a cache in front of the edge, configured as `docs/behind-a-cache.md` says, while the state changes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeskClient } from '../../e2e/server/testing/desk-client.ts';
import type { FaultBook } from '../audience/fault-book.ts';
import { hammer } from '../audience/hammer.ts';
import { Histogram } from '../audience/histogram.ts';
import type { House } from '../house.ts';
import { nginxIsMissing, startNginx, untilItAnswers } from '../peers/nginx.ts';
import { cpuS, totalOf } from '../process-usage.ts';
import { atMost, type Figure } from '../report/result.ts';

const LOOK_MS = 20;
const CHANGE_MS = 700;

/** `map` and `log_format` only count what the edge was asked; the rest is the documented configuration. */
function microCache(originPort: number): (folder: string, port: number) => string {
  return (folder, port) => `
  map $upstream_status $asked { "" 0; default 1; }
  log_format asked "$msec $upstream_cache_status $upstream_status";
  proxy_cache_path ${folder}/cache levels=1 keys_zone=tallyroom:1m max_size=10m use_temp_path=off;
  upstream tallyroom { server 127.0.0.1:${originPort}; keepalive 8; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    keepalive_requests 1000000;
    location = /v1/state {
      access_log ${folder}/asked.log asked if=$asked;
      proxy_pass http://tallyroom;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache tallyroom;
      proxy_cache_lock on;
      proxy_cache_revalidate on;
      proxy_cache_use_stale updating error timeout http_502 http_503 http_504;
    }
  }
`;
}

interface Sight {
  atMs: number;
  version: string;
}

/** What somebody sees who looks all the time, until told to stop: each version, and when it was seen first and last. */
function look(url: string): () => Promise<Sight[]> {
  const sights: Sight[] = [];
  let isOver = false;
  const ended = (async () => {
    while (!isOver) {
      const answer = await fetch(url);
      await answer.arrayBuffer();
      sights.push({ atMs: performance.now(), version: answer.headers.get('etag') ?? '' });
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  return async () => {
    isOver = true;
    await ended;
    return sights;
  };
}

/** Pauses and resumes the poll on air again and again. */
function change(desk: DeskClient): () => Promise<number> {
  let changes = 0;
  let isOver = false;
  const ended = (async () => {
    for (; !isOver || changes % 2 === 1; changes++) {
      if (changes % 2 === 0) await desk.command('poll.pause', 'q1', { reason: 'a new state' });
      else await desk.command('poll.resume', 'q1');
      await new Promise((resolve) => setTimeout(resolve, CHANGE_MS));
    }
  })();
  return async () => {
    isOver = true;
    await ended;
    return changes;
  };
}

/** How long after the edge had something newer a state was still seen behind the cache, ms. */
function outdatedMs(atOrigin: readonly Sight[], behindCache: readonly Sight[]): number[] {
  const versions = [...new Set(atOrigin.map(({ version }) => version))];
  const replacedAtMs = new Map(
    versions.map((version, i) => [version, atOrigin.find((sight) => sight.version === versions[i + 1])?.atMs]),
  );
  return behindCache.flatMap(({ version, atMs }) => {
    const replaced = replacedAtMs.get(version);
    return replaced === undefined ? [] : [Math.max(0, atMs - replaced)];
  });
}

export interface CachedFindings {
  figures: Figure[];
  skipped: string[];
  raw: Record<string, unknown>;
}

export async function behindMicroCache(
  { server, desk, edgeCpuS }: House,
  { connections, forMs }: { connections: number; forMs: number },
  faults: FaultBook,
): Promise<CachedFindings> {
  const missing = nginxIsMissing();
  if (missing !== null) return { figures: [], skipped: [`behind a cache: ${missing}`], raw: {} };
  const origin = new URL(server.audienceUrl);
  const nginx = await startNginx({ main: '', http: microCache(Number(origin.port)) });
  try {
    const url = `${nginx.url}/v1/state`;
    await untilItAnswers(async () => {
      await (await fetch(url)).arrayBuffer();
    });
    const log = join(nginx.folder, 'asked.log');
    const asked = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []);
    const askedBefore = asked().length;
    const workers = nginx.workerPids();
    const cpuBefore = { nginx: totalOf(workers, cpuS), edge: edgeCpuS() };
    const endChanges = change(desk);
    const endAtOrigin = look(`${server.audienceUrl}/v1/state`);
    const endBehindCache = look(url);
    const at = { host: '127.0.0.1', port: nginx.port, connections, isConditional: false };
    const word = await hammer({ ...at, forMs });
    const cpu = { nginx: totalOf(workers, cpuS) - cpuBefore.nginx, edge: edgeCpuS() - cpuBefore.edge };
    const origins = asked().slice(askedBefore);
    const [behindCache, atOrigin, changes] = [await endBehindCache(), await endAtOrigin(), await endChanges()];
    faults.add(word.faults);
    const count = Object.values(word.answers).reduce((a, b) => a + b, 0);
    const histogram = new Histogram();
    histogram.add(word.latencies);
    const tookS = forMs / 1_000;
    const outdated = outdatedMs(atOrigin, behindCache).toSorted((a, b) => a - b);
    const figure = (what: string, value: number, unit: string): Figure => ({
      what: `behind nginx: ${what}`,
      value,
      unit,
      target: null,
    });
    return {
      figures: [
        figure('answers per second', count / tookS, '/s'),
        { ...figure('answers of the edge', origins.length / tookS, '/s'), target: atMost('P7', 2) },
        figure('changes of the state', changes / tookS, '/s'),
        figure('a state was seen after it had been replaced, longest', outdated.at(-1) ?? Number.NaN, 'ms'),
        figure('CPU of nginx', (cpu.nginx / tookS) * 100, '% of a core'),
        figure('CPU of the edge', (cpu.edge / tookS) * 100, '% of a core'),
        figure('CPU of the process that asks', (word.cpuS / tookS) * 100, '% of a core'),
        figure('p99', histogram.quantileMs(0.99), 'ms'),
      ],
      skipped: [],
      raw: { origins, atOrigin, behindCache, answers: word.answers },
    };
  } finally {
    await nginx.end();
  }
}
