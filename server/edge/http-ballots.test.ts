import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AudienceError, Receipt } from '../../shared/protocol/audience.ts';
import type { BallotAnswer } from '../../shared/protocol/backplane.ts';
import { CODE, isCoreTime, mostBallots, type Rig, startRig, tokens, until } from './edge-harness.test-part.ts';
import { accepted, coreNowMs, ruleOf } from './fake-core.test-part.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  rig.core.setRules([ruleOf('q1', {}), ruleOf('many', { kind: 'multiple', intake: 'closed', min: 2, max: 3 })]);
  await until(() => rig.core.heartbeat?.rulesRev === 1);
});
afterAll(() => rig.end());

const newToken = () => tokens.mint(null, 'live', coreNowMs()).token;
const good = { id: 'b1', pollId: 'q1', round: 1, choice: ['a'] };

async function errorOf(response: Response): Promise<AudienceError['error']> {
  const body = (await response.json()) as AudienceError;
  expect(Object.keys(body)).toEqual(['error']);
  return body.error;
}

describe('a ballot over HTTP', () => {
  it('gets its receipt once the ballot box has answered', async () => {
    const response = await rig.cast(newToken(), good);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const { receipt } = (await response.json()) as { receipt: Receipt };
    expect(receipt).toMatchObject({ ballotId: 'b1', pollId: 'q1', round: 1, status: 'accepted', ref: 'ref-b1' });
  });

  it('may carry its token in a text/plain body, which needs no preflight', async () => {
    const body = JSON.stringify({ ...good, id: 'b2', token: newToken() });
    const response = await rig.call('/v1/ballots', { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
    expect(response.status).toBe(200);
  });

  it('reaches the box with voter, mode, cast time and the time of its arrival in core time', async () => {
    const { token, voter } = tokens.mint(null, 'live', coreNowMs());
    await rig.cast(token, { ...good, id: 'b3', castAtMs: 5, extra: 'ignored' });
    const row = rig.core.rows.find((r) => r[2] === 'b3');
    expect(row?.slice(0, 7)).toEqual([voter.voterId, 'live', 'b3', 'q1', 1, ['a'], 5]);
    expect(isCoreTime(row?.[7] ?? 0)).toBe(true);
  });

  it.each([
    ['bad JSON', '{"id":'],
    ['no object', '[]'],
    ['a wrong type', JSON.stringify({ ...good, round: '1' })],
    ['a bad id', JSON.stringify({ ...good, id: 'ö' })],
    ['an unknown option', JSON.stringify({ ...good, choice: ['z'] })],
    ['too many options', JSON.stringify({ ...good, choice: ['a', 'b'] })],
    ['too few options', JSON.stringify({ ...good, choice: [] })],
    ['too few options in a closed run', JSON.stringify({ ...good, pollId: 'many', choice: ['a'] })],
    ['an option twice', JSON.stringify({ ...good, pollId: 'many', choice: ['a', 'a'] })],
  ])('that is none (%s) is 400 malformed and never reaches the box', async (_, body) => {
    const reached = rig.core.rows.length;
    const response = await rig.call('/v1/ballots', {
      method: 'POST',
      headers: { authorization: `Bearer ${newToken()}` },
      body,
    });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).code).toBe('malformed');
    expect(rig.core.rows.length).toBe(reached);
  });

  it.each([
    ['none', null],
    ['a forged one', `${newToken().slice(0, -3)}AAA`],
    ['an expired one', tokens.mint(null, 'live', coreNowMs() - 9 * 86_400_000).token],
    ['nonsense', 'nonsense'],
  ])('with %s as token is 401 bad-token', async (_, token) => {
    const response = await rig.call('/v1/ballots', {
      method: 'POST',
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      body: JSON.stringify(good),
    });
    expect(response.status).toBe(401);
    expect((await errorOf(response)).code).toBe('bad-token');
  });

  it('that is not even JSON is 400 without a token too, since the token could have been in it', async () => {
    const response = await rig.call('/v1/ballots', { method: 'POST', body: '{"token":' });
    expect([response.status, (await errorOf(response)).code]).toEqual([400, 'malformed']);
  });

  it('that is too large is 413, also when it comes in chunks', async () => {
    const large = JSON.stringify({ ...good, pad: 'x'.repeat(5_000) });
    for (const body of [large, new Blob([large]).stream()]) {
      const response = await rig.call('/v1/ballots', { method: 'POST', body, duplex: 'half' } as RequestInit);
      expect(response.status).toBe(413);
      expect((await errorOf(response)).code).toBe('too-large');
    }
  });

  it.each<[string, BallotAnswer, number, string]>([
    ['malformed', { error: 'malformed' }, 400, 'malformed'],
    ['paused', { error: 'paused', retryAfterMs: 1_200 }, 503, 'paused'],
    ['unable to commit', { error: 'unavailable' }, 503, 'unavailable'],
  ])('that the box calls %s gets that as an error', async (_, answer, status, code) => {
    rig.core.judge = () => answer;
    const response = await rig.cast(newToken(), good).finally(() => {
      rig.core.judge = accepted;
    });
    expect(response.status).toBe(status);
    const error = await errorOf(response);
    expect(error.code).toBe(code);
    if (status === 503) {
      expect(error.retryAfterMs).toBe('retryAfterMs' in answer ? answer.retryAfterMs : 700);
      expect(response.headers.get('retry-after')).toBe('retryAfterMs' in answer ? '2' : '1');
    }
  });

  it.each(['duplicate', 'late', 'over-limit', 'not-eligible'] as const)(
    'gets the receipt %s as the box gave it',
    async (status) => {
      rig.core.judge = (row) => ({ status, atMs: row[7] });
      const response = await rig.cast(newToken(), good).finally(() => {
        rig.core.judge = accepted;
      });
      expect(response.status).toBe(200);
      const { receipt } = (await response.json()) as { receipt: Receipt };
      expect(receipt.status).toBe(status);
      expect('ref' in receipt).toBe(false);
    },
  );

  it('for an unknown poll, an unknown round, another mode or a hidden run is for the box to judge', async () => {
    rig.core.setRules([...rig.core.rules, ruleOf('hidden', { intake: 'armed', openedAtMs: null, closesAtMs: null })]);
    await until(() => rig.core.heartbeat?.rulesRev === 2);
    const rehearsal = tokens.mint(null, 'rehearsal', coreNowMs()).token;
    const before = rig.core.rows.length;
    for (const [token, ballot] of [
      [newToken(), { ...good, pollId: 'nowhere', choice: ['z'] }],
      [newToken(), { ...good, round: 9, choice: ['z'] }],
      [newToken(), { ...good, pollId: 'hidden', choice: ['z', 'z'] }],
      [rehearsal, { ...good, choice: ['z'] }],
    ] as const) {
      expect((await rig.cast(token, ballot)).status).toBe(200);
    }
    expect(rig.core.rows.length).toBe(before + 4);
    expect(rig.core.rows.at(-1)?.[1]).toBe('rehearsal');
  });

  it('counts even if its sender leaves before the answer', async () => {
    rig.core.judge = null;
    const leaving = new AbortController();
    const gone = fetch(`${rig.url}/v1/ballots`, {
      method: 'POST',
      headers: { authorization: `Bearer ${newToken()}` },
      body: JSON.stringify({ ...good, id: 'left' }),
      signal: leaving.signal,
    }).catch(() => 'gone');
    await until(() => rig.core.rows.some((row) => row[2] === 'left'));
    leaving.abort();
    expect(await gone).toBe('gone');
    rig.core.judge = accepted;
    for (const batch of rig.core.batches) rig.core.answerBatch(batch);
    expect((await rig.cast(newToken(), { ...good, id: 'next' })).status).toBe(200);
  });

  it('in a rehearsal comes from a token that was minted with the code', async () => {
    const joined = await rig.call('/v1/join', { method: 'POST', body: JSON.stringify({ code: CODE }) });
    const { token } = (await joined.json()) as { token: string };
    await rig.cast(token, { ...good, id: 'rehearsed' });
    expect(rig.core.rows.find((row) => row[2] === 'rehearsed')?.[1]).toBe('rehearsal');
  });
});

describe('too many ballots', () => {
  it('from one token are 429 beyond the first 40, and each attempt is told to the core', async () => {
    const { token, voter } = tokens.mint(null, 'live', coreNowMs());
    const startedAtMs = performance.now();
    const agents = Array.from({ length: 50 }, async (_, worker) => {
      const statuses: number[] = [];
      for (let i = 0; i < 10; i += 1) {
        const response = await rig.cast(token, { ...good, id: `flood-${worker}-${i}` });
        statuses.push(response.status);
        const text = await response.text();
        if (response.status === 429) {
          const { error } = JSON.parse(text) as AudienceError;
          expect(error.code).toBe('rate-limited');
          expect(error.retryAfterMs).toBeGreaterThan(0);
          expect(response.headers.get('retry-after')).toBe('1');
        }
      }
      return statuses;
    });
    const statuses = (await Promise.all(agents)).flat();
    const through = statuses.filter((s) => s === 200).length;
    const limited = statuses.filter((s) => s === 429).length;
    expect(through + limited).toBe(500);
    expect(through).toBeGreaterThanOrEqual(40);
    expect(through).toBeLessThanOrEqual(mostBallots(startedAtMs));
    expect(rig.core.rows.filter((row) => row[0] === voter.voterId).length).toBe(through);
    const told = () => rig.core.batches.reduce((sum, b) => sum + (b.classes['q1:live:1']?.['rate-limited'] ?? 0), 0);
    await until(() => told() === limited);
    expect((await rig.call('/healthz')).status).toBe(200);
    expect((await rig.cast(newToken(), { ...good, id: 'calm' })).status).toBe(200);
  });
});
