import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { LoopDelay } from './loop-delay.ts';

const STALL_MS = 400;

it('shows a single standstill of the loop in the stretch in which it was, and not in the next', async () => {
  const loop = new LoopDelay();
  try {
    // A second's samples, about, stand beside the one that is late.
    await delay(300);
    const fromMs = performance.now();
    while (performance.now() - fromMs < STALL_MS);
    await delay(300);
    loop.turn();
    const stalledMs = loop.p99Ms;
    expect(stalledMs).toBeGreaterThan(STALL_MS * 0.7);
    // A machine that does much else may stand still once more.
    await vi.waitFor(async () => {
      await delay(300);
      loop.turn();
      expect(loop.p99Ms).toBeLessThan(stalledMs);
    });
  } finally {
    loop.stop();
  }
});
