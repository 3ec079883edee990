import { expect, test } from 'vitest';
import { momentWith } from '../testing/moment-fixture.ts';
import { CUES, cueId, VITALS } from '../testing/show-fixture.ts';
import { concentrationOfCue, concentrationView, maySeeNetworks } from './concentration-view.ts';

const TWO = { ballots: 3_310, networks: 2, above: 183 };
const live = (concentrated: typeof TWO, total: number | undefined) =>
  momentWith({ vitals: { runs: VITALS.runs.map((run) => ({ ...run, total, concentrated })) } });
const cueOf = (n: number) => {
  const cue = CUES.find(({ id }) => id === cueId(n));
  if (cue === undefined) throw new Error(`no cue ${n}`);
  return cue;
};

test('it says how many of how many ballots came from how many networks, and from which count on they are told', () => {
  expect(concentrationView(TWO, 18_204)).toEqual({
    text: '3,310 of 18,204 from 2 networks with over 183 ballots each',
    short: '3,310 of 18,204 from 2 networks, over 183 each',
    isLarge: false,
  });
});

test('one network is one network, and there is no each of it', () => {
  const one = concentrationView({ ballots: 200, networks: 1, above: 183 }, 18_204);
  expect(one?.text).toBe('200 of 18,204 from 1 network with over 183 ballots');
  expect(one?.short).toBe('200 of 18,204 from 1 network, over 183');
});

test('from a fifth of the count on it is large, and says the share that no colour can say', () => {
  const below = concentrationView({ ballots: 1_999, networks: 3, above: 100 }, 10_000);
  const at = concentrationView({ ballots: 2_000, networks: 3, above: 100 }, 10_000);
  expect(below).toMatchObject({ text: '1,999 of 10,000 from 3 networks with over 100 ballots each', isLarge: false });
  expect(at).toMatchObject({
    text: '2,000 of 10,000 (20.0 %) from 3 networks with over 100 ballots each',
    isLarge: true,
  });
});

test('where no network stands out, or the total is kept from this desk, nothing is said', () => {
  expect(concentrationView(null, 18_204)).toBeNull();
  expect(concentrationView(TWO, undefined)).toBeNull();
  expect(concentrationView({ ...TWO, networks: 0, ballots: 0 }, 18_204)).toBeNull();
});

test('a run that is open is told of by the vitals, a sealed one by its cue', () => {
  const open = concentrationOfCue(cueOf(7), live(TWO, 61_482));
  expect(open?.text).toMatch(/^3,310 of 61,482 from 2 networks/);
  const sealed = { ...cueOf(6), concentrated: { ballots: 900, networks: 1, above: 611 } };
  expect(concentrationOfCue(sealed, live(TWO, 61_482))?.text).toMatch(/^900 of 61,100 from 1 network/);
});

test('a sealed count without a word about networks is not filled up from the live figures', () => {
  const { runId } = cueOf(7);
  const moment = live(TWO, 61_482);
  expect(concentrationOfCue({ ...cueOf(6), runId }, moment)).toBeNull();
});

test('a live run whose total is kept from this desk says nothing', () => {
  expect(concentrationOfCue(cueOf(7), live(TWO, undefined))).toBeNull();
});

test('only a desk that is told of networks is led to them', () => {
  expect(maySeeNetworks(momentWith({}))).toBe(false);
  expect(maySeeNetworks(momentWith({ vitals: { networks: [] } }))).toBe(true);
});
