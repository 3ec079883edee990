import { expect } from 'vitest';
import type { Recount } from '../../../shared/protocol/records.ts';
import { acknowledged, type CastBallot } from './ballots.ts';
import { OPTIONS } from './crowd.ts';
import { type RunInLedger, readLedger } from './ledger-file.ts';
import type { Place } from './place.ts';

function perOption(choices: readonly string[][]): Record<string, number> {
  return Object.fromEntries(OPTIONS.map((option) => [option, choices.filter((c) => c.includes(option)).length]));
}

/** What viewers were told is what the server counts: in all, per option, live and from the ledger. */
export function expectRecountOf(ballots: readonly CastBallot[], recount: Recount): void {
  const told = acknowledged(ballots);
  expect(recount).toMatchObject({ total: told.length, matches: true, chain: 'ok', live: { total: told.length } });
  const counted = Object.fromEntries(recount.options.map(({ id, count }) => [id, count]));
  expect(counted).toEqual(perOption(told.map(({ choice }) => choice)));
}

export interface LedgerCheck {
  runId: string;
  ballots: readonly CastBallot[];
  /** `closesAtMs + graceMs` of the run. */
  inByMs: number;
}

/** The ledger file of a server that has stopped, against what viewers were told. */
export function expectLedgerOf(place: Place, { runId, ballots, inByMs }: LedgerCheck): RunInLedger {
  const ledger = readLedger(place.files.ledgerLive, runId);
  const byRef = new Map(ledger.rows.map((row) => [row.ref, row]));
  for (const { id, choice, receipts } of acknowledged(ballots)) {
    const row = byRef.get(receipts[0]?.ref ?? '');
    expect(row, `acknowledged ballot ${id} is in the ledger`).toMatchObject({
      ballotId: id,
      choice: JSON.stringify(choice),
    });
    // Asked again, the server must have said the same again.
    for (const receipt of receipts) expect(receipt).toEqual(receipts[0]);
  }
  expect(new Set(ledger.rows.map(({ voter }) => voter)).size, 'no voter stands in the ledger twice').toBe(
    ledger.rows.length,
  );
  expect(byRef.size, 'no reference names two rows').toBe(ledger.rows.length);
  for (const row of ledger.rows) expect(row.receivedAtMs, 'nothing was accepted too late').toBeLessThanOrEqual(inByMs);
  expect(ledger.isChainWhole, 'the chain verifies').toBe(true);
  return ledger;
}
