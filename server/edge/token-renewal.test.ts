import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BallotResponse, JoinResponse, type Renewal, ServerFrame } from '../../shared/protocol/audience.ts';
import type { Mode, VoterId } from '../../shared/protocol/ids.ts';
import { CODE, type Rig, startRig, tokens, until } from './edge-harness.test-part.ts';
import { coreNowMs, ruleOf } from './fake-core.test-part.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  rig.core.setRules([ruleOf('q1', {}), ruleOf('q1', { mode: 'rehearsal' })]);
  await until(() => rig.core.heartbeat?.rulesRev === 1);
});
afterAll(() => rig.end());

/** A voter whose token has so long to live, or has been over for so long. */
const withLeft = (leftMs: number, mode: Mode = 'live') => tokens.mint(null, mode, coreNowMs() + leftMs - 7 * DAY_MS);
const voterOf = (ballotId: string): VoterId | undefined => rig.core.rows.find((row) => row[2] === ballotId)?.[0];
const ballot = (id: string) => ({ id, pollId: 'q1', round: 1, choice: ['a'] });

/** What a renewal has to be: the same voter and mode, for another week. */
function expectRenewal(renewal: Renewal, voter: { voterId: VoterId; mode: Mode }) {
  const check = tokens.check(renewal.token ?? '', coreNowMs());
  expect(check).toMatchObject({ ok: true, voter: { voterId: voter.voterId, mode: voter.mode } });
  expect(renewal.expiresAtMs).toBeGreaterThan(coreNowMs() + 7 * DAY_MS - HOUR_MS);
}

describe.each<[string, number]>([
  ['with five days left', 5 * DAY_MS],
  ['that ended an hour ago', -HOUR_MS],
  ['that ended 23 hours ago', -23 * HOUR_MS],
])('a token %s is renewed for the same voter', (name, leftMs) => {
  const id = name.replaceAll(' ', '-');

  it('by hello', async () => {
    const { token, voter } = withLeft(leftMs);
    const { viewer, welcome } = await rig.joined({ token });
    expect(welcome.voterId).toBe(voter.voterId);
    expectRenewal(welcome, voter);
    viewer.say({ t: 'ballot', ...ballot(`ws-${id}`) });
    expect((await viewer.next('receipt')).receipt.status).toBe('accepted');
    expect(voterOf(`ws-${id}`)).toBe(voter.voterId);
  });

  it('by join', async () => {
    const { token, voter } = withLeft(leftMs);
    const response = await rig.call('/v1/join', { method: 'POST', body: JSON.stringify({ token }) });
    const joined = JoinResponse.parse(await response.json());
    expect(joined.voterId).toBe(voter.voterId);
    expectRenewal(joined, voter);
  });

  it('by the answer to its ballot over HTTP', async () => {
    const { token, voter } = withLeft(leftMs);
    const response = await rig.cast(token, ballot(`http-${id}`));
    expect(response.status).toBe(200);
    const answer = BallotResponse.parse(await response.json());
    expect(answer.receipt.status).toBe('accepted');
    expectRenewal(answer, voter);
    expect(voterOf(`http-${id}`)).toBe(voter.voterId);
  });

  it('in a rehearsal together with its code, and only then', async () => {
    const { token, voter } = withLeft(leftMs, 'rehearsal');
    const { viewer, welcome } = await rig.joined({ token });
    expect([welcome.state.mode, welcome.voterId, 'token' in welcome]).toEqual(['rehearsal', voter.voterId, false]);
    viewer.say({ t: 'ping' });
    expect('token' in (await viewer.next('pong'))).toBe(false);
    const join = async (body: object) => {
      const response = await rig.call('/v1/join', { method: 'POST', body: JSON.stringify(body) });
      return JoinResponse.parse(await response.json());
    };
    const again = await join({ token });
    expect([again.token, again.voterId, again.expiresAtMs]).toEqual([token, voter.voterId, voter.expiresAtMs]);
    // It votes for as long as it lives.
    const cast = BallotResponse.parse(await (await rig.cast(token, ballot(`r-${id}`))).json());
    expect([cast.receipt.status, 'token' in cast]).toEqual(['accepted', false]);
    expectRenewal((await rig.joined({ token, code: CODE })).welcome, voter);
    expectRenewal(await join({ token, code: CODE }), voter);
  });
});

describe('a token with more than six days left', () => {
  it('stays as it is', async () => {
    const { token } = withLeft(6 * DAY_MS + HOUR_MS);
    const { viewer, welcome } = await rig.joined({ token });
    expect('token' in welcome).toBe(false);
    viewer.say({ t: 'ballot', ...ballot('young-ws') });
    expect('token' in (await viewer.next('receipt'))).toBe(false);
    viewer.say({ t: 'ping' });
    expect('token' in (await viewer.next('pong'))).toBe(false);
    expect('token' in BallotResponse.parse(await (await rig.cast(token, ballot('young-http'))).json())).toBe(false);
  });
});

describe('a token that ended more than a day ago', () => {
  it('is nobody’s any more', async () => {
    const { token, voter } = withLeft(-25 * HOUR_MS);
    const refused = await rig.cast(token, ballot('too-old'));
    expect([refused.status, await refused.text()]).toEqual([401, expect.stringContaining('"bad-token"')]);
    const viewer = await rig.viewer();
    viewer.say({ t: 'hello', token });
    expect(await viewer.end()).toEqual({ code: 4401, reason: 'bad-token' });
    const response = await rig.call('/v1/join', { method: 'POST', body: JSON.stringify({ token }) });
    expect(JoinResponse.parse(await response.json()).voterId).not.toBe(voter.voterId);
  });
});

describe('a socket that is held over the end of its token', () => {
  it('votes as the same voter that day, and is given a new token with the receipt or the pong', async () => {
    const held = await startRig();
    held.core.setRules([ruleOf('q1', {})]);
    const [voting, watching] = await Promise.all([held.joined(), held.joined()]);
    const laterMs = coreNowMs() + 7 * DAY_MS + 20 * HOUR_MS;
    held.core.clockMs = () => laterMs;
    const serverNowMs = async () =>
      JoinResponse.parse(await (await held.call('/v1/join', { method: 'POST', body: '{}' })).json()).serverNowMs;
    // The edge's time follows the core's; neither of the two speaks meanwhile.
    while ((await serverNowMs()) < laterMs - HOUR_MS);
    voting.viewer.say({ t: 'ballot', ...ballot('held') });
    const receipt = await voting.viewer.next('receipt');
    expect(ServerFrame.parse(receipt)).toEqual(receipt);
    expect(receipt.receipt.status).toBe('accepted');
    expect(held.core.rows.at(-1)?.[0]).toBe(voting.welcome.voterId);
    watching.viewer.say({ t: 'ping' });
    const pong = await watching.viewer.next('pong');
    expect(ServerFrame.parse(pong)).toEqual(pong);
    for (const [{ token, expiresAtMs }, { welcome }] of [
      [receipt, voting],
      [pong, watching],
    ] as const) {
      const check = tokens.check(token ?? '', laterMs);
      expect(check).toMatchObject({ ok: true, voter: { voterId: welcome.voterId, expiresAtMs } });
      expect(expiresAtMs).toBeGreaterThan(laterMs + 6 * DAY_MS);
    }
    voting.viewer.say({ t: 'ballot', ...ballot('again') });
    expect('token' in (await voting.viewer.next('receipt'))).toBe(false);
    await held.end();
  });
});

describe('a rehearsal’s code beside a token of the show', () => {
  it('gives one for the rehearsal, of the same voter', async () => {
    const { token, voter } = withLeft(2 * DAY_MS);
    const { welcome } = await rig.joined({ token, code: CODE });
    expectRenewal(welcome, { voterId: voter.voterId, mode: 'rehearsal' });
  });
});
