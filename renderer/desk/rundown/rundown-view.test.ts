import { expect, test } from 'vitest';
import { scheduleOf } from '../../../shared/domain/schedule.ts';
import { Intake } from '../../../shared/protocol/desk-state.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { at, cueId, NOW_MS, SHOW, T0_MS } from '../testing/show-fixture.ts';
import { metaOf } from '../words/cue-words.ts';
import { rundownView } from './rundown-view.ts';

test('a cue goes by its own number wherever it stands, in its row and where others name it', () => {
  const [first, second, ...rest] = SHOW.cues;
  if (first === undefined || second === undefined) throw new Error('the fixture has cues');
  const cues = [second, { ...first, number: '1.1' }, ...rest];
  const rows = rundownView({ ...momentWith({}), show: { ...SHOW, cues } }).rows;
  expect(rows.slice(0, 3).map(({ number }) => number)).toEqual(['2', '1.1', '3']);
  expect(metaOf({ kind: 'single', trigger: { after: first.id } }, cues)).toContain('after cue 1.1');
});

test('a row says number, times, deviation and state in words', () => {
  const rows = rundownView(momentWith({})).rows;
  expect(rows[6]).toMatchObject({
    number: '7',
    planned: '21:12:48',
    at: '21:13:30',
    off: '+0:42',
    late: true,
    place: 'air',
    plate: { word: 'On air', tone: 'air' },
  });
  expect(rows[7]).toMatchObject({
    at: '21:16:12',
    expected: true,
    off: '+0:42',
    place: 'next',
    selected: true,
    plate: { word: 'Armed' },
  });
  expect(rows[5]).toMatchObject({ off: '+0:31', late: false, place: 'past' });
});

test('what fires by itself is on time again, and what follows it too', () => {
  const rows = rundownView(momentWith({})).rows;
  expect(rows[9]).toMatchObject({ at: '21:40:00', off: '0:00' });
  expect(rows[10]).toMatchObject({ at: '21:46:00', off: '0:00' });
});

test('a GO that was stamped by a clock an hour ahead does not make the rest of the show an hour late', () => {
  const cues = SHOW.cues.map((cue) =>
    cue.id === cueId(7) ? { ...cue, intake: 'closed' as const, openedAtMs: at(22, 13, 30) } : cue,
  );
  const { times, offMs } = scheduleOf(cues, SHOW.show, NOW_MS);
  expect(times.get(cueId(7))).toMatchObject({ atMs: at(22, 13, 30), offMs: null });
  // As late as the cue before it was.
  expect([times.get(cueId(8))?.offMs, offMs]).toEqual([31_000, 31_000]);
});

test('a cue that is overdue slips on with the clock, and the show with it', () => {
  const { times, offMs } = scheduleOf(SHOW.cues, SHOW.show, at(21, 17, 0));
  expect(times.get(cueId(8))).toMatchObject({ atMs: at(21, 17, 0), offMs: 90_000 });
  expect(offMs).toBe(90_000);
});

test('without planned times there is no deviation and no end', () => {
  const cues = SHOW.cues.map(({ trigger: _, ...cue }) => cue);
  expect(scheduleOf(cues, SHOW.show, NOW_MS)).toMatchObject({ offMs: null, expectedEndMs: null });
});

test('a cue after another is planned from it, and cues that wait for each other, or for no time of a calendar, have none', () => {
  const cue = (id: string, trigger: object) =>
    ({ id, trigger, durationMs: 60_000, intake: 'ready', skipped: false }) as never;
  const cues = [
    cue('a', { offsetMs: 0 }),
    cue('b', { after: 'a' }),
    cue('c', { after: 'a', on: 'opened' }),
    cue('d', { after: 'e' }),
    cue('e', { after: 'd' }),
    cue('f', { offsetMs: 9e15 }),
    cue('g', { after: 'f' }),
  ];
  const planned = [...scheduleOf(cues, { t0Ms: T0_MS }, T0_MS - 1).times.values()].map((t) => t.plannedMs);
  expect(planned).toEqual([T0_MS, T0_MS + 60_000, T0_MS, null, null, null, null]);
});

test('every state has its word', () => {
  const words = (intake: Intake, mode: 'live' | 'rehearsal') =>
    rundownView(momentWith({ cues: { [cueId(8)]: { intake } }, show: { mode } })).rows[7]?.plate.word;
  expect(Intake.options.map((i) => words(i, 'live'))).toEqual([
    'Draft',
    'Ready',
    'Armed',
    'On air',
    'On hold',
    'Closing',
    'Closed',
    'Verified',
    'Archived',
    'Revoked',
    'Void',
  ]);
  expect(words('open', 'rehearsal')).toBe('Open');
  expect(rundownView(momentWith({ cues: { [cueId(8)]: { skipped: true } } })).rows[7]?.plate.word).toBe('Skipped');
});

test('nothing in a rehearsal’s rundown is red', () => {
  const tones = rundownView(momentWith({ show: { mode: 'rehearsal' } })).rows.map((r) => [r.plate.tone, r.place]);
  expect(tones.flat()).not.toContain('air');
});

test('the line under a cue names kind, class and trigger', () => {
  const cue = (more: object) => ({ kind: 'single', ...more }) as never;
  expect(metaOf(cue({ class: 'editorial' }), SHOW.cues)).toBe('Single choice, editorial · by hand');
  expect(metaOf(cue({ kind: 'cta', trigger: { after: cueId(8) } }), SHOW.cues)).toBe('CTA · after cue 8');
  expect(metaOf(cue({ trigger: { offsetMs: 0, autoGo: true } }), SHOW.cues)).toBe('Single choice, fun · auto-GO');
});
