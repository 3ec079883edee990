/** An archived run keeps its counts for good and forgets who cast what. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { verifyLedger } from '../../server/evidence/verify-ledger.ts';
import { crowdOf, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { readLedger } from './testing/ledger-file.ts';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { Stage } from './testing/stage.ts';
import { until } from './testing/until.ts';

/** Every file of a data folder that holds these bytes. */
function filesWith(dir: string, bytes: Buffer): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(dir, name);
    return statSync(path).isFile() && readFileSync(path).includes(bytes);
  });
}

test('archiving a run destroys its salt in every file, keeps its counts, and a repeat is late', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 600_000, graceMs: 0 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 1 });
  const desk = server.desk();
  const viewers = await crowdOf(12, { audienceUrl: server.audienceUrl });
  const { runId } = await desk.air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  for (const [n, viewer] of viewers.entries()) viewer.vote('q1', [optionOf(n)]);
  await untilAllAnswered(viewers, 'all have voted');
  await new Stage(desk).close('q1');

  const reader = new Database(place.files.ledgerLive, { readonly: true });
  const salt = reader.prepare<[string], Buffer>('SELECT salt FROM runs WHERE run_id = ?').pluck().get(runId);
  reader.close();
  if (salt === undefined) throw new Error('the run has no salt');
  // With the salt, whoever knows a voter's id finds the voter's ballot.
  const keyOf = (voterId: string | null) =>
    createHmac('sha256', salt)
      .update(voterId ?? '')
      .digest('hex')
      .slice(0, 32);
  const voters = new Set(readLedger(place.files.ledgerLive, runId).rows.map(({ voter }) => voter));
  expect(viewers.map(({ voterId }) => voters.has(keyOf(voterId)))).toEqual(viewers.map(() => true));
  expect(filesWith(place.data, salt)).not.toEqual([]);
  const before = await desk.recount('q1');

  await desk.command('poll.archive', 'q1');
  await until(() => filesWith(place.data, salt).length === 0, { what: 'no file holds the salt' });
  const after = await desk.recount('q1');
  expect({ ...after, classes: null }).toEqual({ ...before, classes: null });
  expect(after).toMatchObject({ total: 12, matches: true, chain: 'ok' });
  const verdict = await verifyLedger({ ledger: place.files.ledgerLive, journal: place.files.journal });
  expect(verdict).toMatchObject({ holds: true, runs: [{ runId, salt: 'destroyed', tally: { total: 12 } }] });
  const [viewer] = viewers;
  const [ballot] = viewer?.ballots ?? [];
  viewer?.send({ t: 'ballot', id: ballot?.id, pollId: 'q1', round: 1, choice: ballot?.choice });
  await until(() => ballot?.receipts.length === 2, { what: 'an answer to a repeat' });
  expect(ballot?.receipts[1]?.status).toBe('late');

  expect(await server.stop()).toBe(0);
  expect(filesWith(place.data, salt)).toEqual([]);
});
