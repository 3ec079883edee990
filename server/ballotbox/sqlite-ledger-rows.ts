/** What a ledger's writer and its readers look up alike. */
import type { Database } from '../storage/open-database.ts';

/** What a ledger says about itself, by key; one of version 1 says nothing. */
export function readMeta(database: Database): Map<string, string> {
  if (Number(database.pragma('user_version', { simple: true })) < 2) return new Map();
  const rows = database.prepare<[], { key: string; value: string }>('SELECT key, value FROM meta').all();
  return new Map(rows.map(({ key, value }) => [key, value]));
}

/** The ids between which the run's ballots lie; null where it has none. */
export function ballotIdsOf(database: Database, run: number): { first: number; last: number } | null {
  const ends = database
    .prepare<[number], { first: number | null; last: number | null }>(
      'SELECT min(id) AS first, max(id) AS last FROM ballots INDEXED BY ballots_by_voter WHERE run = ?',
    )
    .get(run);
  const { first = null, last = null } = ends ?? {};
  return first === null || last === null ? null : { first, last };
}
