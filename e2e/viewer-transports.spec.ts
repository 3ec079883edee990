/** The viewer page on the real server, over networks that let through less than they should. */
import { fileURLToPath } from 'node:url';
import { type Browser, expect } from '@playwright/test';
import { DeskClient } from './server/testing/desk-client.ts';
import type { Studio } from './testing/control-room.ts';
import { test } from './testing/fixtures.ts';
import { HeadlessServer } from './testing/headless-server.ts';
import { Phone } from './testing/phone.ts';
import { type Manners, ViewerNetwork } from './testing/viewer-network.ts';

const SHOW = fileURLToPath(new URL('../resources/saturday-finale.json', import.meta.url));
const QUESTION = 'Best performance so far?';

/** A live show behind a network of this kind, with one phone on it. */
async function onAir(studio: Studio, phones: Browser, manners: Manners) {
  const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'live']);
  const network = await ViewerNetwork.inFrontOf(server.ready.audienceUrl);
  network.manners = manners;
  const desk = new DeskClient(new URL(server.ready.deskUrl).origin, server.ready.deskToken);
  const phone = await Phone.open(phones, network.url, 'websocket');
  return { server, network, desk, phone };
}

/** Question, vote and receipt, and that they came by the way that is expected. */
async function votes(phone: Phone, desk: DeskClient): Promise<void> {
  await expect(phone.page.getByText('You’re in.')).toBeVisible();
  await desk.air('best-performance');
  await expect(phone.headline(QUESTION)).toBeVisible();
  await phone.vote('The Lanterns');
  await expect(phone.headline('Your vote is in.')).toBeVisible();
}

test('where WebSockets are refused, state, vote and receipt go by event stream; it comes back to a WebSocket by itself', async ({
  studio,
  phones,
}) => {
  const { server, network, desk, phone } = await onAir(studio, phones, { sockets: 'refuse', streams: 'pass' });
  await phone.page.clock.install();
  await phone.page.reload();
  await expect.poll(() => network.open.streams).toBe(1);
  await votes(phone, desk);
  expect(network.open).toEqual({ sockets: 0, streams: 1 });

  network.manners = { sockets: 'pass', streams: 'pass' };
  // The next try is due within a few minutes, whatever was tried before.
  await phone.page.clock.fastForward(250_000);
  await expect.poll(() => network.open).toEqual({ sockets: 1, streams: 0 });
  await desk.command('poll.close', 'best-performance', { confirmed: true });
  await expect(phone.headline('Voting has closed.')).toBeVisible();
  network.close();
  expect(await server.stop()).toBe(0);
});

for (const manners of [
  { sockets: 'refuse', streams: 'refuse' },
  { sockets: 'hang', streams: 'hold' },
] as const) {
  test(`where sockets are answered with "${manners.sockets}" and streams with "${manners.streams}", it polls; and climbs when it can`, async ({
    studio,
    phones,
  }) => {
    const { server, network, desk, phone } = await onAir(studio, phones, manners);
    await phone.page.clock.install();
    await phone.page.reload();
    await expect.poll(() => network.polls, { timeout: 60_000 }).toBeGreaterThan(2);
    await votes(phone, desk);

    network.manners = { sockets: manners.sockets, streams: 'pass' };
    await phone.page.clock.fastForward(250_000);
    await phone.page.clock.fastForward(6_000);
    await expect.poll(() => network.open.streams, { timeout: 60_000 }).toBe(1);
    network.manners = { sockets: 'pass', streams: 'pass' };
    await phone.page.clock.fastForward(250_000);
    await expect.poll(() => network.open.sockets).toBe(1);
    await expect(phone.headline('Your vote is in.')).toBeVisible();
    network.close();
    expect(await server.stop()).toBe(0);
  });
}

test('where sockets are answered 101 and then pass nothing, the question is there within seconds, and the vote is counted', async ({
  studio,
  phones,
}) => {
  const { server, network, desk, phone } = await onAir(studio, phones, { sockets: 'swallow', streams: 'pass' });
  await desk.air('best-performance');
  await phone.page.reload();
  // Three seconds, and a slow machine's own; it was ten.
  await expect(phone.headline(QUESTION)).toBeVisible({ timeout: 7_000 });
  await phone.vote('The Lanterns');
  await expect(phone.headline('Your vote is in.')).toBeVisible();
  expect(network.open).toEqual({ sockets: 0, streams: 1 });
  network.close();
  expect(await server.stop()).toBe(0);
});

test('a stream that is cut comes back without losing what it showed, and a vote sent meanwhile goes out', async ({
  studio,
  phones,
}) => {
  const { server, network, desk, phone } = await onAir(studio, phones, { sockets: 'refuse', streams: 'pass' });
  await expect.poll(() => network.open.streams).toBe(1);
  await desk.air('best-performance');
  await expect(phone.headline(QUESTION)).toBeVisible();
  network.cut();
  await phone.vote('Ada Quist');
  await expect(phone.headline('Your vote is in.')).toBeVisible();
  await expect.poll(() => network.open.streams).toBe(1);
  network.close();
  expect(await server.stop()).toBe(0);
});
