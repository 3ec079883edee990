import { expect, test } from 'vitest';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { Moment } from '../store/moment.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { type EvidenceSaving, evidenceView } from './evidence-view.ts';

const IDLE: EvidenceSaving = { kind: 'idle' };
const [first] = momentWith({}).show.cues;

function viewOf(cue: Partial<DeskCue>, { saving = IDLE, ...moment }: Partial<Moment> & { saving?: EvidenceSaving }) {
  if (first === undefined) throw new Error('the fixture show has no cue');
  const visibility = { ...first.visibility, desk: 'counts' as const };
  return evidenceView(momentWith({ moment }), { ...first, visibility, ...cue }, saving);
}

test.each(['closed', 'verified', 'archived'] as const)('of a %s poll can be saved', (intake) => {
  expect(viewOf({ intake }, {}).kind).toBe('ready');
});

test.each(['revoked', 'void'] as const)('of a %s poll can be saved once its votes are sealed', (intake) => {
  expect(viewOf({ intake }, {}).kind).toBe('blocked');
  expect(viewOf({ intake, head: 'ab12' }, {}).kind).toBe('ready');
});

test.each([
  ['while the poll is open', viewOf({ intake: 'open' }, {}), /once it is closed/],
  [
    'by a director',
    viewOf({ intake: 'closed' }, { me: { actor: 'Dee', roles: ['director'] } }),
    /owner, a producer or a verifier/,
  ],
  ['without a core', viewOf({ intake: 'closed' }, { link: { kind: 'down', sinceMs: 0, attempt: 1 } }), /reached/],
])('cannot be saved %s', (_when, view, why) => {
  expect(view).toEqual({ kind: 'blocked', say: expect.stringMatching(why) });
});

test('says how far it is', () => {
  const say = (saving: EvidenceSaving) => viewOf({ intake: 'closed' }, { saving });
  expect(say({ kind: 'packing' })).toEqual({ kind: 'pending', say: 'being packed…' });
  expect(say({ kind: 'saved', name: 'x.zip' })).toEqual({ kind: 'ready', say: 'saved as x.zip' });
  expect(say({ kind: 'failed', message: 'The disk is full.' })).toEqual({ kind: 'ready', say: 'The disk is full.' });
});
