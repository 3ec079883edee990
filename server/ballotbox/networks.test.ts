import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BallotRow } from '../../shared/protocol/backplane.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import { ballotOf, NOW_MS, submitTo, WITHOUT_NETWORKS, wordOf } from './builders.test-part.ts';
import { LedgerWriter } from './ledger-writer.ts';
import { NetworkVotes, rule } from './network-votes.test-part.ts';
import { SqliteLedgerStore } from './sqlite-ledger-store.ts';

const HOUR_MS = 3_600_000;
const { runId } = rule;
let at: NetworkVotes;

beforeEach(async () => {
  at = new NetworkVotes();
  await at.open();
});
afterEach(() => at.remove());

describe('where ballots came from', () => {
  it('stands with each as 8 bytes of a hash that is keyed by the salt of its run', async () => {
    await at.vote('203.0.113.7', 2);
    await at.vote('203.0.113.7', 1, { poll: 'other' });
    const rows = at.inLedger<{ salt: Buffer; network: Buffer }>(
      'SELECT salt, network FROM ballots JOIN runs ON runs.id = ballots.run ORDER BY ballots.id',
    );
    const keys = rows.map(({ network }) => network.toString('hex'));
    const [first, , third] = rows;
    const keyOf = (salt: Buffer | undefined) =>
      createHmac(
        'sha256',
        createHash('sha256')
          .update('tallyroom-network')
          .update(salt ?? '')
          .digest(),
      )
        .update('203.0.113.7')
        .digest('hex')
        .slice(0, 16);
    expect(keys).toEqual([keyOf(first?.salt), keyOf(first?.salt), keyOf(third?.salt)]);
    expect(keys[0]).not.toBe(keys[2]);
    expect(readFileSync(at.file).includes('203.0.113.7')).toBe(false);
  });

  it('is told with how old the tokens were, and says the same when it is told live, sealed and counted again', async () => {
    await at.crowd(300);
    await at.vote('203.0.113.7', 150);
    await at.vote('203.0.113.7', 30, { tokenMadeAtMs: NOW_MS - 2 * HOUR_MS });
    await at.vote('203.0.113.7', 20, { tokenMadeAtMs: NOW_MS - 48 * HOUR_MS });
    await at.vote('198.51.100.1', 100);
    const concentrated = { ballots: 200, networks: 1, above: 100 };
    await expect.poll(() => at.box.networks(runId)).toMatchObject({ concentrated });
    expect(at.box.networks(runId)?.top).toEqual([
      {
        network: '203.0.113.7',
        ballots: 200,
        perMin: 200,
        ages: { minute: 150, hour: 0, day: 30, older: 20 },
        isBeyond: true,
      },
      {
        network: '198.51.100.1',
        ballots: 100,
        perMin: 100,
        ages: { minute: 100, hour: 0, day: 0, older: 0 },
        isBeyond: false,
      },
    ]);
    expect((await at.box.recount(runId, null)).concentrated).toEqual(concentrated);
    const sealed = await at.box.seal(runId);
    expect(sealed).toMatchObject({ concentrated, tally: { total: 600 } });
    expect(await at.box.seal(runId)).toEqual(sealed);
    expect((await at.box.recount(runId, null)).concentrated).toEqual(concentrated);
  });

  it('is counted on after a restart, where a network gets its name back when it speaks again', async () => {
    await at.vote('203.0.113.7', 120);
    await at.vote('198.51.100.1', 110);
    await at.crowd(20);
    await at.box.close();
    await at.open();
    const concentrated = { ballots: 230, networks: 2, above: 100 };
    await expect.poll(() => at.box.networks(runId)).toMatchObject({ concentrated, top: [] });
    await at.vote('203.0.113.7', 1);
    await expect
      .poll(() => at.box.networks(runId)?.top)
      .toEqual([{ network: '203.0.113.7', ballots: 121, perMin: 1, ages: null, isBeyond: true }]);
    expect((await at.box.seal(runId)).concentrated).toEqual({ ballots: 231, networks: 2, above: 100 });
  });

  it('is read a few thousand ballots at a time after a restart, while others come', async () => {
    await at.box.close();
    let writer = new LedgerWriter('live', new SqliteLedgerStore(at.file));
    writer.apply([{ t: 'rules', rules: [rule], atMs: NOW_MS }], { touch: false });
    const submit = (count: number, life: string) => {
      const ballots = Array.from({ length: count }, (_, i) =>
        ballotOf({ voter: `${life}-${i}`, id: 'b', network: `203.0.113.${i % 3}` }),
      );
      const item = { t: 'submit' as const, ref: 0, batch: at.batch(...ballots), atMs: NOW_MS, answers: [] };
      writer.apply([item], { touch: false });
    };
    submit(12_000, 'first');
    writer.close();
    writer = new LedgerWriter('live', new SqliteLedgerStore(at.file));
    writer.apply([{ t: 'rules', rules: [rule], atMs: NOW_MS }], { touch: false });
    let steps = 0;
    for (; steps === 0 || writer.networks.reads; steps += 1) {
      submit(3, `second-${steps}`);
      const told = writer.networks.tell().filter((run) => run.runId === runId);
      if (writer.networks.reads) expect(told).toEqual([]);
      else expect(told[0]?.concentrated).toEqual({ ballots: 12_009, networks: 3, above: 121 });
    }
    expect(steps).toBe(3);
    submit(3, 'third');
    const [{ top, concentrated } = { top: [], concentrated: null }] = writer.networks
      .tell()
      .filter((run) => run.runId === runId);
    expect(concentrated?.ballots).toBe(12_012);
    expect(top.map(({ ballots, ages }) => [ballots, ages])).toEqual([4_004, 4_004, 4_004].map((n) => [n, null]));
    writer.close();
    await at.open();
  });

  it('counts each voter once, and nobody who was too late', async () => {
    const again = at.batch(ballotOf({ voter: 'one', network: '203.0.113.7' }));
    for (let n = 0; n < 3; n += 1) await submitTo(at.box, again);
    const late = Array.from({ length: 200 }, (_, i) =>
      ballotOf({ voter: `late-${i}`, id: 'b', network: '203.0.113.7', receivedAtMs: NOW_MS + 2 * HOUR_MS }),
    );
    await submitTo(at.box, at.batch(...late));
    await at.vote('203.0.113.7', 100);
    await expect.poll(() => at.box.networks(runId)?.top[0]?.ballots).toBe(101);
    expect((await at.box.seal(runId)).concentrated).toEqual({ ballots: 101, networks: 1, above: 100 });
  });

  it('does not count what the disk did not take', async () => {
    await at.vote('203.0.113.7', 1);
    const lock = new Database(at.file);
    lock.exec('BEGIN IMMEDIATE');
    const ballots = Array.from({ length: 150 }, (_, i) =>
      ballotOf({ voter: `again-${i}`, id: 'b', network: '203.0.113.7' }),
    );
    const refused = await submitTo(at.box, at.batch(...ballots));
    expect(refused[0]).toMatchObject({ error: 'unavailable' });
    lock.exec('ROLLBACK');
    lock.close();
    await expect
      .poll(async () => (await submitTo(at.box, at.batch(...ballots)))[0])
      .toMatchObject({ status: 'accepted' });
    await expect.poll(() => at.box.networks(runId)?.top[0]?.ballots).toBe(151);
    expect((await at.box.seal(runId)).concentrated).toEqual({ ballots: 151, networks: 1, above: 100 });
  });

  it('is not read again for a run that is sealed: not by a vote that comes too late, a new rule, or a restart', async () => {
    await at.box.close();
    let writer = new LedgerWriter('live', new SqliteLedgerStore(at.file));
    const learn = () => writer.apply([{ t: 'rules', rules: [rule], atMs: NOW_MS }], { touch: false });
    const submit = (voter: string, network: string) => {
      const ballots = Array.from({ length: 6_000 }, (_, i) => ballotOf({ voter: `${voter}-${i}`, id: 'b', network }));
      writer.apply([{ t: 'submit', ref: 0, batch: at.batch(...ballots), atMs: NOW_MS, answers: [] }], { touch: false });
    };
    learn();
    submit('in-time', '203.0.113.7');
    writer.apply([{ t: 'seal', ref: 1, runId, atMs: NOW_MS }], { touch: false });
    expect(writer.networks.tell().filter((run) => run.runId === runId)).toHaveLength(1);
    for (const disturb of [
      () => submit('late', '198.51.100.1'),
      learn,
      () => {
        writer.close();
        writer = new LedgerWriter('live', new SqliteLedgerStore(at.file));
        learn();
      },
    ]) {
      disturb();
      expect(writer.networks.tell().filter((run) => run.runId === runId)).toEqual([]);
      expect(writer.networks.reads).toBe(false);
    }
    writer.close();
    await at.open();
  });

  it('has nothing to say of a run where nobody stands out', async () => {
    await at.crowd(250);
    await at.vote('203.0.113.7', 100);
    expect((await at.box.seal(runId)).concentrated).toBeNull();
    expect((await at.box.recount(runId, null)).concentrated).toBeNull();
  });
});

it('a ledger of the version before is moved on when it is opened, and its run goes on with networks', async () => {
  await at.vote('203.0.113.7', 40);
  await at.box.close();
  const shell = new Database(at.file);
  shell.exec(`${WITHOUT_NETWORKS}; PRAGMA user_version = 2`);
  shell.close();
  await at.open();
  expect(at.box.live(runId)?.tally.total).toBe(40);
  await at.vote('203.0.113.7', 120);
  expect(await at.box.recount(runId, null)).toMatchObject({
    total: 160,
    chain: 'ok',
    concentrated: { ballots: 120, networks: 1, above: 100 },
  });
  await at.box.seal(runId);
  await at.box.destroySalt(runId as RunId);
  await expect.poll(() => at.named(runId), { timeout: 10_000 }).toBe(0);
});

it('a ballot that names no network, as an edge of an earlier version sends it, is counted like any other', async () => {
  const rows = Array.from({ length: 120 }, (_, i) => ballotOf({ voter: `old-${i}`, id: 'b' }).slice(0, 8) as BallotRow);
  expect((await submitTo(at.box, at.batch(...rows))).map(wordOf)).toEqual(rows.map(() => 'accepted'));
  await at.vote('203.0.113.7', 130);
  const concentrated = { ballots: 130, networks: 1, above: 100 };
  expect(await at.box.recount(runId, null)).toMatchObject({ total: 250, chain: 'ok', concentrated });
  expect((await at.box.seal(runId)).concentrated).toEqual(concentrated);
  expect(at.named(runId)).toBe(130);
});
