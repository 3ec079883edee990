/** Another show on the address of the one before: whoever holds a page, a cached answer or a stream of it goes over by themselves. */
import { cpSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { OptionId } from '../../shared/protocol/ids.ts';
import { audienceCall } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { until } from './testing/until.ts';
import { ViewerPage } from './testing/viewer-page.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const OVER_MS = 5_000;
const times = { durationMs: 600_000, graceMs: 500 };
const TRANSPORTS = ['ws', 'sse', 'poll'] as const;

const portOf = (url: string) => new URL(url).port;
const titleOf = (body: unknown) => (body as { title?: string }).title;

/** The state that a cache would give, asked for with what it holds. */
async function polled(server: Server, etag: string | null) {
  const headers = etag === null ? {} : { 'if-none-match': etag };
  return audienceCall(`${server.audienceUrl}/v1/state`, { headers });
}

test('pages on a WebSocket, a stream and polling show the new show within 5 s of its being ready, and forget the old receipts', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const old = await startServer({ place, show: place.show([poll('q1', times)]), mode: 'live', edges: 1 });
  const { audienceUrl } = old;
  await old.desk().air('q1');
  const pages = TRANSPORTS.map((transport) => new ViewerPage(audienceUrl, transport));
  await until(() => pages.every(({ moment }) => moment === 'question'), { what: 'all three pages show the poll' });
  for (const { session } of pages) {
    session.choose('a' as OptionId);
    session.cast();
  }
  await until(() => pages.every(({ moment }) => moment === 'accepted'), { what: 'all three have their receipts' });
  const tokens = pages.map(({ token }) => token);
  const socket = await WsViewer.arrive({ audienceUrl, comesBack: true });
  const stream = await SseViewer.open(audienceUrl);
  await until(() => stream.events.length > 0, { what: 'the stream has begun' });
  const cached = await polled(old, null);
  const etag = cached.headers.get('etag');
  expect((await polled(old, etag)).status).toBe(304);
  expect(await old.stop()).toBe(0);

  const show = place.show([poll('q1', times)], { title: 'Another show' });
  const args = ['--new-show', '--audience-port', portOf(audienceUrl)];
  const next = await startServer({ place, show, mode: 'live', edges: 1, args });
  expect(next.audienceUrl).toBe(audienceUrl);
  const lastEventId = stream.events.at(-1)?.id ?? null;
  const later = await SseViewer.open(audienceUrl, { lastEventId });
  await until(() => pages.every(({ state }) => state?.title === 'Another show'), {
    what: 'all three pages show the new show',
    withinMs: OVER_MS,
  });
  const asked = await polled(next, etag);
  expect([asked.status, titleOf(asked.body)]).toEqual([200, 'Another show']);
  await until(() => socket.state?.title === 'Another show', { what: 'the socket that came back shows it' });
  await until(() => titleOf(later.events.at(-1)?.data) === 'Another show', {
    what: 'the stream that went on shows it',
  });
  const [before, after] = [
    cached.body as { epoch: number; show: string },
    asked.body as { epoch: number; show: string },
  ];
  expect(after.epoch).toBeGreaterThan(before.epoch);
  expect(after.show).not.toBe(before.show);

  // The same poll under the same name, and no receipt of the old one stands on it: everybody votes, as who they were.
  await next.desk().air('q1');
  await until(() => pages.every(({ moment }) => moment === 'question'), { what: 'all three pages ask anew' });
  for (const { session } of pages) {
    session.choose('b' as OptionId);
    session.cast();
  }
  await until(() => pages.every(({ moment }) => moment === 'accepted'), { what: 'all three have new receipts' });
  expect(pages.map(({ token }) => token)).toEqual(tokens.map(() => expect.any(String)));
  await next.desk().command('poll.close', 'q1', { confirmed: true });
  await next.desk().waitForIntake('q1', 'verified');
  expect(await next.desk().recount('q1')).toMatchObject({
    total: 3,
    options: expect.arrayContaining([{ id: 'b', count: 3 }]),
  });
  expect(await next.stop()).toBe(0);
});

test('a copy of the folder that is started beside it has another epoch', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const copy = new Place();
  const first = await startServer({ place, show: place.show([poll('q1', times)]), mode: 'live', edges: 1 });
  expect(await first.stop()).toBe(0);
  cpSync(place.data, copy.data, { recursive: true });
  const original = await startServer({ place, show: null, mode: null, edges: 1 });
  const beside = await startServer({ place: copy, show: null, mode: null, edges: 1 });
  const [one, other] = await Promise.all([polled(original, null), polled(beside, null)]);
  expect((one.body as { epoch: number }).epoch).not.toBe((other.body as { epoch: number }).epoch);
  expect(one.headers.get('etag')).not.toBe(other.headers.get('etag'));
  expect(await original.stop()).toBe(0);
  expect(await beside.stop()).toBe(0);
});
