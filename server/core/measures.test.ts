import { beforeEach, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { EdgeHeartbeat } from '../../shared/protocol/backplane.ts';
import type { SwitchPosition } from '../../shared/protocol/desk-state.ts';
import type { LinkedEdge } from '../backplane/linked-edge.ts';
import { MeasuresWatch } from './measures.ts';

let nowMs: number;
let level: number;
let edges: LinkedEdge[];
let watch: MeasuresWatch;

beforeEach(() => {
  nowMs = 10_000;
  level = 0;
  edges = [];
  watch = new MeasuresWatch({ links: () => edges, monotonicNow: () => monotonicMs(nowMs) });
});

/** An edge with this many viewers, which holds the measures of this rev. */
function edge(viewers: number, measuresRev: number): LinkedEdge {
  const heartbeat = { ws: viewers, sse: 0, poll: 0, measuresRev } as EdgeHeartbeat;
  return {
    edgeId: 'e',
    edgeEpoch: 'x',
    pid: 1,
    heardAt: monotonicMs(nowMs),
    left: false,
    isTold: true,
    heartbeat,
    send: () => {},
    answer: () => {},
  };
}

function set(position: SwitchPosition): boolean {
  const setBy = { actor: 'o', source: 's', commandId: 'c', atMs: nowMs };
  return watch.follow({
    level,
    switches: { 'results-cadence': { position, reason: 'a test', setBy, revertsAtMs: null, revision: 1 } },
  });
}

it('tells the edges once at the start, then only when something is turned', () => {
  expect(watch.follow({ level, switches: {} })).toBe(true);
  expect(watch.message()).toEqual({ t: 'measures', rev: 1, on: [] });
  expect(set('off')).toBe(false);
  expect(set('on')).toBe(true);
  expect(watch.message()).toEqual({ t: 'measures', rev: 2, on: ['results-cadence'] });
  expect(set('on')).toBe(false);
  expect(set('auto')).toBe(true);
  expect(watch.message().rev).toBe(3);
  level = 1;
  expect(set('auto')).toBe(true);
  expect(watch.now).toEqual({ level: 1, on: ['results-cadence'] });
});

it('is in force once every living edge has confirmed it, and counts the viewers whose edge has it on', () => {
  watch.follow({ level, switches: {} });
  edges = [edge(300, 1), edge(200, 1)];
  expect(watch.vitals()).toEqual([
    { id: 'results-cadence', requested: false, confirmed: 2, edges: 2, inForce: false, touched: 0 },
  ]);
  set('on');
  expect(watch.vitals()).toMatchObject([{ requested: true, confirmed: 0, inForce: false, touched: 0 }]);
  edges = [edge(300, 2), edge(200, 1)];
  expect(watch.vitals()).toMatchObject([{ requested: true, confirmed: 1, inForce: false, touched: 300 }]);
  expect(edges.map((link) => watch.pendingAt(link))).toEqual([[], ['results-cadence']]);
  expect(watch.inForce()).toEqual([]);
  edges = [edge(300, 2), edge(200, 2)];
  expect(watch.vitals()).toMatchObject([{ confirmed: 2, inForce: true, touched: 500 }]);
  expect(watch.inForce()).toEqual(['results-cadence']);
  set('off');
  expect(watch.vitals()).toMatchObject([{ requested: false, confirmed: 0, inForce: false, touched: 500 }]);
});

it('asks nothing of an edge that has been silent for more than two seconds', () => {
  set('on');
  edges = [edge(300, 1), { ...edge(200, 0), heardAt: monotonicMs(nowMs - 2_000) }];
  expect(watch.vitals()).toMatchObject([{ confirmed: 1, edges: 2, inForce: false }]);
  edges = edges.map((link, i) => (i === 1 ? { ...link, heardAt: monotonicMs(nowMs - 2_001) } : link));
  expect(watch.vitals()).toMatchObject([{ confirmed: 1, edges: 1, inForce: true, touched: 300 }]);
});

it('is in force nowhere while no edge lives', () => {
  set('on');
  expect(watch.vitals()).toMatchObject([{ requested: true, confirmed: 0, edges: 0, inForce: false, touched: 0 }]);
});

it('takes no word for it from an edge that has not heard this core', () => {
  set('on');
  edges = [edge(300, 0), { ...edge(200, 0), heartbeat: null }];
  expect(watch.vitals()).toMatchObject([{ confirmed: 0, edges: 2, inForce: false, touched: 0 }]);
});
