/** The table of ballots and their answers, row by row, over every way that a ballot can take. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fileServer } from './testing/file-server.ts';
import { expectError, expectReceipt } from './testing/outcomes.ts';
import { TEST_MS } from './testing/server.ts';
import { newPoll } from './testing/stage.ts';
import { untilTime } from './testing/until.ts';
import { newBallotId, TRANSPORTS, type Voter, voterOn } from './testing/voters.ts';

const here = fileServer({ mode: 'live', edges: 2 });
const arrive = (transport: (typeof TRANSPORTS)[number], token: string | null = null) =>
  voterOn(transport, { audienceUrl: here.server.audienceUrl, token });
const ballotFor = (pollId: string, choice: string[] = ['a'], round = 1) => ({
  id: newBallotId(),
  pollId,
  round,
  choice,
});

describe.for(TRANSPORTS)('over %s', { timeout: TEST_MS }, (transport) => {
  describe('while a poll is open', () => {
    const open = newPoll();
    beforeAll(async () => {
      await here.stage.air(open);
    }, TEST_MS);

    test('the first ballot is accepted, and a second one is a duplicate', async () => {
      const voter = await arrive(transport);
      const beforeMs = Date.now();
      const first = ballotFor(open.id);
      const { atMs } = expectReceipt(await voter.cast({ ...first, castAtMs: beforeMs - 1_000 }), 'accepted', first);
      expect(atMs).toBeGreaterThanOrEqual(beforeMs - 1_000);
      expect(atMs).toBeLessThanOrEqual(Date.now() + 1_000);
      for (const choice of [['b'], ['a']]) {
        const second = ballotFor(open.id, choice);
        expectReceipt(await voter.cast(second), 'duplicate', second);
      }
    });

    test('unknown fields are ignored', async () => {
      const voter = await arrive(transport);
      const ballot = ballotFor(open.id);
      expectReceipt(await voter.cast({ ...ballot, weight: 7, extra: { deep: [1] } }), 'accepted', ballot);
    });

    const wrongFields: [string, Record<string, unknown>][] = [
      ['an option that is not there', { choice: ['z'] }],
      ['no option', { choice: [] }],
      ['two options where one is allowed', { choice: ['a', 'b'] }],
      ['an option twice', { choice: ['a', 'a'] }],
      ['a choice that is a word', { choice: 'a' }],
      ['a choice of numbers', { choice: [1] }],
      ['no choice', { choice: undefined }],
      ['a null choice', { choice: null }],
      ['a poll that is a number', { pollId: 7 }],
      ['no poll', { pollId: undefined }],
      ['a round that is a word', { round: '1' }],
      ['half a round', { round: 1.5 }],
      ['a round below 1', { round: 0 }],
      ['no round', { round: undefined }],
      ['a time that is a word', { castAtMs: 'now' }],
    ];
    test.for(wrongFields)('%s is malformed', async ([, fields]) => {
      const voter = await arrive(transport);
      const ballot = ballotFor(open.id);
      expectError(await voter.cast({ ...ballot, ...fields }), { status: 400, code: 'malformed', ref: ballot.id });
      // Nothing was spent by it.
      const good = ballotFor(open.id);
      expectReceipt(await voter.cast(good), 'accepted', good);
    });

    test.for([
      ['empty', ''],
      ['of 65 characters', 'x'.repeat(65)],
      ['with a space', 'a b'],
      ['with a dot', 'a.b'],
      ['a number', 5],
      ['null', null],
      ['missing', undefined],
    ] as [string, unknown][])('an id that is %s is malformed', async ([, id]) => {
      const voter = await arrive(transport);
      const outcome = await voter.cast({ ...ballotFor(open.id), id });
      expectError(outcome, { status: 400, code: 'malformed', ref: null });
    });

    test('an id of 64 characters of each kind is taken', async () => {
      const voter = await arrive(transport);
      const id = `A-z_09${'x'.repeat(64)}`.slice(0, 64);
      const ballot = { ...ballotFor(open.id), id };
      expectReceipt(await voter.cast(ballot), 'accepted', ballot);
    });

    test.for(['{"id":', 'ballot', '', '[]', '"a"', 'null', '7'])('%j is malformed', async (text) => {
      const voter = await arrive(transport);
      expectError(await voter.castText(text), { status: 400, code: 'malformed', ref: null });
      const ballot = ballotFor(open.id);
      expectReceipt(await voter.cast(ballot), 'accepted', ballot);
    });

    test.for([5_000, 60_000])('%i bytes are too large', async (bytes) => {
      const voter = await arrive(transport);
      const outcome = await voter.cast({ ...ballotFor(open.id), padding: 'x'.repeat(bytes) });
      expectError(outcome, { status: 413, code: 'too-large', ref: null });
      const ballot = ballotFor(open.id);
      expectReceipt(await voter.cast(ballot), 'accepted', ballot);
    });

    test('the same id again gets the first receipt, whatever it chooses now', async () => {
      const voter = await arrive(transport);
      const ballot = ballotFor(open.id);
      const first = expectReceipt(await voter.cast(ballot), 'accepted', ballot);
      expect((await voter.cast(ballot)).receipt).toEqual(first);
      expect((await voter.cast({ ...ballot, choice: ['c'] })).receipt).toEqual(first);
      const second = ballotFor(open.id);
      const duplicate = expectReceipt(await voter.cast(second), 'duplicate', second);
      expect((await voter.cast(second)).receipt).toEqual(duplicate);
    });

    test('one id may be used by two voters', async () => {
      const ballot = ballotFor(open.id);
      const receipts = [];
      for (const voter of [await arrive(transport), await arrive(transport)]) {
        receipts.push(expectReceipt(await voter.cast(ballot), 'accepted', ballot));
      }
      expect(receipts[0]?.ref).not.toBe(receipts[1]?.ref);
    });

    test('references tell nothing of the order or the number of ballots', async () => {
      const refs: string[] = [];
      for (let n = 0; n < 12; n++) {
        const ballot = ballotFor(open.id);
        refs.push(expectReceipt(await (await arrive(transport)).cast(ballot), 'accepted', ballot).ref ?? '');
      }
      expect(new Set(refs).size).toBe(12);
      expect(new Set(refs.map(({ length }) => length)).size, 'all are of one length').toBe(1);
      expect([...refs].sort(), 'they come in no order').not.toEqual(refs);
      expect(new Set(refs.map((ref) => ref.slice(0, 4))).size, 'they share no beginning').toBe(12);
    });

    test('an unknown poll, an unknown round and a poll that is not on air are not eligible', async () => {
      const waiting = await here.stage.add(newPoll());
      const voter = await arrive(transport);
      for (const ballot of [ballotFor('nobody'), ballotFor(open.id, ['a'], 2), ballotFor(waiting.id)]) {
        expectReceipt(await voter.cast(ballot), 'not-eligible', ballot);
      }
      await here.server.desk().command('cue.arm', waiting.id);
      const early = ballotFor(waiting.id);
      expectReceipt(await voter.cast(early), 'not-eligible', early);
      await here.server.desk().command('cue.disarm', waiting.id);
    });

    test('a token of a rehearsal is not eligible', async () => {
      const { audienceUrl, ready } = here.server;
      const voter = await voterOn(transport, { audienceUrl, code: ready.rehearsalCode });
      const ballot = ballotFor(open.id);
      expectReceipt(await voter.cast(ballot), 'not-eligible', ballot);
    });
  });

  test('a paused poll refuses with the time to come again, and takes the same ballot when it goes on', async () => {
    const desk = here.server.desk();
    const { id } = await here.stage.air(newPoll());
    const voters = [await arrive(transport), await arrive(transport)] as const;
    const before = ballotFor(id);
    const accepted = expectReceipt(await voters[0].cast(before), 'accepted', before);
    await desk.command('poll.pause', id, { reason: 'a goal' });
    const ballot = ballotFor(id);
    expectError(await voters[1].cast(ballot), { status: 503, code: 'paused', ref: ballot.id, isPassing: true });
    // What was answered before stays answered.
    expect((await voters[0].cast(before)).receipt).toEqual(accepted);
    await desk.command('poll.resume', id);
    expectReceipt(await voters[1].cast(ballot), 'accepted', ballot);
  });

  test('a poll of two ballots counts two, and the third is over the limit', async () => {
    const { id } = await here.stage.air(newPoll({ maxBallots: 2 }));
    const voter = await arrive(transport);
    for (const status of ['accepted', 'accepted', 'over-limit', 'over-limit'] as const) {
      const ballot = ballotFor(id, ['b']);
      expectReceipt(await voter.cast(ballot), status, ballot);
    }
    const { total, classes } = await here.server.desk().recount(id);
    expect(total).toBe(2);
    expect(classes).toMatchObject({ counted: 2, 'over-limit': 2, duplicate: 0 });
  });

  test('after the close and the grace a ballot is late, and an old one keeps its receipt', async () => {
    const graceMs = 700;
    const { id, closesAtMs } = await here.stage.air(newPoll({ durationMs: 4_000, graceMs }));
    const [voter, late, lateToo] = [await arrive(transport), await arrive(transport), await arrive(transport)];
    const ballot = ballotFor(id);
    const first = expectReceipt(await voter.cast(ballot), 'accepted', ballot);
    // Named by the viewer's own clock it is in time; that counts for nothing.
    await untilTime(closesAtMs + graceMs + 50);
    const lateBallot = ballotFor(id);
    const lateReceipt = expectReceipt(
      await late.cast({ ...lateBallot, castAtMs: closesAtMs - 500 }),
      'late',
      lateBallot,
    );
    await here.stage.verified(id);
    expect((await voter.cast(ballot)).receipt).toEqual(first);
    expect((await late.cast(lateBallot)).receipt).toEqual(lateReceipt);
    const after = ballotFor(id);
    expectReceipt(await lateToo.cast(after), 'late', after);
    expect(await here.server.desk().recount(id)).toMatchObject({ total: 1, classes: { counted: 1, late: 2 } });
  });

  test('a revoked poll takes no more ballots', async () => {
    const { id } = await here.stage.air(newPoll());
    const voter = await arrive(transport);
    await here.server.desk().command('poll.revoke', id, { reason: 'wrong question' });
    const ballot = ballotFor(id);
    const { receipt } = await voter.cast(ballot);
    expect(receipt?.status).toBe('late');
  });

  test.for([
    [
      'multiple',
      { kind: 'multiple', min: 2, max: 3 },
      [
        ['a', 'b'],
        ['c', 'a', 'b'],
      ],
      [['a'], ['a', 'b', 'b'], ['a', 'z']],
    ],
    ['multiple without limits', { kind: 'multiple' }, [['a'], ['a', 'b', 'c']], [[], ['a', 'b', 'c', 'a']]],
    ['rating', { kind: 'rating', options: undefined, max: 4 }, [['1'], ['4']], [['0'], ['5'], ['1', '2'], []]],
    ['quiz', { kind: 'quiz', answer: ['b'] }, [['a'], ['b']], [['a', 'b'], []]],
    ['prediction', { kind: 'prediction' }, [['c']], [['a', 'b'], []]],
  ] as [string, Record<string, unknown>, string[][], string[][]][])(
    'a %s takes its choices and no others',
    async ([, fields, good, bad]) => {
      const { id } = await here.stage.air(newPoll(fields));
      const voter: Voter = await arrive(transport);
      for (const choice of bad) {
        const ballot = ballotFor(id, choice);
        expectError(await voter.cast(ballot), { status: 400, code: 'malformed', ref: ballot.id });
      }
      for (const choice of good) {
        const ballot = ballotFor(id, choice);
        expectReceipt(await (await arrive(transport)).cast(ballot), 'accepted', ballot);
      }
      const { total, options } = await here.server.desk().recount(id);
      expect(total).toBe(good.length);
      for (const { id: option, count } of options) {
        expect(count, option).toBe(good.filter((choice) => choice.includes(option)).length);
      }
    },
  );
});
