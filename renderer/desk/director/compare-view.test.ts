import { expect, test } from 'vitest';
import type { OptionId } from '../../../shared/protocol/ids.ts';
import type { Counted } from '../charts/rates.ts';
import type { RunPoint } from '../history/curves.ts';
import { type Changes, momentWith } from '../testing/moment-fixture.ts';
import { cueId } from '../testing/show-fixture.ts';
import { compareView, leadOf, pointAt } from './compare-view.ts';

const counts = (...of: number[]) => of.map((count, i) => ({ id: 'abc'[i] as OptionId, count }));

/** A run of `seconds` that grew evenly to 900 a second, two thirds of it for the first option. */
function evenly(openedAtMs: number, seconds: number): Counted {
  const points: RunPoint[] = Array.from({ length: seconds }, (_, s) => ({
    atMs: openedAtMs + s * 1_000,
    online: 120_000,
    total: (s + 1) * 900,
    options: counts((s + 1) * 600, (s + 1) * 300),
  }));
  return { points, stepMs: 1_000 };
}

function compared(changes: Partial<Changes>, seconds: number) {
  const moment = momentWith(changes);
  const find = (n: number) => {
    const cue = moment.show.cues.find(({ id }) => id === cueId(n));
    if (cue?.openedAtMs === undefined) throw new Error(`cue ${n} was never open`);
    return { cue, openedAtMs: cue.openedAtMs };
  };
  const [now, before] = [find(7), find(6)];
  const run = { points: [], stepMs: 1_000 };
  const otherRun = evenly(before.openedAtMs, seconds);
  return compareView({ moment, cue: now.cue, points: [], run, other: before.cue, otherRun });
}
const row = (view: ReturnType<typeof compared>, name: string) => view.rows.find((r) => r.name === name);

test('both stand at the same moment after GO', () => {
  const view = compared({}, 90);
  expect(view.at).toBe('at 1:07 after GO');
  expect([view.now, view.before]).toEqual(['Cue 7 now', 'Cue 6 then']);
  // 67 s in, at 900 a second.
  expect(row(view, 'Votes')).toMatchObject({
    now: { value: '61,482' },
    before: { value: '60,300' },
    change: { value: '+2.0', unit: '%' },
  });
  expect(row(view, 'Turnout')).toMatchObject({
    now: { value: '52.0' },
    before: { value: '50.3' },
    change: { unit: 'points' },
  });
  expect(row(view, 'Lead of the first')).toMatchObject({
    now: { value: '3,688' },
    before: { value: '20,100' },
    change: { value: '−16,412' },
  });
  expect(row(view, 'Votes per second')).toMatchObject({ now: { value: '1,240' }, before: { value: '900' } });
});

test('two polls that have left the vitals are compared by what was sealed', () => {
  const tally = { total: 61_482, options: counts(24_806, 21_118, 15_558) };
  const cues = { [cueId(7)]: { intake: 'verified', tally } } as const;
  const view = compared({ cues, vitals: { runs: [] } }, 90);
  expect(row(view, 'Votes')?.now.value).toBe('61,482');
  expect(row(view, 'Final votes')).toMatchObject({ now: { value: '61,482' }, before: { value: '61,100' } });
  expect(row(view, 'Lead of the first')?.now.value).toBe('3,688');
});

test('a poll that was over by then stands at its end', () => {
  const cues = { [cueId(6)]: { closesAtMs: momentWith({}).show.cues[5]?.openedAtMs ?? 0 } };
  const view = compared({ cues }, 40);
  expect(view.before).toBe('Cue 6 at its end');
  expect(row(view, 'Votes')?.before.value).toBe('36,000');
  expect(row(view, 'Votes per second')?.before.value).toBe('0');
});

test('of both it is said how much came from few networks, by the name of each', () => {
  const concentrated = { ballots: 900, networks: 1, above: 611 };
  expect(compared({}, 90).concentrated).toEqual([]);
  expect(compared({ cues: { [cueId(6)]: { concentrated } } }, 90).concentrated).toMatchObject([
    { about: 'Cue 6', words: { text: '900 of 61,100 from 1 network with over 611 ballots', isLarge: false } },
  ]);
});

test('counts kept from this desk leave their cells empty and say why', () => {
  const hidden = { desk: 'hidden', audience: 'hidden', overlay: 'hidden', api: 'hidden' } as const;
  const view = compared({ cues: { [cueId(7)]: { visibility: hidden } }, vitals: { runs: [] } }, 90);
  expect(row(view, 'Votes')).toMatchObject({ now: { value: '–' }, change: { value: '–' } });
  expect(view.note).toBe('The counts of cue 7 are kept from this desk.');
});

test('before its first count a run has no point, after its last it keeps that', () => {
  const run = evenly(0, 10);
  expect(pointAt(run, 400)).toBeNull();
  expect(pointAt(run, 60_000)?.total).toBe(9_000);
});

test('a lead needs two counts', () => {
  expect(leadOf({ options: counts(5, 9, 2) })).toBe(4);
  expect(leadOf({ options: [{ id: 'a' as OptionId, share: 1 }] })).toBeNull();
  expect(leadOf(null)).toBeNull();
});
