/** Somebody else writes the journal of a running show: the core has been replaced, says so, and leaves it to the other one. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

interface Entry {
  seq: number;
  command_id: string;
}

function entriesOf(place: Place): Entry[] {
  const journal = new Database(place.files.journal, { readonly: true });
  try {
    return journal.prepare<[], Entry>('SELECT seq, command_id FROM entries ORDER BY seq').all();
  } finally {
    journal.close();
  }
}

/** Puts an entry behind the last one, as another core would. */
function writeAsAnother(place: Place): Entry {
  const journal = new Database(place.files.journal);
  try {
    const entry = { command_id: randomUUID(), seq: 0 };
    entry.seq = journal.prepare<[], number>('SELECT max(seq) + 1 FROM entries').pluck().get() ?? 0;
    journal
      .prepare(
        `INSERT INTO entries SELECT @seq, at_ms, 'another', source, @command_id, type, target, command, answer, '[]', version, run_id
         FROM entries WHERE seq = @seq - 1`,
      )
      .run(entry);
    return entry;
  } finally {
    journal.close();
  }
}

const logsOf = ({ files }: Place): string =>
  readdirSync(files.logs)
    .map((name) => readFileSync(join(files.logs, name), 'utf8'))
    .join('\n');

test('a core whose journal another has written to acknowledges nothing more and ends with its server, which says why', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 3_600_000, graceMs: 0 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 1 });
  await server.desk().air('q1');
  const voter = await voterOn('http', { audienceUrl: server.audienceUrl });
  const receipt = await voter.cast({ id: newBallotId(), pollId: 'q1', round: 1, choice: ['a'] });
  expect(receipt).toMatchObject({ status: 200 });
  const before = entriesOf(place);
  const other = writeAsAnother(place);

  const pause = await server
    .desk()
    .send({ type: 'poll.pause', target: 'q1', payload: { reason: 'a technical fault' } })
    .catch((error: unknown) => error);
  expect(pause).not.toMatchObject({ body: { status: 'accepted' } });

  await server.waitFor('stopped');
  expect(await server.exited).toBe(1);
  const alarms = server.events.flatMap((event) => (event.event === 'alarm' ? [event] : []));
  expect(alarms).toMatchObject([{ code: 'fenced', message: expect.stringContaining('has been replaced, and ends') }]);
  expect(server.events.at(-1)).toEqual({ event: 'stopped', code: 1 });
  expect(server.events.filter(({ event }) => event === 'restarted')).toEqual([]);
  expect(logsOf(place)).toContain('ended with code 75');
  expect(entriesOf(place)).toEqual([...before, other]);
});
