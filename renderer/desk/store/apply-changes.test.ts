import { expect, test } from 'vitest';
import type { Change } from '../../../shared/protocol/desk-state.ts';
import { cueId, SHOW } from '../testing/show-fixture.ts';
import { applyChanges } from './apply-changes.ts';

const cue9 = SHOW.cues.find((c) => c.id === cueId(9));
if (!cue9) throw new Error('the fixture has no cue 9');
const armed: Change = { kind: 'cue', id: cueId(9), value: { ...cue9, intake: 'armed', revision: 43 } };

test('the changes of one revision come into force together', () => {
  const onAir = { poll: null, cta: cueId(9), reaction: null };
  const result = applyChanges(SHOW, { revision: 43, changes: [armed, { kind: 'show', id: 'onAir', value: onAir }] });
  if (result.kind !== 'applied') throw new Error(result.kind);
  expect(result.state.revision).toBe(43);
  expect(result.state.cues.find((c) => c.id === cueId(9))?.intake).toBe('armed');
  expect(result.state.onAir).toEqual(onAir);
});

test('a missing revision is a gap and changes nothing', () => {
  expect(applyChanges(SHOW, { revision: 44, changes: [armed] })).toEqual({ kind: 'gap' });
});

test('old news changes nothing', () => {
  expect(applyChanges(SHOW, { revision: 41, changes: [armed] })).toEqual({ kind: 'known' });
});

test('an act that the journal has not got yet comes into force with the revision that stands', () => {
  const head: Change = { kind: 'show', id: 'head', value: { ...SHOW.show, unjournaled: 1 } };
  const result = applyChanges(SHOW, { revision: 42, changes: [armed, head] });
  if (result.kind !== 'applied') throw new Error(result.kind);
  expect([result.state.revision, result.state.show.unjournaled]).toEqual([42, 1]);
  expect(result.state.cues.find((c) => c.id === cueId(9))?.intake).toBe('armed');
});

test('cues come, go and change places', () => {
  const added: Change = { kind: 'cue', id: 'new', value: { ...cue9, id: 'new' as typeof cue9.id } };
  const removed: Change = { kind: 'cue', id: cueId(1), value: null };
  const order = ['new' as typeof cue9.id, ...SHOW.cues.slice(1).map((c) => c.id)];
  const result = applyChanges(SHOW, {
    revision: 43,
    changes: [added, removed, { kind: 'show', id: 'order', value: order }],
  });
  expect(result.kind === 'applied' && result.state.cues.map((c) => c.id)).toEqual(order);
});
