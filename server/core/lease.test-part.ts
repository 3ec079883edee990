/** What every lease is held to. */
import { expect, it } from 'vitest';
import type { CoreLease } from './lease.ts';

/** @param open one that nobody holds, on a core's clock that stands at `nowMs` */
export function leaseContract(open: (nowMs: number) => CoreLease): void {
  const me = { name: 'core 1', deskUrl: 'http://127.0.0.1:4310' };

  it('is taken under an epoch, with core time, and held for as long as it is renewed', async () => {
    const lease = open(1_000);
    const taken = await lease.take(me);
    expect(taken).toEqual({ epoch: expect.any(Number), coreNowMs: expect.any(Number) });
    expect(await lease.renew(taken?.epoch ?? 0, 1_500)).toBe(true);
    await lease.release(taken?.epoch ?? 0);
  });

  it('is not renewed under the epoch of another life', async () => {
    const lease = open(1_000);
    const taken = await lease.take(me);
    expect(await lease.renew((taken?.epoch ?? 0) - 1, 1_500)).toBe(false);
  });
}
