/**
 * Ten moments of an evening on the real server, and everything that producer, operator, director, verifier and viewers are told in each:
 * the same, field by field, as it was recorded. The moments follow one another on one server, so they run as a whole.
 */
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import type { PublicState } from '../../shared/protocol/audience.ts';
import { expectAsRecorded } from './moments/recording.ts';
import { Evening, Scene, type Seen } from './moments/scene.ts';
import { fileServer } from './testing/file-server.ts';
import type { TestCue } from './testing/place.ts';

const sample = JSON.parse(readFileSync(new URL('../../resources/saturday-finale.json', import.meta.url), 'utf8'));
const here = fileServer({ mode: 'rehearsal', edges: 1, cues: sample.cues as TestCue[] });
let evening: Evening | null = null;

/** Plays a moment, waits until viewers have seen the last of it, and compares all that was told with what is recorded. */
function moment(name: string, play: (scene: Scene) => Promise<Seen>): void {
  test(name, async () => {
    evening ??= new Evening(here.server);
    const scene = await Scene.begin(evening);
    const seen = await play(scene);
    expectAsRecorded(name, await scene.end(seen));
  });
}

const reason = 'a fire drill';
const ten = 600_000;
const noPoll = (state: PublicState) => state.poll === undefined;
const pollIs = (id: string, intake: string) => (state: PublicState) =>
  state.poll?.id === id && state.poll.intake === intake;
const ballot = (id: string, pollId: string, choice: string[], round = 1) => ({ id, pollId, round, choice });

moment('1 fresh', async (scene) => {
  await scene.call('producer', '/api/v1/polls/winner/recount');
  await scene.call('director', '/api/v1/polls/nothing/recount');
  await scene.call('verifier', '/api/v1/nothing');
  await scene.call('operator', '/api/v1/commands/no-uuid');
  return { live: noPoll, rehearsal: noPoll };
});

moment('2 rewritten', async (scene) => {
  const cue = {
    id: 'applause',
    kind: 'single',
    text: 'Loudest applause?',
    options: [{ id: 'left', text: 'Left' }],
    durationMs: ten,
  };
  await scene.send('producer', 'cue.add', { payload: { cue, before: 'best-performance' } });
  await scene.send('producer', 'cue.add', { payload: { cue } });
  await scene.send('producer', 'cue.add', { payload: { cue: { ...cue, id: 'later', trigger: { after: 'nobody' } } } });
  await scene.send('producer', 'cue.add', { payload: { cue: { ...cue, id: 'odd', kind: 'raffle' } } });
  await scene.send('operator', 'cue.add', { payload: { cue: { ...cue, id: 'not-mine' } } });
  await scene.send('producer', 'cue.ready', { target: 'applause' });
  const options = ['left', 'right'].map((id) => ({ id, text: id }));
  await scene.send('producer', 'cue.edit', {
    target: 'applause',
    payload: { cue: { options, maxBallots: 2, class: 'editorial' } },
  });
  await scene.send('producer', 'cue.ready', { target: 'applause' });
  await scene.send('producer', 'cue.edit', {
    target: 'applause',
    payload: { cue: { text: 'Whose?' } },
    expectedRevision: 1,
  });
  await scene.send('producer', 'cue.edit', {
    target: 'join',
    payload: { cue: { trigger: { after: 'opening-number' } } },
  });
  await scene.send('producer', 'cue.edit', { target: 'night-rating', payload: { cue: { class: 'regulated' } } });
  for (const target of ['join', 'opening-number', 'best-performance', 'jury-save']) {
    await scene.send('producer', 'cue.edit', { target, payload: { cue: { durationMs: ten } } });
  }
  await scene.send('producer', 'cue.move', { target: 'winners-single', payload: { before: null } });
  await scene.send('producer', 'cue.move', { target: 'winner', payload: { before: 'nobody' } });
  await scene.send('producer', 'cue.move', { target: 'winner', payload: { before: 'join' } });
  await scene.send('producer', 'cue.skip', { target: 'sofa-check' });
  await scene.send('producer', 'cue.skip', { target: 'final-song' });
  await scene.send('producer', 'cue.skip', { target: 'final-song' });
  await scene.send('producer', 'cue.remove', { target: 'encore-songs' });
  await scene.send('producer', 'cue.remove', { target: 'first-instrument' });
  await scene.send('producer', 'cue.remove', { target: 'encore-songs' });
  await scene.send('producer', 'poll.answer', { target: 'first-year', payload: { answer: ['1999'] } });
  await scene.send('producer', 'poll.answer', { target: 'first-year', payload: { answer: ['2011'] } });
  await scene.send('producer', 'poll.answer', { target: 'winner', payload: { answer: ['lanterns'] } });
  await scene.send('producer', 'show.t0', { payload: { t0Ms: Date.UTC(2_090, 0, 1, 20) } });
  return { live: noPoll, rehearsal: noPoll };
});

moment('3 armed', async (scene) => {
  await scene.send('director', 'show.control');
  await scene.send('producer', 'show.control');
  await scene.send('producer', 'cue.go', { target: 'applause' });
  await scene.send('producer', 'cue.arm', { target: 'sofa-check' });
  await scene.send('producer', 'cue.arm', { target: 'night-rating' });
  await scene.send('director', 'cue.arm', { target: 'applause' });
  await scene.send('producer', 'cue.arm', { target: 'nobody' });
  await scene.send('producer', 'cue.arm', { target: 'applause' });
  await scene.send('producer', 'cue.disarm', { target: 'applause' });
  await scene.send('producer', 'cue.arm', { target: 'applause' });
  await scene.send('producer', 'cue.edit', { target: 'applause', payload: { cue: { text: 'Too late' } } });
  await scene.send('producer', 'cue.edit', { target: 'applause', payload: { cue: { notes: 'Watch the meter.' } } });
  await scene.send('producer', 'show.mode', { payload: { mode: 'live' } });
  return { live: noPoll, rehearsal: noPoll };
});

moment('4 rehearsed', async (scene) => {
  await scene.go('applause');
  await scene.send('producer', 'poll.recall', { target: 'applause', payload: { reason } });
  await scene.sealed('applause:rehearsal:1');
  await scene.look('recalled', { rehearsal: noPoll });
  await scene.send('producer', 'cue.rerun', { target: 'applause' });
  await scene.send('producer', 'cue.ready', { target: 'applause' });
  await scene.send('producer', 'cue.arm', { target: 'applause' });
  await scene.go('applause');
  await scene.look('on air', { rehearsal: pollIs('applause', 'open') });
  const [insider, outsider] = [await scene.voter('http', { rehearses: true }), await scene.voter('http')];
  await scene.cast(insider, ballot('rehearsed-1', 'applause', ['left'], 2));
  await scene.cast(insider, ballot('rehearsed-2', 'applause', ['right'], 2));
  await scene.cast(insider, ballot('rehearsed-3', 'applause', ['right'], 2));
  await scene.cast(outsider, ballot('rehearsed-4', 'applause', ['left'], 2));
  return { live: noPoll, rehearsal: pollIs('applause', 'open') };
});

moment('5 live', async (scene) => {
  await scene.send('producer', 'show.mode', { payload: { mode: 'live' } });
  await scene.send('producer', 'poll.close', { target: 'applause' });
  await scene.send('producer', 'poll.close', { target: 'applause', payload: { confirmed: true } });
  await scene.closed('applause', 'closed');
  await scene.send('producer', 'show.mode', { payload: { mode: 'live' } });
  await scene.look('live, with nothing on air', { live: noPoll, rehearsal: noPoll });
  await scene.send('producer', 'cue.arm', { target: 'opening-number' });
  await scene.go('opening-number');
  await scene.look('on air', { live: pollIs('opening-number', 'open') });
  const [ws, http, plain] = [await scene.voter('ws'), await scene.voter('http'), await scene.voter('text/plain')];
  await scene.cast(ws, ballot('live-1', 'opening-number', ['5']));
  await scene.cast(ws, ballot('live-1', 'opening-number', ['5']));
  await scene.cast(ws, ballot('live-2', 'opening-number', ['1']));
  await scene.cast(http, ballot('live-3', 'opening-number', ['6']));
  await scene.cast(http, ballot('live-4', 'opening-number', ['1', '2']));
  await scene.cast(http, ballot('live-5', 'opening-number', ['5'], 2));
  await scene.cast(http, ballot('live-6', 'nothing', ['5']));
  await scene.cast(http, ballot('live-7', 'opening-number', ['5']));
  await scene.cast(plain, ballot('live-8', 'opening-number', ['1']));
  await scene.cast(plain, ballot('live-9', 'applause', ['left'], 2));
  await scene.cast(await scene.voter('http', { rehearses: true }), ballot('live-10', 'opening-number', ['1']));
  await scene.send('producer', 'cue.arm', { target: 'jury-save' });
  await scene.send('producer', 'cue.go', { target: 'jury-save' });
  await scene.send('producer', 'cue.disarm', { target: 'jury-save' });
  return { live: ({ results }) => results?.options?.some(({ share }) => share === 0.667) === true };
});

moment('6 held and extended', async (scene) => {
  const target = 'opening-number';
  const before = await scene.cue(target);
  const { body } = await scene.send('operator', 'poll.pause', { target, payload: { reason } });
  const held = await scene.cue(target);
  scene.note('what is left is what was left as it was held', held.remainingMs === (before.closesAtMs ?? 0) - body.atMs);
  await scene.look('held', { live: pollIs(target, 'paused') });
  const voter = await scene.voter('http');
  await scene.cast(voter, ballot('held-1', target, ['2']));
  await scene.send('producer', 'poll.pause', { target, payload: { reason } });
  await scene.send('director', 'poll.resume', { target });
  const { body: resumed } = await scene.send('operator', 'poll.resume', { target });
  const goesOn = await scene.cue(target);
  scene.note('it goes on with that', goesOn.closesAtMs === resumed.atMs + (held.remainingMs ?? 0));
  await scene.send('producer', 'poll.extend', { target, payload: { byMs: 60_000 } });
  await scene.send('producer', 'poll.extend', { target, payload: { byMs: -30_000 } });
  await scene.send('producer', 'poll.extend', { target, payload: { byMs: -2 * ten } });
  await scene.send('operator', 'poll.extend', { target, payload: { byMs: 60_000 } });
  const { closesAtMs } = await scene.cue(target);
  scene.note('it is longer by 30 s', closesAtMs === (goesOn.closesAtMs ?? 0) + 30_000);
  await scene.cast(voter, ballot('held-1', target, ['2']));
  const isNewest = ({ poll, results }: PublicState) =>
    poll?.closesAtMs === closesAtMs && results?.options?.some(({ id, share }) => id === '2' && share === 0.25) === true;
  return { live: isNewest };
});

moment('7 closed and not yet verified', async (scene) => {
  const target = 'best-performance';
  await scene.send('producer', 'poll.close', { target: 'opening-number', payload: { confirmed: true } });
  await scene.closed('opening-number', 'verified');
  const voters = [await scene.voter('ws'), await scene.voter('http'), await scene.voter('text/plain')] as const;
  await scene.cast(voters[0], ballot('after-1', 'opening-number', ['5']));
  await scene.send('producer', 'cue.arm', { target });
  await scene.go(target);
  await scene.look('on air, beside the last one', { live: pollIs(target, 'open') });
  await scene.cast(voters[0], ballot('sealed-1', target, ['lanterns']));
  await scene.cast(voters[1], ballot('sealed-2', target, ['ada-quist']));
  await scene.send('director', 'poll.close', { target, payload: { confirmed: true } });
  await scene.send('producer', 'poll.close', { target, payload: { confirmed: true } });
  await scene.cast(voters[2], ballot('sealed-3', target, ['ada-quist']));
  await scene.look('closing', { live: pollIs(target, 'closing') });
  await scene.send('producer', 'poll.verify', { target });
  await scene.closed(target, 'closed');
  await scene.cast(await scene.voter('ws'), ballot('sealed-4', target, ['ada-quist']));
  await scene.send('producer', 'poll.reveal', { target, payload: { surface: 'audience', visibility: 'counts' } });
  await scene.send('director', 'overlay.take', { payload: { surface: 'main', runId: `${target}:live:1` } });
  await scene.send('verifier', 'poll.verify', { target });
  await scene.call('operator', `/api/v1/polls/${target}/recount`);
  return { live: pollIs(target, 'closed') };
});

moment('8 verified and revealed', async (scene) => {
  const target = 'best-performance';
  const runId = `${target}:live:1`;
  const reveal = (surface: string, visibility: string) =>
    scene.send('producer', 'poll.reveal', { target, payload: { surface, visibility } });
  const shows = (visibility: string) => ({ live: ({ results }: PublicState) => results?.visibility === visibility });
  await scene.send('producer', 'poll.verify', { target });
  for (const visibility of ['turnout', 'percentages', 'counts']) {
    await reveal('audience', visibility);
    await scene.look(visibility, shows(visibility));
  }
  await reveal('overlay', 'percentages');
  await scene.send('producer', 'overlay.take', { payload: { surface: 'main', runId } });
  await scene.send('director', 'overlay.take', { payload: { surface: 'main', runId } });
  await scene.send('director', 'overlay.hide', { payload: { surface: 'main', runId: 'opening-number:live:1' } });
  await reveal('desk', 'hidden');
  await scene.call('director', `/api/v1/polls/${target}/recount`);
  await scene.call('verifier', `/api/v1/polls/${target}/recount`);
  await scene.send('producer', 'poll.answer', { target: 'first-year', payload: { reveal: true } });
  return shows('counts');
});

moment('9 a call to action, and a switch', async (scene) => {
  await scene.send('producer', 'cue.arm', { target: 'join' });
  await scene.go('join');
  await scene.send('producer', 'poll.reveal', {
    target: 'join',
    payload: { surface: 'audience', visibility: 'counts' },
  });
  const flip = { switch: 'results-cadence', position: 'on', reason, revertAfterMs: 3_600_000 };
  await scene.send('producer', 'switch.set', { payload: flip });
  await scene.send('operator', 'switch.set', { payload: { ...flip, switch: 'lights' } });
  await scene.send('operator', 'switch.set', { payload: flip });
  await scene.switched(true);
  return { live: ({ cta, hints }) => cta !== undefined && hints.cadenceMs === 3_000 };
});

moment('10 void, and the air cleared', async (scene) => {
  const target = 'jury-save';
  await scene.send('operator', 'switch.set', { payload: { switch: 'results-cadence', position: 'auto', reason } });
  await scene.switched(false);
  await scene.send('producer', 'cue.arm', { target });
  await scene.go(target);
  await scene.look('on air', { live: pollIs(target, 'open') });
  await scene.cast(await scene.voter('http'), ballot('void-1', target, ['stay']));
  await scene.cast(await scene.voter('http'), ballot('void-2', target, ['stay']));
  await scene.counted();
  await scene.send('operator', 'poll.void', { target, payload: { reason } });
  await scene.send('operator', 'poll.void', { target, payload: { reason } });
  await scene.send('producer', 'poll.void', { target, payload: { reason: 'It was read out wrongly.' } });
  await scene.sealed(`${target}:live:1`);
  await scene.cast(await scene.voter('http'), ballot('void-3', target, ['leave']));
  await scene.look('void', { live: (state) => state.poll?.intake !== 'open' });
  await scene.send('operator', 'poll.revoke', { target: 'best-performance', payload: { reason } });
  await scene.send('verifier', 'show.clear');
  await scene.closed('join', 'verified');
  await scene.look('cleared', { live: (state) => state.poll === undefined && state.cta === undefined });
  await scene.send('producer', 'cue.rerun', { target });
  await scene.send('producer', 'poll.archive', { target: 'opening-number' });
  await scene.send('operator', 'alarm.seen', { payload: { id: 'nothing' } });
  await scene.call('producer', `/api/v1/polls/${target}/recount?round=1`);
  return { live: (state) => noPoll(state) && state.hints.cadenceMs === 1_000 };
});
