/** Somebody sets the core's clock, or a new core counts from another anchor: nothing of an edge may wait for it to catch up. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JoinResponse } from '../../shared/protocol/audience.ts';
import { type Rig, startRig, tokens, until } from './edge-harness.test-part.ts';
import { coreNowMs, ruleOf, stateOf } from './fake-core.test-part.ts';

const HOUR_MS = 3_600_000;
let rig: Rig;
let setByMs = 0;
beforeAll(async () => {
  rig = await startRig({ init: { trustedProxies: ['127.0.0.1'] } });
  rig.core.clockMs = () => coreNowMs() + setByMs;
  rig.core.setRules([ruleOf('q1', { maxBallots: 100 })]);
  await until(() => rig.core.heartbeat?.rulesRev === 1);
});
afterAll(() => rig.end());

const nowMs = () => rig.core.clockMs();
const joined = async (token?: string) => {
  // From a network, whose arrivals are limited by time.
  const headers = { 'x-forwarded-for': '203.0.113.9' };
  const response = await rig.call('/v1/join', { method: 'POST', headers, body: JSON.stringify({ token }) });
  expect(response.status).toBe(200);
  return JoinResponse.parse(await response.json());
};

it.each([
  ['back by an hour', -HOUR_MS],
  ['back by ten minutes more', -HOUR_MS - 600_000],
  ['on by two hours', HOUR_MS - 600_000],
  ['right again', 0],
])('a clock that is set %s stops no arrival, no vote and no state', async (_, byMs) => {
  const { viewer, welcome } = await rig.joined();
  const before = await joined();
  setByMs = byMs;
  for (let serverNowMs = 0; Math.abs(serverNowMs - nowMs()) > 1_000; ) ({ serverNowMs } = await joined());

  // New voters, whose tokens may have been made ahead of the step, and voters of before.
  const fresh = await joined();
  const weekMs = fresh.expiresAtMs - fresh.serverNowMs;
  expect(weekMs).toBeGreaterThan(7 * 24 * HOUR_MS - 60_000);
  expect(weekMs).toBeLessThanOrEqual(7 * 24 * HOUR_MS + 60_000);
  expect((await joined(before.token)).voterId).toBe(before.voterId);
  expect(tokens.check(fresh.token, nowMs())).toMatchObject({ ok: true });

  for (const id of ['a', 'b', 'c']) {
    viewer.say({ t: 'ballot', id: `${id}${byMs}`, pollId: 'q1', round: 1, choice: ['a'] });
    expect((await viewer.next('receipt')).receipt).toMatchObject({ ballotId: `${id}${byMs}`, status: 'accepted' });
  }
  const row = rig.core.rows.at(-1);
  expect(row?.[0]).toBe(welcome.voterId);
  expect(Math.abs((row?.[7] ?? 0) - nowMs())).toBeLessThan(2_000);

  const rev = (rig.core.states.find(({ mode }) => mode === 'live')?.rev ?? 0) + 1;
  rig.core.publish(stateOf({ rev, message: `state ${rev}` }), false);
  await until(() => viewer.states.at(-1)?.rev === rev);
  const beats = rig.core.heartbeats;
  await until(() => rig.core.heartbeats > beats + 2);
  viewer.socket.terminate();
});
