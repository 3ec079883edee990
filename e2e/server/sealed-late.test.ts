/** A run that an earlier product took off the air without sealing it is sealed at the next start, while what came after it goes on. */
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { Stage } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const HOUR_MS = 3_600_000;
const EARLY = 4;
const LATER = 6;

/** As that product left it: the last entry is the RECALL. */
function unseal({ files }: Place, runId: string): void {
  const journal = new Database(files.journal);
  const seal = journal
    .prepare<[string], number>(`SELECT seq FROM entries WHERE type = 'system.seal' AND instr(command, ?) > 0`)
    .pluck()
    .get(runId);
  expect(seal).toBeDefined();
  // Nothing may stand where it stood, or the entries would not count up.
  journal.prepare(`UPDATE entries SET type = 'command.barred', events = '[]' WHERE seq = ?`).run(seal);
  journal.exec('DELETE FROM snapshots');
  journal.close();
  const ledger = new Database(files.ledgerLive);
  const sql =
    'UPDATE runs SET sealed_head = NULL, sealed_batch = NULL, sealed_tally = NULL, sealed_at_ms = NULL WHERE run_id = ?';
  expect(ledger.prepare(sql).run(runId).changes).toBe(1);
  ledger.close();
}

function unsealed({ files }: Place): unknown[] {
  const shell = new Database(files.ledgerLive, { readonly: true });
  try {
    return shell.prepare('SELECT run_id FROM runs WHERE sealed_head IS NULL').pluck().all();
  } finally {
    shell.close();
  }
}

test('a recalled run is sealed at the start, and no restart reads its ballots and those after it again', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const cues = ['early', 'later'].map((id) => poll(id, { durationMs: HOUR_MS, graceMs: 0 }));
  const first = await startServer({ place, show: place.show(cues), mode: 'live', edges: 1 });
  const stage = new Stage(first.desk());
  const vote = async (audienceUrl: string, pollId: string, count: number) => {
    for (let n = 0; n < count; n++) {
      const voter = await voterOn('http', { audienceUrl });
      const { receipt } = await voter.cast({ id: newBallotId(), pollId, round: 1, choice: ['a'] });
      expect(receipt?.status).toBe('accepted');
    }
  };
  await stage.go('early');
  await vote(first.audienceUrl, 'early', EARLY);
  await first.desk().command('poll.recall', 'early', { reason: 'too early' });
  await until(() => unsealed(place).length === 0, { what: 'it is sealed', isQuiet: true });
  await stage.go('later');
  await vote(first.audienceUrl, 'later', LATER);
  expect(await first.stop()).toBe(0);
  expect(unsealed(place)).toEqual(['later:live:1']);

  unseal(place, 'early:live:1');
  const second = await startServer({ place, show: null, mode: null, edges: 1 });
  await until(() => unsealed(place).join() === 'later:live:1', { what: 'it is sealed again', isQuiet: true });
  const desk = second.desk();
  expect(await desk.recount('early', 1)).toMatchObject({ total: EARLY, matches: true, chain: 'ok' });
  expect(await desk.recount('later')).toMatchObject({ total: LATER, matches: true, chain: 'ok' });
  expect((await desk.cue('later')).intake).toBe('open');
  expect(await second.stop()).toBe(0);
});
