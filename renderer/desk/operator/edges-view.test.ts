import { expect, test } from 'vitest';
import type { EdgeVitals, Vitals } from '../../../shared/protocol/vitals.ts';
import { VITALS } from '../testing/show-fixture.ts';
import { absentWords, countEdges, countWords, edgesView, stateWords } from './edges-view.ts';

function withEdges(edges: readonly EdgeVitals[], expected: number): Vitals {
  return { ...VITALS, edges: [...edges], edgesExpected: expected };
}
const without = (id: string) => VITALS.edges.filter((edge) => edge.id !== id);
const changed = (id: string, change: Partial<EdgeVitals>) =>
  VITALS.edges.map((edge) => (edge.id === id ? { ...edge, ...change } : edge));
const stateOf = (vitals: Vitals, id: string) => {
  const row = edgesView(vitals).rows.find((r) => r.id === id);
  return row ? stateWords(row.state) : null;
};

test('with every edge there the sums stand and agree with the vitals', () => {
  const view = edgesView(VITALS);
  expect(view.up).toEqual({ text: '8 of 8 up', warn: false });
  expect(view.total.viewers).toEqual({ kind: 'sum', text: '118,204' });
  expect(view.total.depth).toEqual({ kind: 'sum', text: '312' });
  expect(absentWords(view.count)).toBeNull();
});

test('with an edge missing it has a row by its name, and no sum is shown', () => {
  const vitals = withEdges(without('e6'), 8);
  const view = edgesView(vitals);
  expect(view.rows.map((row) => row.id)).toEqual(['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8']);
  expect(stateOf(vitals, 'e6')).toBe('missing');
  expect(view.total.viewers).toEqual({ kind: 'incomplete' });
  expect(countWords(view.count)).toBe('7 of 8 edges counted');
  expect(absentWords(view.count)).toBe('e6 sent no figures');
  expect(view.up).toEqual({ text: '7 of 8 up', warn: true });
});

test('an edge that has been silent for more than 2 s is not counted either, and says for how long', () => {
  const vitals = withEdges(changed('e2', { ageMs: 4_200 }), 8);
  expect(stateOf(vitals, 'e2')).toBe('silent 4.2 s');
  expect(edgesView(vitals).total.arrivals).toEqual({ kind: 'incomplete' });
  expect(countWords(countEdges(vitals))).toBe('7 of 8 edges counted');
});

test('an edge that has been quiet for more than a second says so while it is still counted', () => {
  const vitals = withEdges(changed('e2', { ageMs: 1_300 }), 8);
  expect(stateOf(vitals, 'e2')).toBe('silent 1.3 s');
  expect(edgesView(vitals).total.viewers).toEqual({ kind: 'sum', text: '118,204' });
});

test('an edge that is not ready or has a switch to confirm says so and is counted', () => {
  expect(stateOf(withEdges(changed('e2', { ready: false }), 8), 'e2')).toBe('not ready');
  const moving = withEdges(changed('e2', { pending: ['results-cadence'] }), 8);
  expect(stateOf(moving, 'e2')).toBe('pending switch');
  expect(stateOf(moving, 'e3')).toBe('up');
  expect(edgesView(moving).total.viewers).toEqual({ kind: 'sum', text: '118,204' });
});

test('while edges are restarted, one that leaves has a row beside its successor and is not counted', () => {
  const [first, ...others] = VITALS.edges;
  if (first === undefined) throw new Error('no edge');
  const vitals = withEdges(
    [{ ...first, leaving: true, ready: false }, ...others, { ...first, pid: first.pid + 1_000 }],
    8,
  );
  const view = edgesView(vitals);
  const rows = view.rows.filter(({ id }) => id === first.id);
  expect(rows.map(({ state }) => stateWords(state)).sort()).toEqual(['leaving', 'up']);
  expect(new Set(view.rows.map(({ key }) => key)).size).toBe(9);
  expect(view.up).toEqual({ text: '8 of 8 up', warn: false });
  expect(absentWords(view.count)).toBeNull();
});

test('edges whose names carry no number are missed by their count', () => {
  const named = VITALS.edges.slice(0, 2).map((edge, i) => ({ ...edge, id: i === 0 ? 'north' : 'south' }));
  expect(countEdges(withEdges(named, 3)).absent).toEqual(['missing 1']);
});

test('before the first edge has come, all are missing and nothing adds up to 0', () => {
  const view = edgesView(withEdges([], 2));
  expect(view.rows.map((row) => row.id)).toEqual(['edge-1', 'edge-2']);
  expect(view.total.viewers).toEqual({ kind: 'incomplete' });
});

test('descriptors near their limit and a slow loop are warned of', () => {
  const row = edgesView(withEdges(changed('e1', { descriptors: 18_500, loopP99Ms: 140 }), 8)).rows[0];
  expect(row?.figures?.files).toEqual({ text: '93', warn: true });
  expect(row?.figures?.loop.warn).toBe(true);
  expect(edgesView(VITALS).rows[0]?.figures?.files).toEqual({ text: '74', warn: false });
});
