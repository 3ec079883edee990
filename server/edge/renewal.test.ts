import { describe, expect, it } from 'vitest';
import { CODE, KEYS, startRig, until } from './edge-harness.test-part.ts';
import { coreNowMs, ruleOf, stateOf } from './fake-core.test-part.ts';
import { VoterTokens } from './voter-token.ts';

const NEW_KEY = { kid: 'k2', secret: Buffer.alloc(32, 9).toString('base64url') };
const kidOf = (token: string | undefined) => token?.split('.')[1];

describe('an edge that retires', () => {
  it('takes nobody new and says so, while its viewers go on until it leaves', async () => {
    const rig = await startRig();
    rig.core.setRules([ruleOf('q1', {})]);
    const { viewer } = await rig.joined();
    rig.edge.retire();
    await until(() => rig.core.heartbeat?.retired === true);
    expect(rig.core.heartbeat).toMatchObject({ ready: false, ws: 1 });
    await expect(rig.call('/v1/state')).rejects.toThrow();
    viewer.say({ t: 'ballot', id: 'b1', pollId: 'q1', round: 1, choice: ['a'] });
    expect(await viewer.next('receipt')).toMatchObject({ receipt: { ballotId: 'b1', status: 'accepted' } });
    rig.core.publish(stateOf({ rev: 2, message: 'still here' }), true);
    await until(() => viewer.states.at(-1)?.message === 'still here');
    const left = rig.edge.leave();
    expect((await viewer.end()).code).toBe(1012);
    await left;
    await rig.end();
  });
});

describe('keys that an edge is given while it runs', () => {
  it('verify from then on, and the first signs', async () => {
    const rig = await startRig();
    rig.core.setRules([ruleOf('q1', {})]);
    const [old] = KEYS;
    if (old === undefined) throw new Error('no key');
    const ofNew = new VoterTokens([NEW_KEY], CODE).mint(null, 'live', coreNowMs()).token;
    const cast = async (token: string, id: string) =>
      (await rig.cast(token, { id, pollId: 'q1', round: 1, choice: ['a'] })).status;
    expect(await cast(ofNew, 'b1')).toBe(401);
    rig.edge.holdKeys([old, NEW_KEY]);
    expect(await cast(ofNew, 'b1')).toBe(200);
    const { welcome } = await rig.joined();
    expect(kidOf(welcome.token)).toBe('k1');
    rig.edge.holdKeys([NEW_KEY, old]);
    expect(await cast(welcome.token ?? '', 'b2')).toBe(200);
    expect(kidOf((await rig.joined()).welcome.token)).toBe('k2');
    await rig.end();
  });

  it('that are unusable are refused, and the old ones hold', async () => {
    const rig = await startRig();
    expect(() => rig.edge.holdKeys([])).toThrow();
    expect(kidOf((await rig.joined()).welcome.token)).toBe('k1');
    await rig.end();
  });
});
