/** Text in the journal is damaged while no server runs. */
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { Place, poll } from './testing/place.ts';
import { Server, startServer, TEST_MS } from './testing/server.ts';

vi.setConfig({ testTimeout: TEST_MS });

/** A show that was played for a moment, and is damaged by this statement. */
async function damagedBy(sql: string): Promise<Place> {
  const place = new Place();
  const cues = [poll('q1', { durationMs: 60_000, graceMs: 1_000 })];
  const server = await startServer({ place, show: place.show(cues), mode: 'live', edges: 1 });
  await server.desk().command('cue.arm', 'q1');
  expect(await server.stop()).toBe(0);
  const journal = new Database(place.files.journal);
  expect(journal.prepare(sql).run().changes).toBe(1);
  journal.close();
  return place;
}
const again = (place: Place) => ({ place, show: null, mode: null, edges: 1 });

test('a damaged snapshot costs nothing, and the desk is told', async () => {
  const place = await damagedBy(
    'UPDATE snapshots SET state = substr(state, 1, 99) WHERE seq = (SELECT max(seq) FROM snapshots)',
  );
  const server = await startServer(again(place));
  expect((await server.desk().cue('q1')).intake).toBe('armed');
  await vi.waitFor(async () => {
    const { alarms } = await server.desk().vitals();
    expect(alarms).toMatchObject([{ code: 'journal-snapshot' }]);
  });
  expect(await server.stop()).toBe(0);
});

test.for([
  ['a damaged entry', 'UPDATE entries SET events = \'[{"type":\' WHERE seq = 1', 'its entry 1'],
  ['a missing entry', 'DELETE FROM entries WHERE seq = 1', 'its entry 1 is missing'],
])('%s is said once, with what to do, and ends the server', async ([, sql = '', why]) => {
  const place = await damagedBy(sql);
  const journal = new Database(place.files.journal);
  journal.exec('DELETE FROM snapshots');
  journal.close();
  const server = new Server(again(place));
  expect(await server.exited).toBe(1);
  expect(server.events).toMatchObject([
    { event: 'alarm', code: 'corrupt-file', message: expect.stringContaining(why ?? '') },
    { event: 'stopped', code: 1 },
  ]);
});
