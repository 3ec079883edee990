/** The same polls at nginx with a cache in front of the edge, configured as `docs/behind-a-cache.md` says, while the state changes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeskClient } from '../../e2e/server/testing/desk-client.ts';
import type { FaultBook } from '../audience/fault-book.ts';
import { hammer } from '../audience/hammer.ts';
import { Histogram } from '../audience/histogram.ts';
import type { House } from '../house.ts';
import { nginxIsMissing, startNginx, untilItAnswers } from '../peers/nginx.ts';
import { cpuS, totalOf } from '../process-usage.ts';
import { atMost, type Figure } from '../report/result.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/behind-a-cache.md', import.meta.url));
const LOG = 'asked.log';
const LOOK_MS = 20;
const CHANGE_MS = 700;
/** The two seconds that nginx makes of one, and a busy moment of the edge that it asks. */
const MOST_OUTDATED_MS = 2_500;

/** What the page is an example of, as it stands there, and what it is here. */
const PLACES = {
  cache: '/var/cache/nginx/tallyroom',
  origin: '127.0.0.1:4320',
  listen: 'listen 80;',
};

/** The documented configuration, and a line in a log for every time the edge was asked. */
function microCache(origin: string): (folder: string, port: number) => string {
  const documented = /```nginx\n(.*?)```/s.exec(readFileSync(DOCUMENT, 'utf8'))?.[1] ?? '';
  for (const place of Object.values(PLACES)) {
    if (!documented.includes(place)) throw new Error(`${place} is not in the documented configuration`);
  }
  return (folder, port) => `
  map $upstream_status $is_asked { "" 0; default 1; }
  log_format asked "$uri $msec $upstream_cache_status $upstream_status";
  access_log ${folder}/${LOG} asked if=$is_asked;
  keepalive_requests 1000000;
  ${documented
    .replace(PLACES.cache, `${folder}/cache`)
    .replace(PLACES.origin, origin)
    .replace(PLACES.listen, `listen 127.0.0.1:${port} backlog=4096;`)}
`;
}

interface Sight {
  askedAtMs: number;
  atMs: number;
  version: string;
}

/** What somebody sees who looks all the time, until told to stop. */
function look(url: string): () => Promise<Sight[]> {
  const sights: Sight[] = [];
  let isOver = false;
  const ended = (async () => {
    while (!isOver) {
      const askedAtMs = performance.now();
      const answer = await fetch(url);
      await answer.arrayBuffer();
      sights.push({ askedAtMs, atMs: performance.now(), version: answer.headers.get('etag') ?? '' });
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

/** How long after the edge had answered with something newer a state was still got from the cache, ms. */
function outdatedMs(atOrigin: readonly Sight[], behindCache: readonly Sight[]): number[] {
  const versions = [...new Set(atOrigin.map(({ version }) => version))];
  const replacedAtMs = new Map(
    versions.map((version, i) => [version, atOrigin.find((sight) => sight.version === versions[i + 1])?.atMs]),
  );
  return behindCache.flatMap(({ version, askedAtMs }) => {
    const replaced = replacedAtMs.get(version);
    return replaced === undefined ? [] : [Math.max(0, askedAtMs - replaced)];
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
  const nginx = await startNginx({ main: '', http: microCache(new URL(server.audienceUrl).host) });
  try {
    const url = `${nginx.url}/v1/state`;
    await untilItAnswers(async () => {
      await (await fetch(url)).arrayBuffer();
    });
    const log = join(nginx.folder, LOG);
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
    const outdated = Math.max(0, ...outdatedMs(atOrigin, behindCache));
    if (outdated > MOST_OUTDATED_MS) faults.note('old-state-from-cache', `${outdated} ms after it had been replaced`);
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
        figure('a state was seen after it had been replaced, longest', outdated, 'ms'),
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
