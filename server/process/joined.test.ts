import { expect, it } from 'vitest';
import { Joined } from './joined.ts';

/** Work whose runs end when the test says so. */
function work() {
  const runs: PromiseWithResolvers<number>[] = [];
  const act = () => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { runs, act, turn };
}

it('runs once at a time; who asks meanwhile shares one run that begins after they asked', async () => {
  const { runs, act, turn } = work();
  const joined = new Joined<number>();
  const first = joined.ask(act);
  const meanwhile = Array.from({ length: 100 }, () => joined.ask(act));
  expect(runs).toHaveLength(1);
  runs[0]?.resolve(1);
  expect(await first).toBe(1);
  await turn();
  expect(runs).toHaveLength(2);
  const later = joined.ask(act);
  runs[1]?.resolve(2);
  expect(new Set(await Promise.all(meanwhile))).toEqual(new Set([2]));
  await turn();
  expect(runs).toHaveLength(3);
  runs[2]?.resolve(3);
  expect(await later).toBe(3);
  await turn();
  expect(runs).toHaveLength(3);
});

it('goes on after a run that failed, which fails those only who asked for it', async () => {
  const { runs, act, turn } = work();
  const joined = new Joined<number>();
  const first = joined.ask(act);
  const second = joined.ask(act);
  runs[0]?.reject(new Error('no disk'));
  await expect(first).rejects.toThrow('no disk');
  await turn();
  runs[1]?.resolve(2);
  expect(await second).toBe(2);
});
