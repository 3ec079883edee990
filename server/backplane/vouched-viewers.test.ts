import { expect, it } from 'vitest';
import type { EdgeHeartbeat } from '../../shared/protocol/backplane.ts';
import { vouchedViewers } from './hub.ts';

const edge = (ws: number, sse: number, poll: number, joins: number) => ({
  heartbeat: { ws, sse, poll, joins } as EdgeHeartbeat,
});

it('are those who said hello, and of those who ask or listen as many as have joined, wherever that was', () => {
  expect(vouchedViewers([])).toBe(0);
  expect(vouchedViewers([{ heartbeat: null }, edge(10, 0, 50_000, 3)])).toBe(13);
  expect(vouchedViewers([edge(10, 200, 300, 700), edge(5, 200, 300, 200)])).toBe(15 + 900);
  expect(vouchedViewers([edge(0, 20, 30, 700)])).toBe(50);
});
