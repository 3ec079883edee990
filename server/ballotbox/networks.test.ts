import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BallotRow } from '../../shared/protocol/backplane.ts';
import type { PollId, RunId } from '../../shared/protocol/ids.ts';
import type { BallotBox } from './ballot-box.ts';
import {
  ballotOf,
  batchesOf,
  NOW_MS,
  ruleOf,
  submitTo,
  type TempLedgers,
  tempLedgers,
  WITHOUT_NETWORKS,
  wordOf,
} from './builders.test-part.ts';

import { LedgerWriter } from './ledger-writer.ts';
import { openBallotBox } from './open-ballot-box.ts';
import { SqliteLedgerStore } from './sqlite-ledger-store.ts';

const HOUR_MS = 3_600_000;
const rule = ruleOf({});
const { runId } = rule;
const other = ruleOf({ pollId: 'other' as PollId });
let temp: TempLedgers;
let box: BallotBox;
let batch: ReturnType<typeof batchesOf>;
let edges = 0;

async function open(): Promise<void> {
  box = await openBallotBox({ ledgers: temp.ledgers, now: () => NOW_MS });
  box.setRules([rule, other]);
  edges += 1;
  batch = batchesOf(`edge-${edges}`, 'epoch');
}

beforeEach(async () => {
  temp = tempLedgers();
  await open();
});
afterEach(async () => {
  await box.close();
  temp.remove();
});

let voters = 0;
/** So many voters of one network, each with a new token unless said. */
async function vote(network: string, count: number, more: { poll?: string; tokenMadeAtMs?: number } = {}) {
  const ballots = Array.from({ length: count }, () => {
    voters += 1;
    return ballotOf({ voter: `voter-${voters}`, id: `b-${voters}`, network, ...more });
  });
  return submitTo(box, batch(...ballots));
}

/** A ballot each from so many networks. */
const crowd = (count: number, poll = 'poll') =>
  submitTo(
    box,
    batch(
      ...Array.from({ length: count }, (_, i) => {
        voters += 1;
        return ballotOf({ voter: `voter-${voters}`, id: 'b', network: `10.0.${i >> 8}.${i & 255}`, poll });
      }),
    ),
  );

function inLedger<T>(sql: string): T[] {
  const database = new Database(temp.ledgers.live, { readonly: true });
  try {
    return database.prepare<[], T>(sql).all();
  } finally {
    database.close();
  }
}
const named = (run: string) =>
  inLedger<{ n: number }>(
    `SELECT count(*) AS n FROM ballots WHERE network IS NOT NULL AND run = (SELECT id FROM runs WHERE run_id = '${run}')`,
  )[0]?.n;

describe('where ballots came from', () => {
  it('stands with each as 8 bytes of a hash that is keyed by the salt of its run', async () => {
    await vote('203.0.113.7', 2);
    await vote('203.0.113.7', 1, { poll: 'other' });
    const rows = inLedger<{ salt: Buffer; network: Buffer }>(
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
    expect(readFileSync(temp.ledgers.live).includes('203.0.113.7')).toBe(false);
  });

  it('is told with how old the tokens were, and says the same when it is told live, sealed and counted again', async () => {
    await crowd(300);
    await vote('203.0.113.7', 150);
    await vote('203.0.113.7', 30, { tokenMadeAtMs: NOW_MS - 2 * HOUR_MS });
    await vote('203.0.113.7', 20, { tokenMadeAtMs: NOW_MS - 48 * HOUR_MS });
    await vote('198.51.100.1', 100);
    const concentrated = { ballots: 200, networks: 1, above: 100 };
    await expect.poll(() => box.networks(runId)).toMatchObject({ concentrated });
    expect(box.networks(runId)?.top).toEqual([
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
    expect((await box.recount(runId, null)).concentrated).toEqual(concentrated);
    const sealed = await box.seal(runId);
    expect(sealed).toMatchObject({ concentrated, tally: { total: 600 } });
    expect(await box.seal(runId)).toEqual(sealed);
    expect((await box.recount(runId, null)).concentrated).toEqual(concentrated);
  });

  it('is counted on after a restart, where a network gets its name back when it speaks again', async () => {
    await vote('203.0.113.7', 120);
    await vote('198.51.100.1', 110);
    await crowd(20);
    await box.close();
    await open();
    const concentrated = { ballots: 230, networks: 2, above: 100 };
    await expect.poll(() => box.networks(runId)).toMatchObject({ concentrated, top: [] });
    await vote('203.0.113.7', 1);
    await expect
      .poll(() => box.networks(runId)?.top)
      .toEqual([{ network: '203.0.113.7', ballots: 121, perMin: 1, ages: null, isBeyond: true }]);
    expect((await box.seal(runId)).concentrated).toEqual({ ballots: 231, networks: 2, above: 100 });
  });

  it('is read a few thousand ballots at a time after a restart, while others come', async () => {
    await box.close();
    let writer = new LedgerWriter('live', new SqliteLedgerStore(temp.ledgers.live));
    writer.apply([{ t: 'rules', rules: [rule], atMs: NOW_MS }], { touch: false });
    const submit = (count: number, life: string) => {
      const ballots = Array.from({ length: count }, (_, i) =>
        ballotOf({ voter: `${life}-${i}`, id: 'b', network: `203.0.113.${i % 3}` }),
      );
      const item = { t: 'submit' as const, ref: 0, batch: batch(...ballots), atMs: NOW_MS, answers: [] };
      writer.apply([item], { touch: false });
    };
    submit(12_000, 'first');
    writer.close();
    writer = new LedgerWriter('live', new SqliteLedgerStore(temp.ledgers.live));
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
    await open();
  });

  it('counts each voter once, and nobody who was too late', async () => {
    const again = batch(ballotOf({ voter: 'one', network: '203.0.113.7' }));
    for (let n = 0; n < 3; n += 1) await submitTo(box, again);
    const late = Array.from({ length: 200 }, (_, i) =>
      ballotOf({ voter: `late-${i}`, id: 'b', network: '203.0.113.7', receivedAtMs: NOW_MS + 2 * HOUR_MS }),
    );
    await submitTo(box, batch(...late));
    await vote('203.0.113.7', 100);
    await expect.poll(() => box.networks(runId)?.top[0]?.ballots).toBe(101);
    expect((await box.seal(runId)).concentrated).toEqual({ ballots: 101, networks: 1, above: 100 });
  });

  it('does not count what the disk did not take', async () => {
    await vote('203.0.113.7', 1);
    const lock = new Database(temp.ledgers.live);
    lock.exec('BEGIN IMMEDIATE');
    const ballots = Array.from({ length: 150 }, (_, i) =>
      ballotOf({ voter: `again-${i}`, id: 'b', network: '203.0.113.7' }),
    );
    const refused = await submitTo(box, batch(...ballots));
    expect(refused[0]).toMatchObject({ error: 'unavailable' });
    lock.exec('ROLLBACK');
    lock.close();
    await expect.poll(async () => (await submitTo(box, batch(...ballots)))[0]).toMatchObject({ status: 'accepted' });
    await expect.poll(() => box.networks(runId)?.top[0]?.ballots).toBe(151);
    expect((await box.seal(runId)).concentrated).toEqual({ ballots: 151, networks: 1, above: 100 });
  });

  it('is not read again for a run that is sealed: not by a vote that comes too late, a new rule, or a restart', async () => {
    await box.close();
    let writer = new LedgerWriter('live', new SqliteLedgerStore(temp.ledgers.live));
    const learn = () => writer.apply([{ t: 'rules', rules: [rule], atMs: NOW_MS }], { touch: false });
    const submit = (voter: string, network: string) => {
      const ballots = Array.from({ length: 6_000 }, (_, i) => ballotOf({ voter: `${voter}-${i}`, id: 'b', network }));
      writer.apply([{ t: 'submit', ref: 0, batch: batch(...ballots), atMs: NOW_MS, answers: [] }], { touch: false });
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
        writer = new LedgerWriter('live', new SqliteLedgerStore(temp.ledgers.live));
        learn();
      },
    ]) {
      disturb();
      expect(writer.networks.tell().filter((run) => run.runId === runId)).toEqual([]);
      expect(writer.networks.reads).toBe(false);
    }
    writer.close();
    await open();
  });

  it('has nothing to say of a run where nobody stands out', async () => {
    await crowd(250);
    await vote('203.0.113.7', 100);
    expect((await box.seal(runId)).concentrated).toBeNull();
    expect((await box.recount(runId, null)).concentrated).toBeNull();
  });
});

describe('at archive', () => {
  it('the networks of the run go, and those of others stay', async () => {
    for (let n = 0; n < 12; n += 1) await vote('203.0.113.7', 400);
    await vote('203.0.113.7', 150, { poll: 'other' });
    await box.seal(runId);
    const before = await box.recount(runId, null);
    await box.destroySalt(runId);
    expect((await box.recount(runId, null)).concentrated).toBeNull();
    await expect.poll(() => named(runId), { timeout: 10_000 }).toBe(0);
    expect(named(other.runId)).toBe(150);
    const after = await box.recount(runId, null);
    expect(after).toEqual({ ...before, concentrated: null });
    expect(after.chain).toBe('ok');
  });

  it('votes of another run are counted while they go, and what a crash leaves goes at the next start', async () => {
    await box.close();
    const files = temp.ledgers.live;
    let writer = new LedgerWriter('live', new SqliteLedgerStore(files));
    writer.apply([{ t: 'rules', rules: [rule, other], atMs: NOW_MS }], { touch: false });
    const submit = (count: number, poll: string) => {
      const ballots = Array.from({ length: count }, (_, i) => ballotOf({ voter: `v-${poll}-${i}`, id: 'b', poll }));
      const item = { t: 'submit' as const, ref: 0, batch: batch(...ballots), atMs: NOW_MS, answers: [] };
      writer.apply([item], { touch: false });
      return item.answers;
    };
    submit(5_000, 'poll');
    writer.apply([{ t: 'destroy-salt', ref: 1, runId, atMs: NOW_MS }], { touch: false });
    expect(writer.hasNetworksToClear).toBe(true);
    expect(writer.clearSomeNetworks()).toBe(true);
    expect(named(runId)).toBe(3_000);
    expect(submit(10, 'other')).toHaveLength(10);
    writer.close();
    writer = new LedgerWriter('live', new SqliteLedgerStore(files));
    expect(writer.hasNetworksToClear).toBe(true);
    while (writer.hasNetworksToClear) expect(writer.clearSomeNetworks()).toBe(true);
    expect([named(runId), named(other.runId)]).toEqual([0, 10]);
    writer.close();
    writer = new LedgerWriter('live', new SqliteLedgerStore(files));
    expect(writer.hasNetworksToClear).toBe(false);
    writer.close();
    await open();
  });

  it('where they came from is forgotten at once, also by whoever tells it to people', async () => {
    await vote('203.0.113.7', 20);
    await expect.poll(() => box.networks(runId)?.top[0]?.network).toBe('203.0.113.7');
    await box.seal(runId);
    await box.destroySalt(runId);
    expect(box.networks(runId)).toBeNull();
  });

  it('a step looks at its own ballots and not at all of the run', async () => {
    await box.close();
    const writer = new LedgerWriter('live', new SqliteLedgerStore(temp.ledgers.live));
    writer.apply([{ t: 'rules', rules: [rule], atMs: NOW_MS }], { touch: false });
    const ballots = Array.from({ length: 30_000 }, (_, i) => ballotOf({ voter: `voter-${i}`, id: 'b' }));
    writer.apply([{ t: 'submit', ref: 0, batch: batch(...ballots), atMs: NOW_MS, answers: [] }], { touch: false });
    writer.close();
    const store = new SqliteLedgerStore(temp.ledgers.live);
    const row = store.runs().find((run) => run.runId === runId)?.id ?? 0;
    const tookMs = (from: number, to: number) => {
      store.begin();
      const startedMs = performance.now();
      store.clearNetworks(row, { from, to });
      const ms = performance.now() - startedMs;
      store.rollback();
      return ms;
    };
    const few = Math.min(...Array.from({ length: 5 }, () => tookMs(101, 110)));
    expect(tookMs(1, 30_000) / few).toBeGreaterThan(100);
    store.close();
    await open();
  });

  it('no file holds the keys of the networks any more', async () => {
    await vote('203.0.113.7', 50);
    const [row] = inLedger<{ network: Buffer }>('SELECT network FROM ballots LIMIT 1');
    const key = row?.network ?? Buffer.from('none');
    const holds = () => ['', '-wal'].some((suffix) => readFileSync(temp.ledgers.live + suffix).includes(key));
    expect(holds()).toBe(true);
    await box.seal(runId);
    await box.destroySalt(runId);
    await expect.poll(holds, { timeout: 10_000 }).toBe(false);
  });
});

it('a ledger of the version before is moved on when it is opened, and its run goes on with networks', async () => {
  await vote('203.0.113.7', 40);
  await box.close();
  const shell = new Database(temp.ledgers.live);
  shell.exec(`${WITHOUT_NETWORKS}; PRAGMA user_version = 2`);
  shell.close();
  await open();
  expect(box.live(runId)?.tally.total).toBe(40);
  await vote('203.0.113.7', 120);
  expect(await box.recount(runId, null)).toMatchObject({
    total: 160,
    chain: 'ok',
    concentrated: { ballots: 120, networks: 1, above: 100 },
  });
  await box.seal(runId);
  await box.destroySalt(runId as RunId);
  await expect.poll(() => named(runId), { timeout: 10_000 }).toBe(0);
});

it('a ballot that names no network, as an edge of an earlier version sends it, is counted like any other', async () => {
  const rows = Array.from({ length: 120 }, (_, i) => ballotOf({ voter: `old-${i}`, id: 'b' }).slice(0, 8) as BallotRow);
  expect((await submitTo(box, batch(...rows))).map(wordOf)).toEqual(rows.map(() => 'accepted'));
  await vote('203.0.113.7', 130);
  const concentrated = { ballots: 130, networks: 1, above: 100 };
  expect(await box.recount(runId, null)).toMatchObject({ total: 250, chain: 'ok', concentrated });
  expect((await box.seal(runId)).concentrated).toEqual(concentrated);
  expect(named(runId)).toBe(130);
});
