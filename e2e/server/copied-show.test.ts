/** A show is what lies in its database files: after a stop in these alone, while it runs with what SQLite's own backup makes of them. */
import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { DeskClient } from './testing/desk-client.ts';
import { Place, poll } from './testing/place.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { Stage } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const VOTES = 12;
const databasesIn = (dir: string) => readdirSync(dir).filter((name) => name.endsWith('.db'));

async function vote(server: Server, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const voter = await voterOn('http', { audienceUrl: server.audienceUrl });
    await voter.cast({ id: newBallotId(), pollId: 'q1', round: 1, choice: ['a'] });
  }
}

/** A poll on air, looked into from all sides, so that every file has had readers. */
async function show(): Promise<{ place: Place; server: Server; desk: DeskClient }> {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 3_600_000, graceMs: 0 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 1 });
  const desk = server.desk();
  await new Stage(desk).go('q1');
  await vote(server, VOTES);
  expect(await desk.recount('q1')).toMatchObject({ total: VOTES, matches: true });
  await desk.call('GET', '/api/v1/log');
  const toMs = Date.now();
  await desk.call('GET', `/api/v1/series?fromMs=${toMs - 60_000}&toMs=${toMs}`);
  return { place, server, desk };
}

async function expectAllVotesIn(copy: Place): Promise<void> {
  const server = await startServer({ place: copy, show: null, mode: null, edges: 1 });
  const desk = server.desk();
  expect(await desk.recount('q1')).toMatchObject({ total: VOTES, live: { total: VOTES }, matches: true, chain: 'ok' });
  expect((await desk.vitals()).preflight.ledger.ok).toBe(true);
  await desk.command('poll.close', 'q1', { confirmed: true });
  await desk.waitForIntake('q1', 'verified');
  expect(await server.stop()).toBe(0);
  // The copy has no clock of the show: what ran when it was made hangs on the machine's.
  const alarms = server.events.flatMap((event) => (event.event === 'alarm' ? [event.code] : []));
  expect(alarms).toEqual(['anchor-lost']);
}

test('after a stop, `*.db` copied into another folder holds every vote', { timeout: TEST_MS }, async () => {
  const { place, server } = await show();
  expect(await server.stop()).toBe(0);
  const logs = readdirSync(place.data).filter((name) => name.endsWith('-wal'));
  expect(logs.filter((name) => statSync(join(place.data, name)).size > 0)).toEqual([]);
  const copy = new Place();
  mkdirSync(copy.data);
  expect(databasesIn(place.data)).toEqual(expect.arrayContaining(['journal.db', 'ledger-live.db', 'series.db']));
  for (const name of databasesIn(place.data)) copyFileSync(join(place.data, name), join(copy.data, name));
  await expectAllVotesIn(copy);
});

test('while it runs, backups of the ledgers and then of the journal hold every vote', {
  timeout: TEST_MS,
}, async () => {
  const { place, server } = await show();
  const copy = new Place();
  mkdirSync(copy.data);
  // As docs/copying-a-show.md says; the `.backup` of a SQLite shell is the same call.
  const isTold = () => {
    const shell = new Database(place.files.journal, { readonly: true });
    const told = shell.prepare('SELECT count(*) FROM told_heads').pluck().get() === 1;
    shell.close();
    return told;
  };
  await until(isTold, { what: 'the journal is told of the votes', isQuiet: true });
  for (const name of ['ledger-live.db', 'ledger-rehearsal.db', 'journal.db']) {
    const shell = new Database(join(place.data, name), { readonly: true });
    await shell.backup(join(copy.data, name));
    shell.close();
  }
  expect(await server.stop()).toBe(0);
  await expectAllVotesIn(copy);
});
