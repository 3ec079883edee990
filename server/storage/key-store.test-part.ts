/** What every key store is held to. */
import { expect, it } from 'vitest';
import type { KeyStore } from './key-store.ts';

/** @param open the same empty place at every call within a test, as another process would find it */
export function keyStoreContract(open: () => KeyStore): void {
  it('makes keys and a code once, and keeps them for whoever comes next', async () => {
    const first = await open().load();
    expect([first.signing.length, first.formerCodes, first.nextCode, first.epoch]).toEqual([1, [], null, null]);
    expect(await open().load()).toEqual(first);
  });

  it('adds one key that waits, however often it is asked, and then lets that one sign', async () => {
    const store = open();
    const [old] = (await store.load()).signing;
    const added = await store.add();
    expect([added.signing.length, added.signing[0]]).toEqual([2, old]);
    expect((await open().add()).signing).toEqual(added.signing);
    expect((await store.promote(1_000)).signing).toEqual([...added.signing].reverse());
    expect((await open().load()).signing).toEqual([...added.signing].reverse());
  });

  it('holds a new code beside the one in force until that is decided', async () => {
    const store = open();
    const { rehearsalCode, formerCodes } = await store.load();
    const inForce = { rehearsalCode, formerCodes };
    const next = await store.prepareCode(inForce, { id: 'x', actor: 'owner', commandId: 'c' });
    expect(await open().load()).toMatchObject({ rehearsalCode, nextCode: next });
    await store.settleCode({ rehearsalCode: next.code, formerCodes: [rehearsalCode] }, 'x');
    expect(await open().load()).toMatchObject({
      ...{ rehearsalCode: next.code, formerCodes: [rehearsalCode], nextCode: null },
    });
  });

  it('keeps the highest epoch', async () => {
    const store = open();
    await store.load();
    await store.storeEpoch(7);
    await store.storeEpoch(5);
    expect((await open().load()).epoch).toBe(7);
  });
}
