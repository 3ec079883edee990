const STEP_MS = 20;
/** Fewer than these a second coming back at once are no herd, and a small show should not wait for its own goodbye. */
const UNSPREAD_PER_S = 200;

/** Does `act` for each item, evenly over at most `overMs`; resolves after the last one. */
export function spread<T>(items: readonly T[], overMs: number, act: (item: T) => void): Promise<void> {
  const durationMs = Math.min(overMs, (items.length * 1000) / UNSPREAD_PER_S);
  const startedAtMs = performance.now();
  let done = 0;
  return new Promise((resolve) => {
    const step = () => {
      const passed = performance.now() - startedAtMs;
      const due = passed >= durationMs ? items.length : Math.ceil((items.length * passed) / durationMs);
      for (const item of items.slice(done, due)) act(item);
      done = Math.max(done, due);
      if (done >= items.length) resolve();
      else setTimeout(step, STEP_MS);
    };
    step();
  });
}
