/** Rights are enforced by the server, command by command, and not by the page. */
import { describe, expect, test } from 'vitest';
import { type CommandType, Role } from '../../shared/protocol/commands.ts';
import { wireCommand } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { newPoll } from './testing/stage.ts';
import { until, untilTime } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const here = fileServer({ mode: 'live', edges: 1 });
const NOBODY = 'nobody';

/** Every command with a payload that is well formed, and who may send it. */
const reason = 'a fire drill';
const PRODUCER = ['owner', 'producer'] as const;
const HOLDERS = ['owner', 'producer', 'operator'] as const;
const DIRECTOR = ['owner', 'director'] as const;
const COMMANDS: Record<CommandType, { payload?: unknown; may: readonly Role[]; target?: null }> = {
  // A target that is not there: whoever may is refused for that, and nothing changes.
  'cue.add': { payload: { cue: newPoll(), before: NOBODY }, may: PRODUCER, target: null },
  'cue.edit': { payload: { cue: { text: 'Other words' } }, may: PRODUCER },
  'cue.move': { payload: { before: null }, may: PRODUCER },
  'cue.remove': { may: PRODUCER },
  'cue.skip': { may: PRODUCER },
  'cue.rerun': { may: PRODUCER },
  'cue.ready': { may: PRODUCER },
  'cue.arm': { may: PRODUCER },
  'cue.disarm': { may: PRODUCER },
  'cue.go': { may: PRODUCER },
  'poll.recall': { payload: { reason }, may: PRODUCER },
  'poll.pause': { payload: { reason }, may: HOLDERS },
  'poll.resume': { may: HOLDERS },
  'poll.extend': { payload: { byMs: 5_000 }, may: PRODUCER },
  'poll.close': { payload: { confirmed: true }, may: PRODUCER },
  'poll.verify': { may: ['owner', 'producer', 'verifier'] },
  'poll.void': { payload: { reason }, may: HOLDERS },
  'poll.revoke': { payload: { reason }, may: HOLDERS },
  'poll.archive': { may: PRODUCER },
  'poll.reveal': { payload: { surface: 'audience', visibility: 'counts' }, may: PRODUCER },
  'poll.answer': { payload: { answer: ['a'] }, may: PRODUCER },
  'overlay.take': { payload: { surface: 'main', runId: 'nobody:live:1' }, may: DIRECTOR, target: null },
  'overlay.hide': { payload: { surface: 'main' }, may: DIRECTOR, target: null },
  'switch.set': { payload: { switch: 'none', position: 'on', reason }, may: ['owner', 'operator'], target: null },
  'edges.restart': { payload: { reason }, may: ['owner', 'operator'], target: null },
  'rehearsal.recode': { may: HOLDERS, target: null },
  'show.mode': { payload: { mode: 'live' }, may: PRODUCER, target: null },
  'show.t0': { payload: { t0Ms: Date.now() + 3_600_000 }, may: PRODUCER, target: null },
  'show.control': { may: ['owner', 'producer', 'director', 'operator'], target: null },
  'show.clear': { may: Role.options, target: null },
  'alarm.seen': { payload: { id: 'nobody' }, may: ['owner', 'producer', 'director', 'operator'], target: null },
};

describe.for(Role.options)('the %s', (role) => {
  test.for(Object.entries(COMMANDS))('%s', async ([type, { payload, may, target = NOBODY }]) => {
    const command = { type, ...(target === null ? {} : { target }), ...(payload === undefined ? {} : { payload }) };
    const { status, body } = await here.server.desk(role).send(command);
    if (may.includes(role)) {
      expect([200, 409], JSON.stringify(body)).toContain(status);
      expect(body.code).not.toBe('role');
      await until(async () => !(await here.server.desk().vitals()).edgesRestarting, { what: type, isQuiet: true });
      return;
    }
    expect(status).toBe(403);
    expect(body).toStrictEqual({
      ...{ status: 'refused', code: 'role', message: expect.stringContaining(type), serverNowMs: expect.any(Number) },
    });
  });

  test('is held to the same by Socket.IO, whatever the command says of itself', async () => {
    const desk = await DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskTokens[role] });
    for (const type of ['cue.go', 'poll.pause', 'overlay.hide', 'poll.verify', 'switch.set'] as const) {
      const { payload, may, target = NOBODY } = COMMANDS[type];
      const command = wireCommand({
        type,
        ...(target === null ? {} : { target }),
        ...(payload === undefined ? {} : { payload }),
      });
      const answer = await desk.raw({ ...command, actor: 'owner', roles: ['owner', 'verifier'] });
      expect(answer).toMatchObject({ status: 'refused' });
      expect('code' in answer && answer.code === 'role', type).toBe(!may.includes(role));
    }
  });
});

test('four people with a role each can run a poll from its first word to the archive', async () => {
  const [producer, director, operator, verifier] = (['producer', 'director', 'operator', 'verifier'] as const).map(
    (role) => here.server.desk(role),
  );
  if (!producer || !director || !operator || !verifier) throw new Error('four desks');
  const cue = newPoll();
  const { id } = cue;
  await producer.command('show.control', null);
  await producer.command('cue.add', null, { cue });
  await producer.command('cue.edit', id, { cue: { text: 'Who stays?' } });
  await producer.command('cue.move', id, { before: null });
  await producer.command('cue.skip', id);
  await producer.command('cue.skip', id);
  if ((await producer.cue(id)).intake === 'draft') await producer.command('cue.ready', id);
  await producer.command('cue.arm', id);
  await producer.command('cue.disarm', id);
  await producer.command('cue.arm', id);
  const { atMs } = await producer.command('cue.go', id);
  await operator.command('poll.pause', id, { reason });
  await producer.command('poll.resume', id);
  await producer.command('poll.pause', id, { reason });
  await operator.command('poll.resume', id);
  await producer.command('poll.extend', id, { byMs: 10_000 });
  await producer.command('poll.close', id, { confirmed: true });
  await here.stage.verified(id);
  const { runId } = await producer.cue(id);
  const early = await director.send({ type: 'overlay.take', payload: { surface: 'main', runId } });
  expect(early.body).toMatchObject({ status: 'refused', code: 'not-released' });
  await producer.command('poll.reveal', id, { surface: 'overlay', visibility: 'counts' });
  await director.command('overlay.take', null, { surface: 'main', runId });
  expect((await director.state()).show.overlay).toEqual({ main: { runId, revision: expect.any(Number) } });
  expect((await director.cue(id)).seenOn).toContain('overlay');
  await director.command('overlay.hide', null, { surface: 'main' });
  await producer.command('poll.archive', id);
  await producer.command('cue.rerun', id);
  await producer.command('cue.arm', id);
  await untilTime(atMs + 1_100);
  await producer.command('cue.go', id);
  await operator.command('poll.revoke', id, { reason });
  for (const desk of [director, operator, verifier]) await desk.command('show.clear', null);
  expect((await verifier.send({ type: 'show.control' })).status).toBe(403);
});

test('an editorial poll is verified by the producer and not by itself; a regulated one needs an identity service', async () => {
  const { id } = await here.stage.air(newPoll({ class: 'editorial' }));
  await here.server.desk().command('poll.close', id, { confirmed: true });
  await until(async () => (await here.server.desk().cue(id)).intake === 'closed', { what: 'it is closed' });
  for (const role of ['verifier', 'director', 'operator'] as const) {
    const { status, body } = await here.server.desk(role).send({ type: 'poll.verify', target: id });
    expect(status, role).toBe(403);
    expect(body).toMatchObject({ status: 'refused', code: 'role' });
  }
  expect((await here.server.desk().cue(id)).intake).toBe('closed');
  await here.server.desk('producer').command('poll.verify', id);
  expect(await here.server.desk().cue(id)).toMatchObject({ intake: 'verified', verifiedBy: 'producer' });

  const regulated = await here.stage.add(newPoll({ class: 'regulated' }));
  for (const role of PRODUCER) {
    const { status, body } = await here.server.desk(role).send({ type: 'cue.arm', target: regulated.id });
    expect(status).toBe(409);
    expect(body).toMatchObject({ status: 'refused', code: 'identity-missing' });
  }
});

test('numbers hidden from the desk reach the verifier alone, on every way out', async () => {
  const { id } = await here.stage.air(newPoll());
  for (let n = 0; n < 7; n++) {
    const voter = await voterOn('http', { audienceUrl: here.server.audienceUrl });
    await voter.cast({ id: newBallotId(), pollId: id, round: 1, choice: [n < 5 ? 'a' : 'b'] });
  }
  await here.stage.close(id);
  const runId = `${id}:live:1`;
  const sockets = Object.fromEntries(
    await Promise.all(
      Role.options.map(
        async (role) =>
          [
            role,
            await DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskTokens[role] }),
          ] as const,
      ),
    ),
  );
  await here.server.desk('producer').command('poll.reveal', id, { surface: 'desk', visibility: 'hidden' });
  const { revision } = await here.server.desk().state();
  for (const role of Role.options) {
    const desk = here.server.desk(role);
    const socket = sockets[role];
    if (!socket) throw new Error(role);
    await until(() => socket.changes.at(-1)?.revision === revision, { what: `the ${role} is told`, isQuiet: true });
    const from = socket.vitals.length;
    await until(() => socket.vitals.length > from + 1, { what: `new vitals for the ${role}`, isQuiet: true });
    const change = socket.changes.at(-1)?.changes.find((one) => one.kind === 'cue' && one.id === id);
    const snapshot = await socket.resync();
    const cues = [await desk.cue(id), change?.value, snapshot.state.cues.find((cue) => cue.id === id)];
    const vitals = [await desk.vitals(), socket.vitals.at(-1)].map((one) =>
      one?.runs.find((run) => run.runId === runId),
    );
    const recount = await desk.call('GET', `/api/v1/polls/${id}/recount`);
    const log = (await desk.call('GET', `/api/v1/log?after=${revision - 5}&limit=100`)).body.entries;
    if (role === 'verifier') {
      for (const cue of cues) expect(cue).toMatchObject({ tally: { total: 7 } });
      for (const run of vitals) expect(run).toMatchObject({ total: 7 });
      expect(recount.body).toMatchObject({ total: 7, matches: true });
      continue;
    }
    for (const cue of cues) {
      expect(cue).toMatchObject({ visibility: { desk: 'hidden' }, intake: 'verified' });
      expect(cue).not.toHaveProperty('tally');
    }
    for (const run of vitals) {
      expect(run).toBeDefined();
      for (const field of ['total', 'options', 'perS']) expect(run, role).not.toHaveProperty(field);
    }
    expect(recount.status).toBe(403);
    expect(JSON.stringify(recount.body)).not.toMatch(/"total"|"count"/);
    expect(JSON.stringify(log), `the journal as the ${role} reads it`).not.toMatch(/"total"|"count"|"tally"/);
    expect((await desk.call('GET', '/metrics')).body).not.toContain(`"${id}`);
  }
  // What the audience may see is another matter.
  await here.server.desk('producer').command('poll.reveal', id, { surface: 'audience', visibility: 'counts' });
  await here.server.desk('producer').command('poll.reveal', id, { surface: 'desk', visibility: 'turnout' });
  expect((await here.server.desk('director').cue(id)).tally).toEqual({ total: 7 });
  expect((await here.server.desk('director').call('GET', `/api/v1/polls/${id}/recount`)).status).toBe(403);
});

test('a right answer reaches producer and owner only, until it is revealed', async () => {
  const director = await DeskSocket.open({
    deskUrl: here.server.deskUrl,
    token: here.server.ready.deskTokens.director,
  });
  const { revision: from } = await here.server.desk().state();
  // Words that stand nowhere else, so that they are found wherever they leak.
  const options = ['right', 'wrong', 'never'].map((id) => ({ id: `opt-${id}`, text: id }));
  const cue = newPoll({ kind: 'quiz', options, answer: ['opt-wrong'] });
  await here.stage.add(cue);
  await here.server.desk().command('poll.answer', cue.id, { answer: ['opt-right'] });
  await here.server.desk().command('cue.edit', cue.id, { cue: { text: 'What is right?' } });
  await here.stage.go(cue.id);
  await here.stage.close(cue.id);
  const seesAnswer = async (role: Role) => {
    const desk = here.server.desk(role);
    const { entries } = (await desk.call('GET', `/api/v1/log?after=${from}&limit=1000`)).body;
    const said = [await desk.cue(cue.id), ...entries];
    return said.some((one) => /"answer":\["opt-/.test(JSON.stringify(one)));
  };
  for (const role of Role.options) expect(await seesAnswer(role), role).toBe(role === 'owner' || role === 'producer');
  const told = () =>
    director.changes
      .flatMap(({ changes }) => changes)
      .filter((change) => change.kind === 'cue' && change.id === cue.id);
  await until(() => told().length > 5, { what: 'the director is told of the quiz' });
  expect(JSON.stringify([director.snapshots, told(), await director.resync()])).not.toMatch(/"answer":\["opt-/);
  expect((await here.server.desk('director').cue(cue.id)).answerState).toBe('set');

  await here.server.desk('producer').command('poll.answer', cue.id, { reveal: true });
  for (const role of Role.options)
    expect((await here.server.desk(role).cue(cue.id)).answer, role).toEqual(['opt-right']);
  await until(() => JSON.stringify(told().at(-1)).includes('"answer":["opt-right"]'), {
    what: 'the director is told the answer',
  });
});
