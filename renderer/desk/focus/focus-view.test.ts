import { expect, test } from 'vitest';
import type { OptionId } from '../../../shared/protocol/ids.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { cueId, VITALS } from '../testing/show-fixture.ts';
import { preflightView } from '../words/preflight-view.ts';
import { type FocusView, focusView } from './focus-view.ts';
import { forecastInput, forecastView } from './forecast-view.ts';

function view(...args: Parameters<typeof momentWith>): FocusView {
  const made = focusView(momentWith(...args));
  if (!made) throw new Error('no cue in focus');
  return made;
}
const looking = (n: number) => ({ window: { selected: cueId(n), lane: null, watched: null, holding: null } });

test('options stand with their length against the overlay line, and too long ones are marked', () => {
  const options = [
    { id: 'a' as OptionId, text: 'Yes' },
    { id: 'b' as OptionId, text: 'A name that is far too long for one line' },
  ];
  expect(view({ cues: { [cueId(8)]: { options } } }).options).toMatchObject([
    { letter: 'A', length: '3 of 32', long: false },
    { letter: 'B', length: '8 too long', long: true },
  ]);
});

test('notes and what to do when it fails stand beside the cue, where there are any', () => {
  expect(view({ cues: { [cueId(8)]: { notes: 'On her word.', contingency: 'Go on with 9.' } } }).advice).toEqual([
    { name: 'Notes', text: 'On her word.' },
    { name: 'If it fails', text: 'Go on with 9.' },
  ]);
  expect(view({ cues: { [cueId(8)]: { notes: ' ', contingency: '' } } }).advice).toEqual([]);
});

test('the right answer is marked where this role was sent it, and nowhere else', () => {
  expect(view({ moment: looking(3) }).options.map((o) => o.right)).toEqual([false, true, false]);
  const { answer: _, ...unknown } = { answer: undefined };
  expect(
    view({ cues: { [cueId(3)]: { ...unknown, answer: undefined as never } }, moment: looking(3) }).options.some(
      (o) => o.right,
    ),
  ).toBe(false);
});

test('what a viewer can see now is told apart from what is planned from GO', () => {
  const live = { audience: 'percentages' } as const;
  expect(view({ cues: { [cueId(8)]: { live } } }).surfaces[1]).toMatchObject({
    visibility: 'percentages from GO',
    onAir: false,
  });
  const visibility = { desk: 'counts', audience: 'counts', overlay: 'hidden', api: 'hidden' } as const;
  const shown = { cues: { [cueId(8)]: { intake: 'verified', visibility } }, moment: looking(8) } as const;
  expect(view(shown).surfaces[1]).toMatchObject({ visibility: 'counts', onAir: true });
  expect(view({ ...shown, show: { mode: 'rehearsal' } }).surfaces[1]?.onAir).toBe(false);
});

test('a draft says what is missing', () => {
  expect(view({ moment: looking(12) }).missing).toBe('It needs 2 or more options and has 1.');
  expect(view({}).missing).toBeNull();
});

test('the pre-flight repeats the core’s checks and adds the degradation level', () => {
  const rows = preflightView(VITALS)?.rows ?? [];
  expect(rows.map((r) => [r.name, r.state])).toEqual([
    ['Storage', 'ok'],
    ['Clock', 'ok'],
    ['Edges', 'ok'],
    ['Forecast', 'ok'],
    ['Ledger', 'ok'],
    ['Degradation', 'warn'],
  ]);
  expect(preflightView(null)).toBeNull();
});

test('the forecast stands against what the edges hold', () => {
  const made = forecastView(forecastInput(VITALS));
  expect(made).toMatchObject({
    kind: 'curve',
    from: 'from 120,000 expected',
    peak: '7,961',
    headroom: { text: '17', short: false },
  });
  const over = forecastView({ viewers: 60_000, forecastViewers: 120_000, online: 120_000 });
  expect(over).toMatchObject({ from: 'from 120,000 online', headroom: { text: '-100', short: true } });
  expect(forecastView({ viewers: 18_000, forecastViewers: 0, online: 0 }).kind).toBe('nobody');
  expect(forecastView(forecastInput(null)).kind).toBe('unknown');
});
