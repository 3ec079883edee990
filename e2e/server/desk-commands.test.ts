/** How a command is answered: once, the same each time, and to the one who was first. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import { wireCommand } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { newPoll } from './testing/stage.ts';
import { until, untilTime } from './testing/until.ts';

const here = fileServer({ mode: 'live', edges: 1 });
const openSocket = () => DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskToken });
const refusal = (code: string, more: Record<string, unknown> = {}) => ({
  ...{ status: 'refused', code, message: expect.stringMatching(/\S+ \S+/), serverNowMs: expect.any(Number) },
  ...more,
});

test.for([
  ['no command', {}],
  ['an unknown type', { type: 'cue.explode' }],
  ['no id', { id: undefined }],
  ['an id that is no UUID', { id: 'go-1' }],
  ['no time', { clientTimeMs: undefined }],
  ['a time in words', { clientTimeMs: 'now' }],
  ['no target', { target: undefined }],
  ['a target that is no id', { target: 'a b' }],
  ['a revision in words', { expectedRevision: 'first' }],
  ['a pause without a reason', { type: 'poll.pause' }],
  ['a pause with an empty reason', { type: 'poll.pause', payload: { reason: ' ' } }],
  ['a reveal on an unknown surface', { type: 'poll.reveal', payload: { surface: 'moon', visibility: 'counts' } }],
  ['an unknown visibility', { type: 'poll.reveal', payload: { surface: 'audience', visibility: 'all' } }],
  ['half a millisecond', { type: 'poll.extend', payload: { byMs: 0.5 } }],
  ['a cue that is none', { type: 'cue.add', payload: { cue: { id: 'x', kind: 'song' } } }],
] as [string, Record<string, unknown>][])('%s is malformed, by HTTP and by Socket.IO', async ([what, fields]) => {
  const { revision } = await here.server.desk().state();
  const good = wireCommand({ type: 'cue.arm', target: 'p1' });
  const command = what === 'no command' ? [] : { ...good, ...fields };
  const error = { error: { code: 'malformed', message: expect.stringMatching(/\S/) } };
  const { status, body } = await here.server.desk().call('POST', '/api/v1/commands', command);
  expect(body).toStrictEqual(error);
  expect(status).toBe(400);
  expect(await (await openSocket()).raw(command)).toStrictEqual(error);
  expect((await here.server.desk().state()).revision, 'nothing of it is journaled').toBe(revision);
});

test('an event that there is not, and a command without its data, are answered and not left hanging', async () => {
  const { socket } = await openSocket();
  const error = { error: { code: 'malformed', message: expect.stringMatching(/\S/) } };
  const ask = (event: string, ...data: unknown[]) => socket.timeout(20_000).emitWithAck(event, ...data);
  expect(await ask('frobnicate', { a: 1 })).toStrictEqual(error);
  expect(await ask('command')).toStrictEqual(error);
  expect(await ask('action')).toStrictEqual(error);
  expect(await ask('time', 'what for?')).toBeGreaterThan(0);
});

test('a body that is no JSON is malformed', async () => {
  const response = await fetch(`${here.server.deskUrl}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${here.server.ready.deskToken}`, 'content-type': 'application/json' },
    body: '{"id":',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toStrictEqual({ error: { code: 'malformed', message: expect.any(String) } });
});

test('an accepted command says its revision and its time, and fields that nobody knows are ignored', async () => {
  const { id } = await here.stage.add(newPoll());
  const command = { ...wireCommand({ type: 'cue.arm', target: id }), actor: 'producer', roles: ['verifier'], extra: 1 };
  const { status, body } = await here.server.desk().call('POST', '/api/v1/commands', command);
  expect(status).toBe(200);
  expect(body).toStrictEqual({ status: 'accepted', revision: expect.any(Number), atMs: expect.any(Number) });
  const cue = await here.server.desk().cue(id);
  expect(cue).toMatchObject({ intake: 'armed', revision: body.revision, lastAct: { actor: 'owner' } });
  await here.server.desk().command('cue.disarm', id);
});

test('GO is judged by its own cue: another cue’s change and a note never refuse it, what it does on air does', async () => {
  const desk = here.server.desk();
  const [cue, other] = [await here.stage.add(newPoll()), await here.stage.add(newPoll())];
  await here.stage.freeLanes();
  const arm = await desk.command('cue.arm', cue.id);
  expect((await desk.cue(cue.id)).revision).toBe(arm.revision);
  await desk.command('cue.edit', other.id, { cue: { text: 'Another question?' } });
  await desk.command('cue.disarm', cue.id);
  await desk.command('cue.arm', cue.id);
  const stale = await desk.send({ type: 'cue.go', target: cue.id, expectedRevision: arm.revision });
  expect(stale.status).toBe(409);
  const act = { actor: 'owner', source: expect.any(String), commandId: expect.any(String), atMs: expect.any(Number) };
  expect(stale.body).toStrictEqual(refusal('stale-revision', { conflict: act }));
  const seen = (await desk.cue(cue.id)).revision;
  await desk.command('cue.edit', other.id, { cue: { notes: 'typed meanwhile' } });
  await desk.command('cue.edit', cue.id, { cue: { notes: 'watch the clock' }, baseRevision: seen });
  await desk.command('show.control', null);
  const go = await desk.send({ type: 'cue.go', target: cue.id, expectedRevision: seen });
  expect(go.body).toMatchObject({ status: 'accepted' });
  expect((await desk.cue(cue.id)).intake).toBe('open');
});

test('the guards of GO say why, who, and when', async () => {
  const desk = here.server.desk();
  const [first, second] = [await here.stage.add(newPoll()), await here.stage.add(newPoll())];
  expect((await desk.send({ type: 'cue.go', target: first.id })).body).toMatchObject(refusal('wrong-intake'));
  expect((await desk.send({ type: 'cue.go', target: 'nobody' })).body).toStrictEqual(refusal('unknown-cue'));
  const { closesAtMs, openedAtMs } = await here.stage.go(first.id);
  await desk.command('cue.arm', second.id);
  await untilTime(openedAtMs + 1_100);
  const busy = await desk.send({ type: 'cue.go', target: second.id });
  expect(busy.body).toMatchObject(refusal('lane-busy', { nextAllowedAtMs: closesAtMs, conflict: { actor: 'owner' } }));
  const early = await desk.send({ type: 'poll.close', target: first.id });
  expect(early.body).toMatchObject(refusal('needs-confirmation'));
  const short = await desk.send({ type: 'poll.extend', target: first.id, payload: { byMs: openedAtMs - closesAtMs } });
  expect(short.body).toMatchObject(refusal('too-short'));
  const reveal = { type: 'poll.reveal', target: first.id, payload: { surface: 'audience', visibility: 'counts' } };
  expect((await desk.send(reveal)).body).toMatchObject(refusal('not-verified'));
  await desk.command('poll.close', first.id, { confirmed: true });
  await desk.command('cue.go', second.id);
  const third = await here.stage.add(newPoll());
  await desk.command('poll.close', second.id, { confirmed: true });
  await desk.command('cue.arm', third.id);
  const { openedAtMs: lastGoAtMs = 0 } = await desk.cue(second.id);
  const again = (await desk.send({ type: 'cue.go', target: third.id })).body as CommandAnswer;
  if (again.status === 'refused') {
    expect(again).toMatchObject(refusal('too-soon', { nextAllowedAtMs: lastGoAtMs + 1_000 }));
    expect(again.serverNowMs).toBeLessThan(lastGoAtMs + 1_000);
  } else expect(again.atMs, 'a slow machine took the second by itself').toBeGreaterThanOrEqual(lastGoAtMs + 1_000);
  expect((await desk.cue(third.id)).intake).toBe(again.status === 'refused' ? 'armed' : 'open');
});

test('RECALL takes a GO back for five seconds, and no longer', async () => {
  const desk = here.server.desk();
  const { id, openedAtMs } = await here.stage.air(newPoll());
  await untilTime(openedAtMs + 5_300);
  expect((await desk.send({ type: 'poll.recall', target: id })).body).toMatchObject(refusal('recall-expired'));
  expect((await desk.cue(id)).intake).toBe('open');
});

test('the same id gets the same answer: from HTTP, from Socket.IO, and from the core’s next life', async () => {
  const desk = here.server.desk();
  const sockets = await openSocket();
  const { id: target } = await here.stage.add(newPoll());
  const arm = wireCommand({ type: 'cue.arm', target });
  const refused = wireCommand({ type: 'cue.arm', target: 'nobody' });
  const accepted = (await desk.send(arm)).body;
  const refusedAnswer = await sockets.send(refused);
  expect(accepted.status).toBe('accepted');
  expect(refusedAnswer).toMatchObject({ code: 'unknown-cue' });
  const { revision } = await desk.state();
  const sameAgain = async (socket: DeskSocket) => {
    expect((await desk.send(arm)).body).toEqual(accepted);
    expect(await socket.send({ ...arm, clientTimeMs: 1 })).toEqual(accepted);
    expect((await desk.send({ ...arm, type: 'cue.disarm' })).body, 'the id decides').toEqual(accepted);
    expect((await desk.send(refused)).body).toEqual(refusedAnswer);
    expect(await socket.send(refused)).toEqual(refusedAnswer);
    for (const [command, answer] of [
      [arm, accepted],
      [refused, refusedAnswer],
    ] as const) {
      expect((await desk.call('GET', `/api/v1/commands/${command.id}`)).body).toEqual(answer);
    }
  };
  await sameAgain(sockets);
  expect((await desk.cue(target)).intake).toBe('armed');
  expect((await desk.state()).revision, 'repeated answers are no new entries').toBe(revision);

  // Another person's command may carry the same id.
  const producer = await here.server.desk('producer').send({ ...arm, type: 'cue.disarm' });
  expect(producer.body).toMatchObject({ status: 'accepted' });
  expect((await desk.send(arm)).body).toEqual(accepted);
  expect((await desk.cue(target)).intake).toBe('ready');

  const told = here.server.events.length;
  here.server.kill('core');
  await here.server.waitFor('restarted', { after: told });
  await until(() => desk.state(), { what: 'the desk port answers' });
  await sameAgain(await openSocket());
  expect((await desk.cue(target)).intake).toBe('ready');
});

test('an id that was asked for and never seen is barred for good', async () => {
  const desk = here.server.desk();
  const { id: target } = await here.stage.add(newPoll());
  const arm = wireCommand({ type: 'cue.arm', target });
  expect(await desk.call('GET', `/api/v1/commands/${arm.id}`)).toStrictEqual({
    status: 200,
    body: { status: 'never-seen' },
  });
  const barred = await desk.send({ ...arm, clientTimeMs: Date.now() });
  expect(barred).toStrictEqual({ status: 409, body: refusal('barred') });
  const told = here.server.events.length;
  here.server.kill('core');
  await here.server.waitFor('restarted', { after: told });
  await until(() => desk.state(), { what: 'the desk port answers' });
  expect((await desk.send({ ...arm, clientTimeMs: Date.now() })).body).toMatchObject({ code: 'barred' });
  expect((await desk.cue(target)).intake).toBe('ready');
  expect((await desk.call('GET', '/api/v1/commands/nonsense')).status).toBe(400);
  expect((await desk.call('GET', `/api/v1/commands/${randomUUID()}`)).body).toEqual({ status: 'never-seen' });
  await until(async () => (await desk.vitals()).preflight.edges.ok, { what: 'the new core has its edges' });
});

test('of two desks that press GO in the same moment one fires, and the other is told who was first', async () => {
  const desks = {
    owner: await openSocket(),
    producer: await DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskTokens.producer }),
  };
  const wins: Record<string, number> = { owner: 0, producer: 0 };
  for (let round = 0; round < 50; round++) {
    const { id: target } = await here.stage.add(newPoll());
    await here.stage.freeLanes();
    const { revision: expectedRevision } = await here.server.desk().command('cue.arm', target);
    const { show } = await here.server.desk().state();
    await untilTime((show.lastGoAtMs ?? 0) + 1_050);
    const goes = {
      owner: wireCommand({ type: 'cue.go', target, expectedRevision }),
      producer: wireCommand({ type: 'cue.go', target, expectedRevision }),
    };
    expect(desks.owner.socket.connected && desks.producer.socket.connected, 'both sockets are ready').toBe(true);
    // Which of the two sends first takes turns; both are emitted in one tick, before either is answered.
    const order = round % 2 === 0 ? (['owner', 'producer'] as const) : (['producer', 'owner'] as const);
    const answers = await Promise.all(
      order.map(async (who) => ({ who, answer: (await desks[who].send(goes[who])) as CommandAnswer })),
    );
    const winner = answers.find(({ answer }) => answer.status === 'accepted')?.who;
    const losers = answers.filter(({ answer }) => answer.status === 'refused');
    expect(losers, JSON.stringify(answers)).toHaveLength(1);
    if (winner === undefined) throw new Error('nobody won');
    expect(losers[0]?.answer).toMatchObject(
      refusal(expect.stringMatching(/^(stale-revision|wrong-intake|lane-busy|too-soon)$/) as never, {
        conflict: { actor: winner, commandId: goes[winner].id, source: expect.any(String), atMs: expect.any(Number) },
      }),
    );
    expect(await here.server.desk().cue(target)).toMatchObject({
      intake: 'open',
      round: 1,
      lastAct: { actor: winner },
    });
    wins[winner] = (wins[winner] ?? 0) + 1;
  }
  console.log(`GO was first from ${JSON.stringify(wins)}`);
}, 180_000);
