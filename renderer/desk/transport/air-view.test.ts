import { expect, test } from 'vitest';
import type { OptionId } from '../../../shared/protocol/ids.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { at, cueId, SHOW, VITALS } from '../testing/show-fixture.ts';
import { thresholdPassed } from '../words/said-times.ts';
import { type AirRun, airView } from './air-view.ts';

function run(...args: Parameters<typeof momentWith>): AirRun {
  const view = airView(momentWith(...args));
  if (view.kind !== 'run') throw new Error('nothing on air');
  return view;
}

test('on air: time left, votes, turnout, rate and every option', () => {
  const view = run({});
  expect(view).toMatchObject({ tone: 'air', title: 'On air', number: '7', clock: { kind: 'running', text: '00:23' } });
  expect(view.figures.map((f) => f.value + f.unit)).toEqual(['61,482', '52.0%', '1,240/s']);
  expect(view.options.map((o) => [o.letter, o.count, o.share])).toEqual([
    ['A', '24,806', '40.3 %'],
    ['B', '21,118', '34.4 %'],
    ['C', '15,558', '25.3 %'],
  ]);
});

test('shows no turnout when more have voted than are still there', () => {
  const { figures } = run({ vitals: { online: 61_481 } });
  expect(figures.map((f) => f.value + f.unit)).toEqual(['61,482', '–', '1,240/s']);
});

test('nothing is red in rehearsal', () => {
  expect(run({ show: { mode: 'rehearsal' } })).toMatchObject({ tone: 'rehearsal', title: 'Open in rehearsal' });
});

test('on hold the clock stands and the reason is told', () => {
  const { closesAtMs: _, ...cue } = SHOW.cues[6] ?? {};
  const view = run({
    cues: {
      [cueId(7)]: {
        ...cue,
        intake: 'paused',
        closesAtMs: undefined,
        remainingMs: 12_000,
        reason: 'wrong picture',
      } as never,
    },
  });
  expect(view.clock).toMatchObject({ kind: 'held', text: '00:12' });
  expect(view.note).toBe('On hold: wrong picture. Viewers see “hold on”.');
});

test('HOLD without a reason gives none', () => {
  const { note } = run({ cues: { [cueId(7)]: { intake: 'paused', reason: 'hold' } } });
  expect(note).toBe('On hold. Viewers see “hold on”.');
});

test('a rating says its average as phones do, once there are votes that this desk may see', () => {
  const options = [1, 2, 3, 4, 5].map((n) => ({ id: `s${n}` as OptionId, text: String(n) }));
  const tally = (counts: number[]) => ({
    options: options.map(({ id }, i) => ({ id, count: counts[i] ?? 0, share: 0 })),
    total: counts.reduce((sum, count) => sum + count, 0),
  });
  const rated = (counts: number[] | null) =>
    run({
      cues: {
        [cueId(7)]: {
          ...{ kind: 'rating', options, intake: 'verified' },
          ...(counts === null ? {} : { tally: tally(counts) }),
        } as never,
      },
      vitals: { runs: [] },
    }).note;
  expect(rated([0, 0, 0, 1, 3])).toBe('Average 4.8 of 5');
  expect(rated([0, 0, 0, 0, 0])).toBeNull();
  expect(rated(null)).toBeNull();
});

test('after closing the sealed result stays, without turnout or rate', () => {
  const view = run({ cues: { [cueId(7)]: { intake: 'verified', head: 'abcdef0123', verifiedBy: 'Mara L.' } } });
  expect(view.figures.map((f) => f.value)).toEqual(['61,482', 'final']);
  expect(view.facts).toContainEqual({ name: 'Verified', value: 'Mara L.' });
});

test('hidden numbers are said to be hidden, numbers that have not come are not', () => {
  const visibility = { desk: 'hidden', audience: 'hidden', overlay: 'hidden', api: 'hidden' } as const;
  expect(run({ cues: { [cueId(7)]: { visibility } }, vitals: { runs: [] } })).toMatchObject({
    note: 'The numbers are hidden from this desk.',
  });
  expect(run({ vitals: { runs: [] } }).figures[0]?.value).toBe('–');
});

test('a run that has left the vitals keeps its sealed numbers, and no fault is told of it', () => {
  const tally = { total: 61_482, options: [{ id: 'a' as OptionId, count: 24_806, share: 0.4035 }] };
  const cues = { [cueId(7)]: { intake: 'closed', head: 'abcdef0123', tally } } as const;
  const gone = run({ cues, vitals: { runs: [] } });
  expect(gone.figures.map((f) => f.value)).toEqual(['61,482', 'sealed']);
  expect([gone.options[0]?.count, gone.sealed, gone.note]).toEqual(['24,806', true, null]);
  const late = VITALS.runs.map((r) => ({ ...r, reconciled: false }));
  expect(run({ cues, vitals: { runs: late } }).note).toBeNull();
  expect(run({ vitals: { runs: late } }).note).toContain('differ');
});

test('what was revoked or declared void is not called a result, sealed or not', () => {
  for (const intake of ['revoked', 'void'] as const) {
    const { figures } = run({
      cues: { [cueId(7)]: { intake, reason: 'x', tally: { total: 9 } } },
      vitals: { runs: [] },
    });
    expect(figures.map((f) => f.value)).toEqual(['9', intake]);
    expect(run({ cues: { [cueId(7)]: { intake, reason: 'x' } }, vitals: { runs: [] } }).figures[0]?.value).toBe('–');
  }
});

test('while it closes it is said which edges it waits for, and until when', () => {
  const untilMs = at(21, 14, 5);
  const closing = (edges: string[]) =>
    run({
      cues: { [cueId(7)]: { intake: 'closing' } },
      vitals: { runs: VITALS.runs.map((r) => ({ ...r, waitsFor: { edges, untilMs } })) },
    }).note;
  expect(closing(['edge-2'])).toBe('Waiting for edge-2, until 21:14:05 at the latest.');
  expect(closing(['e1', 'e2'])).toContain('Waiting for e1 and e2, until');
  expect(closing(['e1', 'e2', 'e3', 'e4', 'e5'])).toContain('Waiting for e1, e2, e3 and 2 more, until');
  expect(closing([])).toContain('Votes that were under way');
  expect(run({ cues: { [cueId(7)]: { intake: 'closing' } } }).note).toContain('Votes that were under way');
});

test('before the first GO nothing is on air', () => {
  const none = Object.fromEntries(
    SHOW.cues.map((c) => [c.id, { intake: 'ready' as const, openedAtMs: undefined as never }]),
  );
  expect(airView(momentWith({ cues: none })).kind).toBe('nothing');
});

test('the time left is read out at 60, 30, 10 and 0 s only', () => {
  expect(thresholdPassed(60_050, 59_950)).toBe(60);
  expect(thresholdPassed(45_000, 44_900)).toBeNull();
  expect(thresholdPassed(30_100, 30_000)).toBe(30);
  expect(thresholdPassed(10_020, 9_920)).toBe(10);
  expect(thresholdPassed(80, null)).toBe(0);
  expect(thresholdPassed(25_000, null)).toBeNull();
  expect(thresholdPassed(null, 20_000)).toBeNull();
});
