/** What the audience is shown through the whole life of a poll: always the same on every transport, never a step back. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PublicState } from '../../shared/protocol/audience.ts';
import { expectOnwardStates } from './testing/crowd.ts';
import { fileServer } from './testing/file-server.ts';
import { audienceCall } from './testing/http-viewer.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { type AiredCue, newPoll } from './testing/stage.ts';
import { until, untilTime } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const here = fileServer({ mode: 'live', edges: 2 });
/** An empty stage: what a viewer is sent beside a poll. */
const BARE = ['epoch', 'hints', 'mode', 'rev', 'show', 'title', 'v'];
const OPTIONS = ['a', 'b', 'c'].map((id) => ({ id, text: id.toUpperCase() }));

let ws: WsViewer;
let sse: SseViewer;

beforeEach(async () => {
  await here.server.desk().command('show.clear', null);
  ws = await WsViewer.arrive({ audienceUrl: here.server.audienceUrl });
  sse = await SseViewer.open(here.server.audienceUrl);
});

afterEach(() => {
  expectOnwardStates(ws.states());
  expectOnwardStates(sse.events.map(({ data }) => data));
  for (const state of [...ws.states(), ...sse.events.map(({ data }) => data)])
    expect(PublicState.parse(state)).toEqual(state);
});

/** Waits until all three transports show such a state, and answers it: one and the same, and small. */
async function shown(what: string, isIt: (state: PublicState) => boolean): Promise<PublicState> {
  return until(
    async () => {
      const state = (await audienceCall(`${here.server.audienceUrl}/v1/state`)).body as PublicState;
      const newest = sse.events.at(-1)?.data;
      if (!isIt(state) || ws.state?.rev !== state.rev || newest?.rev !== state.rev) return null;
      expect(ws.state).toEqual(state);
      expect(newest).toEqual(state);
      return state;
    },
    { what },
  );
}

function bytesOf(state: PublicState): number {
  return Buffer.byteLength(JSON.stringify(state));
}

const intakeIs = (id: string, intake: string) => (state: PublicState) =>
  state.poll?.id === id && state.poll.intake === intake;

async function vote(pollId: string, choices: string[]): Promise<void> {
  for (const choice of choices) {
    const voter = await voterOn('http', { audienceUrl: here.server.audienceUrl });
    const { receipt } = await voter.cast({ id: newBallotId(), pollId, round: 1, choice: [choice] });
    expect(receipt?.status).toBe('accepted');
  }
}

/** The poll as viewers see it while it runs. */
function publicPollOf(cue: AiredCue, changes: Record<string, unknown> = {}) {
  return {
    id: cue.id,
    round: 1,
    kind: cue.kind,
    text: cue.text,
    options: OPTIONS,
    min: 1,
    max: 1,
    intake: 'open',
    openedAtMs: cue.openedAtMs,
    closesAtMs: cue.closesAtMs,
    graceMs: cue.graceMs,
    ...changes,
  };
}

test('a poll is open, held, longer, closing, closed, and its result comes as it is revealed', async () => {
  const desk = here.server.desk();
  const cue = newPoll({ graceMs: 1_500, notes: 'only for the desk', contingency: 'play the clip' });
  await here.stage.add(cue);
  expect(Object.keys(await shown('an empty stage', ({ poll }) => poll === undefined)).sort()).toEqual(BARE);
  await desk.command('cue.arm', cue.id);
  expect(Object.keys(await shown('nothing of an armed cue', ({ poll }) => poll === undefined)).sort()).toEqual(BARE);
  await desk.command('cue.disarm', cue.id);

  const aired = await here.stage.go(cue.id);
  const open = await shown('the open poll', intakeIs(cue.id, 'open'));
  expect(Object.keys(open).sort()).toEqual([...BARE, 'poll'].sort());
  expect(open).toMatchObject({ v: 1, mode: 'live' });
  expect(open.hints).toStrictEqual({
    level: 0,
    cadenceMs: expect.any(Number),
    jitterMs: expect.any(Number),
    retryAfterMs: expect.any(Number),
    transport: 'ws',
  });
  expect(open.poll).toStrictEqual(publicPollOf(aired));
  expect(bytesOf(open)).toBeLessThanOrEqual(500);
  await vote(cue.id, ['a', 'a', 'b']);

  await desk.command('poll.pause', cue.id, { reason: 'a goal' });
  const held = await shown('the held poll', intakeIs(cue.id, 'paused'));
  const { closesAtMs: _gone, ...stopped } = publicPollOf(aired);
  expect(held.poll).toStrictEqual({ ...stopped, intake: 'paused', remainingMs: expect.any(Number) });
  const remainingMs = held.poll?.remainingMs ?? 0;
  expect(remainingMs).toBeLessThanOrEqual(aired.closesAtMs - aired.openedAtMs);

  await desk.command('poll.resume', cue.id);
  const resumed = await shown('the poll that goes on', intakeIs(cue.id, 'open'));
  expect(resumed.poll && 'remainingMs' in resumed.poll).toBe(false);
  const closesAtMs = resumed.poll?.closesAtMs ?? 0;
  expect(closesAtMs).toBeGreaterThan(aired.closesAtMs);
  await desk.command('poll.extend', cue.id, { byMs: 60_000 });
  await shown('the longer poll', (state) => state.poll?.closesAtMs === closesAtMs + 60_000);
  await desk.command('poll.extend', cue.id, { byMs: -30_000 });
  await shown('the shorter poll', (state) => state.poll?.closesAtMs === closesAtMs + 30_000);

  const { atMs } = await desk.command('poll.close', cue.id, { confirmed: true });
  const closed = await shown('the closed poll', intakeIs(cue.id, 'closed'));
  const closing = ws.states().find(intakeIs(cue.id, 'closing'));
  expect(closing?.poll?.closesAtMs, 'an early close is the new end').toBe(atMs);
  expect(closed.poll).toStrictEqual(publicPollOf(aired, { intake: 'closed', closesAtMs: atMs }));
  await here.stage.verified(cue.id);
  for (const state of ws.states()) {
    expect(state.results, 'no result before it is revealed').toBeUndefined();
    expect(JSON.stringify(state)).not.toMatch(/only for the desk|play the clip/);
  }

  await desk.command('poll.reveal', cue.id, { surface: 'audience', visibility: 'turnout' });
  const result = { pollId: cue.id, round: 1, final: true, atMs: expect.any(Number) };
  expect((await shown('the turnout', ({ results }) => results?.visibility === 'turnout')).results).toStrictEqual({
    ...result,
    visibility: 'turnout',
    total: 3,
  });
  await desk.command('poll.reveal', cue.id, { surface: 'audience', visibility: 'percentages' });
  const shares = [0.667, 0.333, 0];
  const percentages = await shown('the percentages', ({ results }) => results?.visibility === 'percentages');
  expect(percentages.results).toStrictEqual({
    ...result,
    visibility: 'percentages',
    options: ['a', 'b', 'c'].map((id, i) => ({ id, share: shares[i] })),
    leads: ['a'],
  });
  await desk.command('poll.reveal', cue.id, { surface: 'audience', visibility: 'counts' });
  const counts = await shown('the counts', ({ results }) => results?.visibility === 'counts');
  console.log(`bytes: open ${bytesOf(open)}, percentages ${bytesOf(percentages)}, counts ${bytesOf(counts)}`);
  expect(counts.results).toStrictEqual({
    ...result,
    visibility: 'counts',
    total: 3,
    options: ['a', 'b', 'c'].map((id, i) => ({ id, share: shares[i], count: [2, 1, 0][i] })),
  });
  await desk.command('poll.reveal', cue.id, { surface: 'overlay', visibility: 'counts' });
  await desk.command('poll.reveal', cue.id, { surface: 'audience', visibility: 'hidden' });
  await shown('no result any more', ({ results, poll }) => results === undefined && poll?.id === cue.id);

  await desk.command('show.clear', null);
  const after = await shown('cleared air', ({ poll }) => poll === undefined);
  expect(Object.keys(after).sort()).toEqual(BARE);
});

test('the answer of a quiz comes with its reveal and not before', async () => {
  const desk = here.server.desk();
  const { id } = await here.stage.air(newPoll({ kind: 'quiz', answer: ['b'] }));
  await shown('the open quiz', intakeIs(id, 'open'));
  await vote(id, ['b', 'c']);
  await here.stage.close(id);
  await desk.command('poll.reveal', id, { surface: 'audience', visibility: 'counts' });
  await shown('the counts of the quiz', ({ results }) => results?.pollId === id);
  for (const state of ws.states()) expect(JSON.stringify(state)).not.toContain('answer');
  await desk.command('poll.answer', id, { reveal: true });
  const revealed = await shown('the right answer', ({ answer }) => answer !== undefined);
  expect(revealed.answer).toStrictEqual({ pollId: id, round: 1, options: ['b'] });
});

test('a poll that another replaces is recent; the result stays with the one it is of', async () => {
  const desk = here.server.desk();
  const first = await here.stage.air(newPoll({ graceMs: 60_000 }));
  const { atMs } = await desk.command('poll.close', first.id, { confirmed: true });
  await shown('the first poll closing', intakeIs(first.id, 'closing'));
  const second = await here.stage.air(newPoll());
  const both = await shown('the second poll', intakeIs(second.id, 'open'));
  expect(both.recent).toStrictEqual([{ id: first.id, round: 1, intake: 'closing', closesAtMs: atMs, graceMs: 60_000 }]);
  // Who voted in time is counted still, though another poll is on air.
  await vote(first.id, ['a']);
  for (let n = 0; n < 5; n++) await here.stage.air(newPoll());
  const crowded = await until(() => ws.state?.recent?.length === 4 && ws.state, { what: 'four recent polls' });
  expect(crowded.recent?.map(({ id }) => id)).not.toContain(crowded.poll?.id);
});

test.for([
  ['poll.revoke', { reason: 'wrong picture' }],
  ['poll.recall', {}],
] as const)('%s takes a poll off every screen', async ([type, payload]) => {
  const desk = here.server.desk();
  const { id } = await here.stage.air(newPoll({ live: { audience: 'counts' } }));
  await vote(id, ['a']);
  await until(() => ws.state?.results?.pollId === id, { what: 'its live result' });
  await desk.command(type, id, payload);
  const state = await shown('nothing of it', ({ poll }) => poll === undefined);
  expect(Object.keys(state).sort()).toEqual(BARE);
  expect(JSON.stringify(state)).not.toContain(id);
  if (type === 'poll.recall') expect(await desk.cue(id)).toMatchObject({ round: 2, intake: 'ready' });
  else expect(await desk.cue(id)).toMatchObject({ round: 1, intake: 'revoked', reason: 'wrong picture' });
});

test('a void poll leaves with its result once two people want it', async () => {
  const { id } = await here.stage.air(newPoll());
  await vote(id, ['a']);
  await here.stage.close(id);
  await here.server.desk().command('poll.reveal', id, { surface: 'audience', visibility: 'counts' });
  await shown('its result', ({ results }) => results?.pollId === id);
  await here.server.desk('producer').command('poll.void', id, { reason: 'a faulty line' });
  expect(
    (await here.server.desk('producer').send({ type: 'poll.void', target: id, payload: { reason: 'again' } })).body,
  ).toMatchObject({
    status: 'refused',
    code: 'second-person',
  });
  await here.server.desk('operator').command('poll.void', id, { reason: 'a faulty line' });
  const state = await shown('nothing of it', ({ poll }) => poll === undefined);
  expect(JSON.stringify(state)).not.toContain(id);
  expect(await here.server.desk().cue(id)).toMatchObject({ intake: 'void', reason: 'a faulty line' });
});

test.for(['turnout', 'percentages', 'counts'] as const)(
  'a cue that chose live %s shows just that while it is open',
  async (visibility) => {
    const { id } = await here.stage.air(newPoll({ live: { audience: visibility } }));
    await vote(id, ['a', 'c']);
    const holds = ({ results }: PublicState) =>
      results?.pollId === id &&
      (results.total === 2 || results.options?.every(({ share }, i) => share === [0.5, 0, 0.5][i]) === true);
    const { results } = await shown('the live result', holds);
    expect(results).toStrictEqual({
      pollId: id,
      round: 1,
      visibility,
      final: false,
      atMs: expect.any(Number),
      ...(visibility === 'percentages' ? { leads: ['a', 'c'] } : { total: 2 }),
      ...(visibility === 'turnout'
        ? {}
        : {
            options: ['a', 'b', 'c'].map((option, i) => ({
              id: option,
              share: [0.5, 0, 0.5][i],
              ...(visibility === 'counts' ? { count: [1, 0, 1][i] } : {}),
            })),
          }),
    });
    await here.stage.close(id);
    await shown('the final one', (state) => state.results?.final === true);
  },
);

test('a call to action shows beside a poll, and leaves when its time is over', async () => {
  const link = 'https://example.org/give';
  const cta = { id: newPoll().id, kind: 'cta', text: 'Give now', link, durationMs: 3_000, graceMs: 0 };
  const { id } = await here.stage.air(newPoll());
  await here.stage.add(cta);
  const desk = here.server.desk();
  await desk.command('cue.arm', cta.id);
  const { openedAtMs = 0 } = await desk.cue(id);
  await untilTime(openedAtMs + 1_100);
  await desk.command('cue.go', cta.id);
  const { openedAtMs: opened, closesAtMs } = await here.stage.onAir(cta.id);
  const both = await until(() => ws.state?.cta !== undefined && ws.state, { what: 'the call to action' });
  expect(both.cta).toStrictEqual({
    id: cta.id,
    round: 1,
    text: 'Give now',
    link,
    intake: 'open',
    openedAtMs: opened,
    closesAtMs,
  });
  expect(both.poll?.id).toBe(id);
  const later = await shown('the poll alone', (state) => state.cta === undefined && state.poll?.id === id);
  expect(later.poll?.intake).toBe('open');
});

test('a core that is killed comes back with the same picture under a higher epoch', async () => {
  const { id } = await here.stage.air(newPoll());
  const before = await shown('the open poll', intakeIs(id, 'open'));
  const told = here.server.events.length;
  here.server.kill('core');
  await here.server.waitFor('restarted', { after: told });
  const after = await shown('the same poll again', ({ epoch }) => epoch > before.epoch);
  expect(after.poll).toEqual(before.poll);
});
