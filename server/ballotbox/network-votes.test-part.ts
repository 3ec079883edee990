/** A ballot box that people vote into from networks, and what its ledger keeps of these. */
import Database from 'better-sqlite3';
import type { BallotAnswer } from '../../shared/protocol/backplane.ts';
import type { PollId } from '../../shared/protocol/ids.ts';
import type { BallotBox } from './ballot-box.ts';
import { ballotOf, batchesOf, NOW_MS, ruleOf, submitTo, type TempLedgers, tempLedgers } from './builders.test-part.ts';
import { openBallotBox } from './open-ballot-box.ts';

export const rule = ruleOf({});
export const other = ruleOf({ pollId: 'other' as PollId });

export class NetworkVotes {
  readonly #temp: TempLedgers = tempLedgers();
  #box: BallotBox | null = null;
  /** Makes batches of the edge that came with the newest opening. */
  batch = batchesOf('edge-0', 'epoch');
  #edges = 0;
  #voters = 0;

  get box(): BallotBox {
    if (this.#box === null) throw new Error('the box is not open yet');
    return this.#box;
  }

  /** The live ledger. */
  get file(): string {
    return this.#temp.ledgers.live;
  }

  async open(): Promise<void> {
    this.#box = await openBallotBox({ ledgers: this.#temp.ledgers, now: () => NOW_MS });
    this.#box.setRules([rule, other]);
    this.#edges += 1;
    this.batch = batchesOf(`edge-${this.#edges}`, 'epoch');
  }

  async remove(): Promise<void> {
    await this.#box?.close();
    this.#temp.remove();
  }

  /** So many voters of one network, each with a new token unless said. */
  vote(network: string, count: number, more: { poll?: string; tokenMadeAtMs?: number } = {}): Promise<BallotAnswer[]> {
    return this.#submit(count, () => ({ network, ...more }));
  }

  /** A ballot each from so many networks. */
  crowd(count: number): Promise<BallotAnswer[]> {
    return this.#submit(count, (i) => ({ network: `10.0.${i >> 8}.${i & 255}` }));
  }

  #submit(count: number, from: (i: number) => { network: string }): Promise<BallotAnswer[]> {
    const ballots = Array.from({ length: count }, (_, i) => {
      this.#voters += 1;
      return ballotOf({ voter: `voter-${this.#voters}`, id: `b-${this.#voters}`, ...from(i) });
    });
    return submitTo(this.box, this.batch(...ballots));
  }

  inLedger<T>(sql: string): T[] {
    const database = new Database(this.file, { readonly: true });
    try {
      return database.prepare<[], T>(sql).all();
    } finally {
      database.close();
    }
  }

  /** How many ballots of a run still have their network. */
  named(run: string): number | undefined {
    return this.inLedger<{ n: number }>(
      `SELECT count(*) AS n FROM ballots WHERE network IS NOT NULL AND run = (SELECT id FROM runs WHERE run_id = '${run}')`,
    )[0]?.n;
  }
}
