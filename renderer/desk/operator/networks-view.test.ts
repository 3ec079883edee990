import { expect, test } from 'vitest';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { NetworkVitals, Vitals } from '../../../shared/protocol/vitals.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { ATTACK, CARRIER_NIGHT, HIDDEN_COUNT, HOARDED } from '../testing/network-fixture.ts';
import { cueId, VITALS } from '../testing/show-fixture.ts';
import { agesView, beyondWords, networksView } from './networks-view.ts';

const HIDDEN: DeskCue['visibility'] = { desk: 'hidden', audience: 'hidden', overlay: 'hidden', api: 'hidden' };
const hiddenRuns = VITALS.runs.map(({ runId, reconciled }) => ({ runId, reconciled }));

function viewOf(networks: readonly NetworkVitals[], vitals: Partial<Vitals> = {}) {
  const view = networksView(momentWith({ vitals: { networks: [...networks], ...vitals } }));
  if (view.kind !== 'told') throw new Error('this desk is told');
  return view;
}

test('a row says what was made, voted and turned away, formatted as everywhere', () => {
  expect(viewOf(ATTACK).rows[0]).toMatchObject({
    network: '2001:db8:5bad:cafe::/64',
    ...{ tokens: '38,214', tokensPerMin: '31,760', refusedPerMin: '128,406' },
    ...{ ballots: '37,504', ballotsPerMin: '30,940', share: '61.0 %', isBeyond: true },
  });
});

test('it says of which vote the figures are, and from which count on a network is beyond', () => {
  expect(viewOf(CARRIER_NIGHT).about).toBe('cue 7, beyond is over 615 of 61,482 ballots');
});

test('how many are beyond is said in a word, and nothing where none is', () => {
  expect(beyondWords(viewOf(ATTACK))).toBe('3 beyond');
  expect(beyondWords(viewOf(CARRIER_NIGHT.slice(1)))).toBe('1 beyond');
  expect(beyondWords(viewOf(CARRIER_NIGHT.slice(2)))).toBeNull();
  expect(beyondWords(viewOf(HIDDEN_COUNT))).toBeNull();
});

test('as in the line beside the result, it is large from a fifth of the count on: carriers are beyond on most nights', () => {
  const withRun = (ballots: number) =>
    VITALS.runs.map((run) => ({ ...run, concentrated: { ballots, networks: 2, above: 615 } }));
  expect(viewOf(CARRIER_NIGHT, { runs: withRun(2_022) })).toMatchObject({ beyond: 2, isLarge: false });
  expect(viewOf(ATTACK, { runs: withRun(39_526) }).isLarge).toBe(true);
  expect(viewOf(HIDDEN_COUNT, { runs: hiddenRuns }).isLarge).toBe(false);
});

test('networks beyond that are not among the rows are counted all the same', () => {
  const runs = VITALS.runs.map((run) => ({ ...run, concentrated: { ballots: 20_000, networks: 17, above: 615 } }));
  expect(beyondWords(viewOf(ATTACK, { runs }))).toBe('17 beyond');
});

test('the age of the tokens is said by its largest group, and each group exactly', () => {
  expect(viewOf(ATTACK).rows[0]?.ages?.words).toBe('99.2 % under 1 min');
  const hoarded = viewOf(HOARDED).rows[0]?.ages;
  expect(hoarded?.words).toBe('82.0 % over a day');
  expect(hoarded?.exact).toBe(
    'Ballots by the age of their voter’s token: 0 under 1 min, 2 1 to 60 min, 1,470 1 to 24 h, 6,734 over a day',
  );
  // What is not there takes no place in the bar.
  expect(hoarded?.parts.map(({ group }) => group)).toEqual(['hour', 'day', 'older']);
  expect(hoarded?.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test('where nobody has voted there is no age to speak of', () => {
  expect(agesView({ minute: 0, hour: 0, day: 0, older: 0 })).toBeNull();
});

test('while the count is hidden the tokens stand there, and no column hints at the ballots', () => {
  const moment = momentWith({
    cues: { [cueId(7)]: { visibility: HIDDEN } },
    vitals: { networks: [...HIDDEN_COUNT], runs: hiddenRuns },
  });
  const view = networksView(moment);
  expect(view).toMatchObject({ about: 'cue 7, ballots are not shown while the count is hidden', beyond: 0 });
  expect(view.kind === 'told' ? view.rows[0] : null).toMatchObject({
    ...{ tokens: '38,214', ballots: '–', ballotsPerMin: '–', share: '–', ages: null, isBeyond: null },
  });
});

test('the newest vote is the one that was opened last, whether it is still open or not', () => {
  const moment = momentWith({ cues: { [cueId(7)]: { intake: 'ready' } }, vitals: { networks: [] } });
  const cues = moment.show.cues.map((cue) => {
    const { openedAtMs: _, ...others } = cue;
    return cue.id === cueId(7) ? others : cue;
  });
  const view = networksView({ ...moment, show: { ...moment.show, cues } });
  expect(view).toMatchObject({ about: 'cue 6, beyond is over 611 of 61,100 ballots' });
  const fresh = networksView({ ...moment, show: { ...moment.show, cues: [] } });
  expect(fresh).toMatchObject({ about: 'no vote was opened yet' });
});

test('a desk that is not told of networks knows it, and takes it for no empty list', () => {
  expect(networksView(momentWith({}))).toEqual({ kind: 'kept' });
  expect(viewOf([])).toMatchObject({ kind: 'told', rows: [], beyond: 0 });
});
