/**
 * What three hours of vitals do to the built Director page: its heap each half hour, and its longest frame at the real pace.
 * Run: `node bench/desk-graphs.ts [hours] [seconds at 4 Hz]` after `npm run build`; a core of its own speaks the desk protocol.
 * The hours are compressed: as many vitals as there are in them (4 a second), a burst a frame, polls opening and closing all
 * the while. The seconds that follow are not.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { Server } from 'socket.io';
import { cueId, SHOW, VITALS } from '../renderer/desk/testing/show-fixture.ts';
import { forecast, PUSH } from '../shared/domain/forecast.ts';
import type { SessionResponse } from '../shared/protocol/commands.ts';
import type { DeskState } from '../shared/protocol/desk-state.ts';
import { type RunId, runIdOf } from '../shared/protocol/ids.ts';
import type { RunSeries, Series } from '../shared/protocol/records.ts';
import type { Vitals } from '../shared/protocol/vitals.ts';

const HOURS = Number(process.argv[2] ?? 3);
const PACED_S = Number(process.argv[3] ?? 60);
const PAGE_DIR = fileURLToPath(new URL('../out/desk/', import.meta.url));
const CHROMIUM = process.env.TALLYROOM_CHROMIUM ?? '/usr/bin/chromium';
const EVERY_MS = 250;
const BURST = 20;
/** A poll is open for four of every five minutes. */
const ROUND_MS = 300_000;
const OPEN_MS = 240_000;
const HALF_HOUR_MS = 1_800_000;
const VOTERS = 61_482;

const startMs = SHOW.serverNowMs;
let nowMs = startMs;
let revision = SHOW.revision;

/** Which airing of cue 7 is on, and since when. */
const roundAt = (atMs: number) => Math.floor((atMs - startMs) / ROUND_MS) + 1;
const openedAt = (round: number) => startMs + (round - 1) * ROUND_MS;
const isOpen = (atMs: number) => atMs < openedAt(roundAt(atMs)) + OPEN_MS;
const runAt = (atMs: number): RunId => runIdOf(cueId(7), 'live', roundAt(atMs));

/** Votes counted by then: the forecast's curve, and a trickle after it, so that the count grows to the end. */
const { curve, stepS } = forecast(VOTERS, PUSH, 0.9);
const grown: number[] = [];
for (const perS of curve) grown.push((grown.at(-1) ?? 0) + perS * stepS);
function votesAt(sinceGoMs: number): number {
  const s = Math.min(sinceGoMs, OPEN_MS) / 1_000;
  const place = Math.min(grown.length - 1, Math.floor(s / stepS));
  return Math.floor((grown[place] ?? 0) + s * 20);
}

function stateNow(): DeskState {
  const round = roundAt(nowMs);
  const cues = SHOW.cues.map((cue) => {
    if (cue.id !== cueId(7)) return cue;
    const opened = openedAt(round);
    const intake = isOpen(nowMs) ? ('open' as const) : ('closed' as const);
    return {
      ...cue,
      intake,
      round,
      runId: runAt(nowMs),
      openedAtMs: opened,
      closesAtMs: opened + OPEN_MS,
      windowMs: OPEN_MS,
    };
  });
  return {
    ...SHOW,
    revision,
    serverNowMs: nowMs,
    cues,
    onAir: { ...SHOW.onAir, poll: isOpen(nowMs) ? cueId(7) : null },
  };
}

function vitalsNow(): Vitals {
  const sinceGoMs = nowMs - openedAt(roundAt(nowMs));
  const total = votesAt(sinceGoMs);
  const perS = total - votesAt(Math.max(0, sinceGoMs - 1_000));
  const counts = [0.4, 0.35, 0.25].map((share) => Math.floor(total * share));
  const options = VITALS.runs[0]?.options ?? [];
  const jitter = Math.round(500 * Math.sin(nowMs / 17_000));
  return {
    ...VITALS,
    serverNowMs: nowMs,
    revision,
    online: VITALS.online + jitter,
    level: nowMs % 1_200_000 < 120_000 ? 1 : 0,
    runs: [
      {
        runId: runAt(nowMs),
        total,
        options: options.map((option, i) => ({
          ...option,
          count: counts[i] ?? 0,
          share: (counts[i] ?? 0) / Math.max(1, total),
        })),
        perS,
        reconciled: true,
      },
    ],
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

const session: SessionResponse = { token: 'bench', roles: ['owner'], actor: 'Mara L.' };

/** The answer of the core to a GET; null where a file is meant. */
function answerTo(path: string): unknown {
  if (path === '/api/v1/session') return session;
  if (path === '/api/v1/vitals') return vitalsNow();
  if (path === '/api/v1/series') {
    return { fromMs: nowMs, toMs: nowMs, stepMs: 1_000, serverNowMs: nowMs, points: [] } satisfies Series;
  }
  if (path.endsWith('/series')) {
    return { runId: runAt(nowMs), stepMs: 1_000, serverNowMs: nowMs, points: [] } satisfies RunSeries;
  }
  return path.startsWith('/api/') ? { entries: [], actions: [] } : null;
}

const http = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const answer = answerTo(path);
  if (answer !== null) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    return;
  }
  const file = path === '/' ? 'index.html' : path.slice(1);
  readFile(join(PAGE_DIR, file)).then(
    (body) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(body),
    () => response.writeHead(404).end(),
  );
});
const io = new Server(http, { path: '/desk', transports: ['websocket'] });
const snapshot = () => ({ revision, serverNowMs: nowMs, state: stateNow() });
io.on('connection', (socket) => {
  socket.emit('snapshot', snapshot());
  socket.on('resync', (ack?: (answer: unknown) => void) => ack?.(snapshot()));
});

/** A quarter of a second goes by. */
function tick(): void {
  const before = { round: roundAt(nowMs), open: isOpen(nowMs) };
  nowMs += EVERY_MS;
  if (before.round !== roundAt(nowMs) || before.open !== isOpen(nowMs)) {
    revision += 1;
    io.emit('snapshot', snapshot());
  }
  io.emit('vitals', vitalsNow());
}

const frame = (page: Page) => page.evaluate('new Promise((done) => requestAnimationFrame(() => done()))');

const mb = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Counts, from now on, gaps between frames and tasks over 50 ms, in the page. */
const WATCH = `(() => {
  const seen = (window.benchSeen = { gap: 0, gaps: 0, frames: 0, task: 0, tasks: 0 });
  let last = performance.now();
  const step = (now) => {
    if (seen.frames > 0) { seen.gap = Math.max(seen.gap, now - last); if (now - last > 50) seen.gaps += 1; }
    last = now;
    seen.frames += 1;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) { seen.tasks += 1; seen.task = Math.max(seen.task, duration); }
  }).observe({ type: 'longtask' });
})()`;

const temp = mkdtempSync(join(tmpdir(), 'tallyroom-bench-'));
await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  env: { ...(process.env as Record<string, string>), TMPDIR: temp },
});
try {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`http://127.0.0.1:${(http.address() as AddressInfo).port}/#code=bench`);
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  await page.keyboard.press('F2');
  await page.getByRole('heading', { name: 'Director' }).waitFor({ state: 'attached' });
  const devtools = await page.context().newCDPSession(page);
  const heap = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize;
  };

  const all = Math.round((HOURS * 3_600_000) / EVERY_MS);
  const load = loadavg().map((n) => n.toFixed(1));
  say(`heap after 0:00 h      ${mb(await heap())}`);
  const beganMs = performance.now();
  for (let sent = 0; sent < all; ) {
    for (let i = 0; i < BURST && sent < all; i++, sent++) tick();
    await frame(page);
    const goneMs = nowMs - startMs;
    if (goneMs % HALF_HOUR_MS < BURST * EVERY_MS) {
      say(
        `heap after ${Math.floor(goneMs / 3_600_000)}:${goneMs % 3_600_000 < HALF_HOUR_MS ? '00' : '30'} h      ${mb(await heap())}`,
      );
    }
  }
  const tookS = (performance.now() - beganMs) / 1_000;
  // Into the middle of a poll, where the chart has most to draw.
  while (!isOpen(nowMs) || nowMs - openedAt(roundAt(nowMs)) < OPEN_MS / 2) {
    for (let i = 0; i < BURST; i++) tick();
    await frame(page);
  }
  const curves = await page.locator('figure[aria-label^="Votes per second"] svg').count();

  await page.evaluate(WATCH);
  const pacer = setInterval(tick, EVERY_MS);
  await new Promise((done) => setTimeout(done, PACED_S * 1_000));
  clearInterval(pacer);
  const seen = (await page.evaluate('window.benchSeen')) as Record<
    'gap' | 'gaps' | 'frames' | 'task' | 'tasks',
    number
  >;
  say(`heap at the end        ${mb(await heap())}, after ${PACED_S} s more at 4 Hz`);
  say(`vitals                 ${all} in ${tookS.toFixed(0)} s, ${BURST} a frame; curve drawn: ${curves > 0}`);
  say(
    `frames at 4 Hz, ${PACED_S} s   ${seen.frames}, longest gap ${seen.gap.toFixed(1)} ms, ${seen.gaps} over 50 ms; tasks over 50 ms: ${seen.tasks}, longest ${seen.task.toFixed(0)} ms`,
  );
  say(`page errors            ${faults.length === 0 ? 'none' : faults.join('; ')}`);
  say(
    `conditions             ${browser.browserType().name()} ${browser.version()} without GPU, 1920 × 1080, Node ${process.version}, ${process.platform}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, load before ${load.join(' ')}, after ${loadavg()
      .map((n) => n.toFixed(1))
      .join(' ')}`,
  );
} finally {
  await browser.close();
  await io.close();
  rmSync(temp, { recursive: true, force: true });
}
