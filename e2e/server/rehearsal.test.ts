/** A rehearsal can't leak: without its code there is nothing to see and nothing to vote on. */
import { expect, test } from 'vitest';
import type { PublicState } from '../../shared/protocol/audience.ts';
import { fileServer } from './testing/file-server.ts';
import { audienceCall, HttpViewer } from './testing/http-viewer.ts';
import { expectReceipt } from './testing/outcomes.ts';
import { Place } from './testing/place.ts';
import { startServer } from './testing/server.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, TRANSPORTS, voterOn } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const here = fileServer({ mode: 'rehearsal', edges: 2 });
const ballotFor = (pollId: string, choice = ['a']) => ({ id: newBallotId(), pollId, round: 1, choice });
const bareLive = (state: PublicState) => {
  expect(state.mode).toBe('live');
  expect(Object.keys(state).sort()).toEqual(['epoch', 'hints', 'mode', 'rev', 'show', 'title', 'v']);
};

async function toMode(mode: 'live' | 'rehearsal'): Promise<void> {
  const { show } = await here.server.desk().state();
  if (show.mode === mode) return;
  await here.stage.freeLanes();
  await until(async () => (await here.server.desk().state()).cues.every(({ intake }) => intake !== 'closing'), {
    what: 'nothing is closing',
  });
  await here.server.desk().command('show.mode', null, { mode });
}

test('without the code a poll of the rehearsal can’t be seen on any transport', async () => {
  await toMode('rehearsal');
  const { audienceUrl } = here.server;
  const [joined, socket, events] = [
    await HttpViewer.join(audienceUrl, {}),
    await WsViewer.arrive({ audienceUrl }),
    await SseViewer.open(audienceUrl),
  ];
  const { id } = await here.stage.air(newPoll({ text: 'A secret question', live: { audience: 'counts' } }));
  await here.server.desk().command('poll.pause', id, { reason: 'to make states' });
  await here.server.desk().command('poll.resume', id);
  const inside = await WsViewer.arrive({ audienceUrl, code: here.server.ready.rehearsalCode });
  expect(inside.state).toMatchObject({ mode: 'rehearsal', poll: { id, intake: 'open' } });
  const state = await audienceCall(`${audienceUrl}/v1/state`);
  const late = await WsViewer.arrive({ audienceUrl });
  await until(() => events.events.length > 0, { what: 'an event' });
  const seen: PublicState[] = [
    ...[joined.body.state, state.body, (await HttpViewer.join(audienceUrl, {})).body.state],
    ...socket.states(),
    ...late.states(),
    ...events.events.map(({ data }) => data),
  ];
  for (const one of seen) bareLive(one);
  expect(JSON.stringify(seen)).not.toContain('secret');
  const page = await audienceCall(`${audienceUrl}/`);
  expect(JSON.stringify(page.body)).not.toMatch(/secret|REHEARSAL/);
});

test('with the code it can be seen on each, and nobody keeps those answers', async () => {
  await toMode('rehearsal');
  const { audienceUrl, ready } = here.server;
  const code = ready.rehearsalCode;
  expect(code).toMatch(/^\S{6,64}$/);
  const { id } = await here.stage.air(newPoll());
  const state = await audienceCall(`${audienceUrl}/v1/state?code=${code}`);
  expect(state.body).toMatchObject({ mode: 'rehearsal', poll: { id, intake: 'open' } });
  expect(state.headers.get('cache-control')).toContain('no-store');
  expect(state.headers.get('cache-control')).not.toContain('public');
  const events = await SseViewer.open(audienceUrl, { code });
  expect(events.headers.get('cache-control')).toContain('no-store');
  await until(() => events.events.at(-1)?.data.poll?.id === id, { what: 'the poll as an event' });
  expect((await HttpViewer.join(audienceUrl, { code })).body.state).toMatchObject({ mode: 'rehearsal', poll: { id } });
  expect((await WsViewer.arrive({ audienceUrl, code })).state).toMatchObject({ mode: 'rehearsal', poll: { id } });
});

test('a wrong code is refused on each', async () => {
  const { audienceUrl } = here.server;
  const code = 'WRONGONE';
  const badCode = { error: { code: 'bad-code', message: expect.any(String) } };
  for (const path of ['/v1/state', '/v1/events']) {
    const answer = await audienceCall(`${audienceUrl}${path}?code=${code}`);
    expect(answer.status).toBe(403);
    expect(answer.body).toStrictEqual(badCode);
    expect(answer.headers.get('cache-control')).toContain('no-store');
  }
  const joined = await HttpViewer.join(audienceUrl, { code });
  expect(joined.status).toBe(403);
  expect(joined.body).toStrictEqual(badCode);
  const viewer = new WsViewer({ audienceUrl, code });
  await expect(viewer.connect()).rejects.toThrow();
  expect(viewer.framesOf('welcome')).toEqual([]);
  expect(viewer.framesOf('error')[0]).toMatchObject({ code: 'bad-code' });
});

test.for(TRANSPORTS)('over %s a ballot counts with the code, and is not eligible without', async (transport) => {
  await toMode('rehearsal');
  const { audienceUrl, ready } = here.server;
  const { id } = await here.stage.air(newPoll());
  const outsider = await voterOn(transport, { audienceUrl });
  const outside = ballotFor(id);
  expectReceipt(await outsider.cast(outside), 'not-eligible', outside);
  const insider = await voterOn(transport, { audienceUrl, code: ready.rehearsalCode });
  const inside = ballotFor(id);
  expectReceipt(await insider.cast(inside), 'accepted', inside);
  expect(insider.voterId).not.toBe(outsider.voterId);
  expect(await here.server.desk().recount(id)).toMatchObject({ total: 1, classes: { counted: 1, duplicate: 0 } });
});

test('a token of the show opens no rehearsal; with the code its voter gets one that does', async () => {
  await toMode('rehearsal');
  const { audienceUrl, ready } = here.server;
  const { id } = await here.stage.air(newPoll());
  const outsider = await HttpViewer.arrive({ audienceUrl });
  const again = await WsViewer.arrive({ audienceUrl, token: outsider.token });
  for (const state of again.states()) bareLive(state);
  bareLive((await HttpViewer.join(audienceUrl, { token: outsider.token })).body.state);
  const insider = await HttpViewer.arrive({ audienceUrl, token: outsider.token, code: ready.rehearsalCode });
  expect(insider.token).not.toBe(outsider.token);
  const ballot = ballotFor(id);
  expect((await insider.post(ballot)).body.receipt).toMatchObject({ status: 'accepted' });
  // The same person with the token of before is still outside.
  const stray = ballotFor(id);
  expect((await outsider.post(stray)).body.receipt).toMatchObject({ status: 'not-eligible' });
});

test('each mode has its own run, ledger and viewers, and takes them up again', async () => {
  await toMode('rehearsal');
  const desk = here.server.desk();
  const { audienceUrl, ready } = here.server;
  const code = ready.rehearsalCode;
  const { id } = await here.stage.air(newPoll());
  const insider = await voterOn('http', { audienceUrl, code });
  const inside = ballotFor(id, ['c']);
  const receipt = expectReceipt(await insider.cast(inside), 'accepted', inside);
  await here.stage.close(id);
  const rehearsed = await desk.recount(id);
  const before = await desk.cue(id);
  expect(before).toMatchObject({ runId: `${id}:rehearsal:1`, intake: 'verified', tally: { total: 1 } });
  const viewer = await WsViewer.arrive({ audienceUrl });

  await desk.command('show.mode', null, { mode: 'live' });
  expect((await desk.state()).show.mode).toBe('live');
  expect(await desk.cue(id)).toMatchObject({ runId: `${id}:live:1`, round: 1, intake: 'ready' });
  expect(await desk.cue(id)).not.toHaveProperty('tally');
  expect(await desk.recount(id)).toMatchObject({ total: 0, classes: { counted: 0 } });
  await here.stage.go(id);
  await until(() => viewer.state?.poll?.id === id, { what: 'the public sees the live poll' });
  const inLive = await voterOn('http', { audienceUrl });
  for (const choice of [['a'], ['b']]) {
    const ballot = ballotFor(id, choice);
    expectReceipt(await inLive.cast(ballot), choice[0] === 'a' ? 'accepted' : 'duplicate', ballot);
  }
  const stray = ballotFor(id);
  // Its own run is over, and this one is none of its.
  expect((await insider.cast(stray)).receipt?.status).toBe('not-eligible');
  expect((await insider.cast(inside)).receipt, 'its own receipt is kept').toEqual(receipt);
  // Who rehearses sees nothing of the show.
  const rehearsing = (await audienceCall(`${audienceUrl}/v1/state?code=${code}`)).body as PublicState;
  expect(rehearsing).toMatchObject({ mode: 'rehearsal' });
  expect(rehearsing.poll).toBeUndefined();
  await here.stage.close(id);
  const live = await desk.recount(id);
  expect(live).toMatchObject({ total: 1, classes: { counted: 1, duplicate: 1 } });

  await desk.command('show.mode', null, { mode: 'rehearsal' });
  expect(await desk.cue(id)).toMatchObject({ runId: before.runId, intake: 'verified', tally: { total: 1 } });
  // The stray attempt is told apart; what counts is as it was.
  expect(await desk.recount(id)).toEqual({ ...rehearsed, classes: expect.objectContaining({ counted: 1 }) });
  await desk.command('show.mode', null, { mode: 'live' });
  expect(await desk.recount(id)).toEqual(live);
});

test('the mode doesn’t change while a poll is armed, open, held or closing', async () => {
  await toMode('rehearsal');
  const desk = here.server.desk();
  const { id } = await here.stage.add(newPoll({ graceMs: 600_000 }));
  const expectBusy = async (intake: string) => {
    expect((await desk.cue(id)).intake).toBe(intake);
    const { status, body } = await desk.send({ type: 'show.mode', payload: { mode: 'live' } });
    expect(status).toBe(409);
    expect(body).toMatchObject({ status: 'refused', code: 'mode-busy', message: expect.stringContaining(intake) });
  };
  await here.stage.freeLanes();
  await desk.command('cue.arm', id);
  await expectBusy('armed');
  await desk.command('cue.disarm', id);
  await here.stage.go(id);
  await expectBusy('open');
  await desk.command('poll.pause', id, { reason: 'a goal' });
  await expectBusy('paused');
  await desk.command('poll.close', id, { confirmed: true });
  await expectBusy('closing');
  await desk.command('poll.revoke', id, { reason: 'it is over' });
  await desk.command('show.mode', null, { mode: 'live' });
  const again = await desk.send({ type: 'show.mode', payload: { mode: 'live' } });
  expect(again.body).toMatchObject({ status: 'refused', code: 'already' });
});

test('the code and the tokens minted with it hold when core and edges are killed', async () => {
  await toMode('rehearsal');
  const { audienceUrl, ready } = here.server;
  const code = ready.rehearsalCode;
  const { id } = await here.stage.air(newPoll());
  const insider = await HttpViewer.arrive({ audienceUrl, code });
  for (const part of ['core', { edge: 0 }, { edge: 1 }] as const) {
    const told = here.server.events.length;
    here.server.kill(part);
    await here.server.waitFor('restarted', { after: told });
  }
  const again = await until(() => HttpViewer.arrive({ audienceUrl, code, token: insider.token }), {
    what: 'the code is taken again',
  });
  expect(again.voterId).toBe(insider.voterId);
  expect((await WsViewer.arrive({ audienceUrl, code })).state?.poll?.id).toBe(id);
  expect((await again.vote(id, ['a'])).receipts[0]?.status).toBe('accepted');
});

test('a show starts in rehearsal, and keeps mode, code and voters over a new start', async () => {
  const place = new Place();
  const poll = newPoll();
  const first = await startServer({ place, show: place.show([poll]), mode: null, edges: 1 });
  expect((await first.desk().state()).show.mode).toBe('rehearsal');
  const code = first.ready.rehearsalCode;
  const insider = await HttpViewer.arrive({ audienceUrl: first.audienceUrl, code });
  await first.desk().air(poll.id);
  const ballot = await insider.vote(poll.id, ['b']);
  expect(ballot.receipts[0]?.status).toBe('accepted');
  expect(await first.stop()).toBe(0);

  const second = await startServer({ place, show: null, mode: null, edges: 1 });
  expect(second.ready.rehearsalCode).toBe(code);
  expect((await second.desk().state()).show.mode).toBe('rehearsal');
  const again = await HttpViewer.arrive({ audienceUrl: second.audienceUrl, code, token: insider.token });
  expect(again.voterId).toBe(insider.voterId);
  expect(await second.desk().recount(poll.id)).toMatchObject({ total: 1, matches: true });
  expect(await second.stop()).toBe(0);
});
