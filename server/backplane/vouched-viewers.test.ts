import { expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { EdgeHeartbeat } from '../../shared/protocol/backplane.ts';
import { FormerJoins } from './former-joins.ts';
import { vouchedViewers } from './linked-edge.ts';

const edge = (ws: number, sse: number, poll: number, joins: number) => ({
  heartbeat: { ws, sse, poll, joins } as EdgeHeartbeat,
});

it('are those who said hello, and of those who ask or listen as many as have joined, wherever that was', () => {
  expect(vouchedViewers([], 0)).toBe(0);
  expect(vouchedViewers([{ heartbeat: null }, edge(10, 0, 50_000, 3)], 0)).toBe(13);
  expect(vouchedViewers([edge(10, 200, 300, 700), edge(5, 200, 300, 200)], 0)).toBe(15 + 900);
  expect(vouchedViewers([edge(0, 20, 30, 700)], 0)).toBe(50);
});

const at = (minutes: number) => monotonicMs(minutes * 60_000);
const life = (edgeEpoch: string, joins: number) => ({ ...edge(0, 0, 0, joins), edgeEpoch });

it('whoever joined at an edge that has died is vouched for when they are back on another', () => {
  const former = new FormerJoins();
  const dead = life('first', 300);
  former.gone(dead, at(1));
  const heir = { ...edge(4, 250, 0, 10), edgeEpoch: 'second' };
  expect(vouchedViewers([heir], former.count([heir], at(2)))).toBe(4 + 250);
  // Polls beyond all who ever came for a token are still nobody's.
  const flooded = { ...edge(4, 250, 9_000, 10), edgeEpoch: 'second' };
  expect(vouchedViewers([flooded], former.count([flooded], at(2)))).toBe(4 + 310);
});

it('an edge whose link was only broken is not counted twice', () => {
  const former = new FormerJoins();
  former.gone(life('first', 300), at(1));
  const silent = { edgeEpoch: 'first', heartbeat: null };
  expect(former.count([silent], at(1))).toBe(300);
  expect(former.count([life('first', 310)], at(1))).toBe(0);
  former.gone(life('first', 320), at(2));
  expect(former.count([], at(2))).toBe(320);
});

it('the dead are forgotten after the longest evening, and never are too many remembered', () => {
  const former = new FormerJoins();
  for (let i = 0; i < 3_000; i += 1) former.gone(life(`${i}`, 1), at(1));
  expect(former.count([], at(1 + 12 * 60))).toBe(1_000);
  expect(former.count([], at(2 + 12 * 60))).toBe(0);
});
