import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ballotOf, NOW_MS } from './builders.test-part.ts';
import { LedgerWriter } from './ledger-writer.ts';
import { NetworkVotes, other, rule } from './network-votes.test-part.ts';
import { SqliteLedgerStore } from './sqlite-ledger-store.ts';

const { runId } = rule;
let at: NetworkVotes;

beforeEach(async () => {
  at = new NetworkVotes();
  await at.open();
});
afterEach(() => at.remove());

describe('at archive', () => {
  it('the networks of the run go, and those of others stay', async () => {
    for (let n = 0; n < 12; n += 1) await at.vote('203.0.113.7', 400);
    await at.vote('203.0.113.7', 150, { poll: 'other' });
    await at.box.seal(runId);
    const before = await at.box.recount(runId, null);
    await at.box.destroySalt(runId);
    expect((await at.box.recount(runId, null)).concentrated).toBeNull();
    await expect.poll(() => at.named(runId), { timeout: 10_000 }).toBe(0);
    expect(at.named(other.runId)).toBe(150);
    const after = await at.box.recount(runId, null);
    expect(after).toEqual({ ...before, concentrated: null });
    expect(after.chain).toBe('ok');
  });

  it('votes of another run are counted while they go, and what a crash leaves goes at the next start', async () => {
    await at.box.close();
    const files = at.file;
    let writer = new LedgerWriter('live', new SqliteLedgerStore(files));
    writer.apply([{ t: 'rules', rules: [rule, other], atMs: NOW_MS }], { touch: false });
    const submit = (count: number, poll: string) => {
      const ballots = Array.from({ length: count }, (_, i) => ballotOf({ voter: `v-${poll}-${i}`, id: 'b', poll }));
      const item = { t: 'submit' as const, ref: 0, batch: at.batch(...ballots), atMs: NOW_MS, answers: [] };
      writer.apply([item], { touch: false });
      return item.answers;
    };
    submit(5_000, 'poll');
    writer.apply([{ t: 'destroy-salt', ref: 1, runId, atMs: NOW_MS }], { touch: false });
    expect(writer.hasNetworksToClear).toBe(true);
    expect(writer.clearSomeNetworks()).toBe(true);
    expect(at.named(runId)).toBe(3_000);
    expect(submit(10, 'other')).toHaveLength(10);
    writer.close();
    writer = new LedgerWriter('live', new SqliteLedgerStore(files));
    expect(writer.hasNetworksToClear).toBe(true);
    while (writer.hasNetworksToClear) expect(writer.clearSomeNetworks()).toBe(true);
    expect([at.named(runId), at.named(other.runId)]).toEqual([0, 10]);
    writer.close();
    writer = new LedgerWriter('live', new SqliteLedgerStore(files));
    expect(writer.hasNetworksToClear).toBe(false);
    writer.close();
    await at.open();
  });

  it('where they came from is forgotten at once, also by whoever tells it to people', async () => {
    await at.vote('203.0.113.7', 20);
    await expect.poll(() => at.box.networks(runId)?.top[0]?.network).toBe('203.0.113.7');
    await at.box.seal(runId);
    await at.box.destroySalt(runId);
    expect(at.box.networks(runId)).toBeNull();
  });

  it('a step looks at its own ballots and not at all of the run', async () => {
    await at.box.close();
    const writer = new LedgerWriter('live', new SqliteLedgerStore(at.file));
    writer.apply([{ t: 'rules', rules: [rule], atMs: NOW_MS }], { touch: false });
    const ballots = Array.from({ length: 30_000 }, (_, i) => ballotOf({ voter: `voter-${i}`, id: 'b' }));
    writer.apply([{ t: 'submit', ref: 0, batch: at.batch(...ballots), atMs: NOW_MS, answers: [] }], { touch: false });
    writer.close();
    const store = new SqliteLedgerStore(at.file);
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
    await at.open();
  });

  it('no file holds the keys of the networks any more', async () => {
    await at.vote('203.0.113.7', 50);
    const [row] = at.inLedger<{ network: Buffer }>('SELECT network FROM ballots LIMIT 1');
    const key = row?.network ?? Buffer.from('none');
    const holds = () => ['', '-wal'].some((suffix) => readFileSync(at.file + suffix).includes(key));
    expect(holds()).toBe(true);
    await at.box.seal(runId);
    await at.box.destroySalt(runId);
    await expect.poll(holds, { timeout: 10_000 }).toBe(false);
  });
});
