/** Journal and ledgers of a show are bound to each other: what is missing, older or another show's is found out and said. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unzip } from '../../server/evidence/zip-reader.test-part.ts';
import { Place, poll, type TestCue } from './testing/place.ts';
import { Server, startServer, TEST_MS } from './testing/server.ts';
import { Stage } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const HOUR_MS = 3_600_000;
/** `closed` is to be verified by a person, `open` is on air, `next` waits. */
const CUES: TestCue[] = [
  { ...poll('closed', { durationMs: HOUR_MS, graceMs: 0 }), class: 'editorial' },
  poll('open', { durationMs: HOUR_MS, graceMs: 0 }),
  poll('next', { durationMs: HOUR_MS, graceMs: 0 }),
];
const EARLY = 2;
const CLOSED = 5;
const OPEN = 3;

let home: Place;
/**
 * Of `closed` on air with two votes; of later, when it has five and is closed, and `open` has three; and of another show with
 * the same cues, with a vote in `open`.
 */
const shows = { early: '', late: '', other: '' };

async function vote(server: Server, pollId: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const voter = await voterOn('http', { audienceUrl: server.audienceUrl });
    const { receipt } = await voter.cast({ id: newBallotId(), pollId, round: 1, choice: ['a'] });
    expect(receipt?.status).toBe('accepted');
  }
}

/** What stands in the folder now, for later. */
function kept(name: string): string {
  const to = join(home.root, name);
  cpSync(home.data, to, { recursive: true });
  return to;
}

/** A folder of its own for a test, with this show in it. */
function placeWith(show: string): Place {
  const place = new Place();
  cpSync(show, place.data, { recursive: true });
  return place;
}

const start = (place: Place, args: string[] = []) => startServer({ place, show: null, mode: null, edges: 1, args });

/** Starts what must not start, and gives its last words. */
async function refusal(place: Place): Promise<string> {
  const server = new Server({ place, show: null, mode: null, edges: 1 });
  expect(await server.exited).not.toBe(0);
  expect(server.events.filter(({ event }) => event === 'ready')).toEqual([]);
  return server.stderr;
}

beforeAll(async () => {
  home = new Place('file');
  const first = await startServer({ place: home, show: home.show(CUES), mode: 'live', edges: 1 });
  await new Stage(first.desk()).go('closed');
  await vote(first, 'closed', EARLY);
  expect(await first.stop()).toBe(0);
  shows.early = kept('early');

  const second = await start(home);
  const desk = second.desk();
  await vote(second, 'closed', CLOSED - EARLY);
  await desk.command('poll.close', 'closed', { confirmed: true });
  await desk.waitForIntake('closed', 'closed');
  await new Stage(desk).go('open');
  await vote(second, 'open', OPEN);
  const told = async () => {
    // The journal is told of it once the head is a second old.
    const copy = join(home.root, 'peek.db');
    for (const suffix of ['', '-wal']) copyFileSync(home.files.journal + suffix, copy + suffix);
    const { default: Database } = await import('better-sqlite3');
    const shell = new Database(copy);
    try {
      const tally = shell.prepare('SELECT tally FROM told_heads WHERE run_id = ?').pluck().get('open:live:1');
      return tally !== undefined && JSON.parse(String(tally)).total === OPEN;
    } finally {
      shell.close();
    }
  };
  await until(told, { what: 'the journal is told of the open run', isQuiet: true });
  expect(await second.stop()).toBe(0);
  shows.late = kept('late');

  const other = new Place('file');
  const third = await startServer({ place: other, show: other.show(CUES), mode: 'live', edges: 1 });
  await new Stage(third.desk()).go('open');
  await vote(third, 'open', 1);
  expect(await third.stop()).toBe(0);
  cpSync(other.data, join(home.root, 'other'), { recursive: true });
  shows.other = join(home.root, 'other');
  other.clear();
}, TEST_MS);
afterAll(() => home.clear());

describe('a ledger that does not hold what the journal knows', { timeout: TEST_MS }, () => {
  test.each<[string, (place: Place) => void]>([
    ['removed', ({ files }) => rmSync(files.ledgerLive)],
    ['emptied', ({ files }) => truncateSync(files.ledgerLive)],
    ['from before the poll closed', ({ files }) => copyFileSync(join(shows.early, 'ledger-live.db'), files.ledgerLive)],
  ])('because it was %s is said at the start, in recount, VERIFY, pre-flight and evidence', async (_how, spoil) => {
    const place = placeWith(shows.late);
    spoil(place);
    const server = await start(place);
    const desk = server.desk();
    const alarm = await server.waitFor('alarm', { match: ({ code }) => code === 'ledger-incomplete' });
    expect(alarm.message).toMatch(/ledger-live\.db does not hold what the journal knows.*closed:live:1.*put back/);
    expect((await desk.vitals()).alarms.map(({ code }) => code)).toContain('ledger-incomplete');

    const closed = await desk.recount('closed');
    expect(closed).toMatchObject({ live: { total: CLOSED }, matches: false, chain: 'broken' });
    expect(closed.total).toBeLessThan(CLOSED);
    expect((await desk.send({ type: 'poll.verify', target: 'closed' })).body).toMatchObject({
      code: 'recount-differs',
    });
    // One that is on air is compared with what its ledger had told, not with a count folded from what is left.
    expect(await desk.recount('open')).toMatchObject({ live: { total: OPEN }, matches: false, chain: 'broken' });

    expect((await desk.vitals()).preflight.ledger.ok).toBe(false);
    expect((await desk.send({ type: 'cue.arm', target: 'next' })).body).toMatchObject({
      code: 'preflight-ledger',
      message: expect.stringContaining('ledger-live.db does not hold what the journal knows'),
    });
    await desk.command('cue.arm', 'next', { override: 'the show must go on' });

    const response = await fetch(`${server.deskUrl}/api/v1/polls/closed/evidence`, {
      headers: { authorization: `Bearer ${server.ready.deskTokens.owner}`, connection: 'close' },
    });
    expect(response.status).toBe(200);
    const files = unzip(Buffer.from(await response.arrayBuffer()));
    const counts = JSON.parse(String(files.get('counts.json')));
    expect(counts).toMatchObject({ holds: false, faults: expect.arrayContaining([expect.anything()]) });

    // The show goes on with another poll, and neither its votes nor a new start make what is missing forgotten.
    await desk.command('poll.revoke', 'open', { reason: 'its votes are missing' });
    await desk.command('cue.go', 'next');
    await vote(server, 'next', 1);
    expect(await server.stop()).toBe(0);
    const again = await start(place);
    expect((await again.desk().vitals()).alarms.map(({ code }) => code)).toContain('ledger-incomplete');
    expect(await again.desk().recount('open')).toMatchObject({ matches: false, chain: 'broken' });
    await vote(again, 'next', 1);
    expect(await new Stage(again.desk()).close('next')).toMatchObject({ intake: 'verified' });
    expect(await again.stop()).toBe(0);
  });

  test.each(['removed', 'another show’s'] as const)(
    'because it was %s takes no ballots of the poll on air and does not close it, until the right one is back',
    async (how) => {
      const place = placeWith(shows.late);
      const first = await start(place);
      const voter = await voterOn('http', { audienceUrl: first.audienceUrl });
      const ballot = { id: newBallotId(), pollId: 'open', round: 1, choice: ['a'] };
      const { receipt } = await voter.cast(ballot);
      expect(receipt?.status).toBe('accepted');
      expect(await first.stop()).toBe(0);
      const right = join(place.root, 'right.db');
      copyFileSync(place.files.ledgerLive, right);
      if (how === 'removed') rmSync(place.files.ledgerLive);
      else copyFileSync(join(shows.other, 'ledger-live.db'), place.files.ledgerLive);

      const server = await start(place);
      const desk = server.desk();
      const notKnown = async () => {
        const same = await voterOn('http', { audienceUrl: server.audienceUrl, token: voter.token });
        for (const id of [ballot.id, newBallotId()]) {
          expect(await same.cast({ ...ballot, id })).toMatchObject({ status: 503, receipt: null });
        }
      };
      await server.waitFor('alarm', { match: ({ code }) => code === 'ledger-incomplete' });
      await notKnown();
      await desk.command('poll.close', 'open', { confirmed: true });
      await server.waitFor('alarm', { match: ({ code }) => code === 'seal-waits' });
      const seen = server.events.length;
      server.kill('core');
      await server.waitFor('restarted', { after: seen, match: ({ what }) => what === 'core' });
      await notKnown();
      expect(await desk.cue('open')).toMatchObject({ intake: 'closing' });
      const alarms = (await desk.vitals()).alarms.map(({ code }) => code);
      expect(alarms.filter((code) => code === 'seal-waits')).toHaveLength(1);
      expect(await server.stop()).toBe(0);

      rmSync(place.files.ledgerLive);
      copyFileSync(right, place.files.ledgerLive);
      const again = await start(place);
      expect(await new Stage(again.desk()).verified('open')).toMatchObject({ intake: 'verified' });
      expect(await again.desk().recount('open')).toMatchObject({ total: OPEN + 1, matches: true, chain: 'ok' });
      const back = await voterOn('http', { audienceUrl: again.audienceUrl, token: voter.token });
      expect((await back.cast(ballot)).receipt).toEqual(receipt);
      expect(await again.stop()).toBe(0);
    },
  );

  test('because its log was left behind when a running show was copied is said as well', async () => {
    const running = placeWith(shows.late);
    const server = await start(running);
    await vote(server, 'open', 2);
    await server.desk().command('poll.close', 'open', { confirmed: true });
    await server.desk().waitForIntake('open', 'verified');
    const copy = new Place();
    mkdirSync(copy.data);
    for (const name of readdirSync(running.data)) {
      const isLog = name.startsWith('ledger-live.db-') || name.endsWith('-shm');
      if (!isLog && name !== 'lock' && name !== 'run.json')
        cpSync(join(running.data, name), join(copy.data, name), { recursive: true });
    }
    expect(await server.stop()).toBe(0);
    const copied = await start(copy);
    await copied.waitFor('alarm', { match: ({ code }) => code === 'ledger-incomplete' });
    expect(await copied.desk().recount('open')).toMatchObject({
      live: { total: OPEN + 2 },
      matches: false,
      chain: 'broken',
    });
    expect(await copied.stop()).toBe(0);
  });

  test('of the other mode stands in the way of nothing but its own polls', async () => {
    const place = placeWith(shows.late);
    rmSync(place.files.ledgerRehearsal);
    const server = await start(place);
    expect((await server.desk().vitals()).preflight.ledger).toEqual({ ok: true, text: 'holds what the journal knows' });
    await server.desk().command('poll.verify', 'closed');
    expect(await server.stop()).toBe(0);
    expect(server.events.filter((event) => event.event === 'alarm')).toEqual([]);
  });
});

describe('a journal that does not know what the ledgers hold', { timeout: TEST_MS }, () => {
  test('because it was removed is no new show: the start is refused, and leaves the folder as it is', async () => {
    const place = placeWith(shows.late);
    rmSync(place.files.journal);
    const words = await refusal(place);
    expect(words).toContain('journal.db is missing or empty, and ledger-live.db beside it holds the votes of a show.');
    expect(readdirSync(place.data).filter((name) => name.startsWith('journal'))).toEqual([]);
    // With the journal back everything is there.
    copyFileSync(join(shows.late, 'journal.db'), place.files.journal);
    const server = await start(place);
    expect(await server.desk().recount('closed')).toMatchObject({ total: CLOSED, matches: true, chain: 'ok' });
    expect(await server.stop()).toBe(0);
  });

  test('because an older one was put back is refused as well; --new-show puts all of it aside and starts', async () => {
    const place = placeWith(shows.late);
    copyFileSync(join(shows.early, 'journal.db'), place.files.journal);
    const words = await refusal(place);
    expect(words).toMatch(
      /journal\.db is older than the ledgers beside it: it ends with entry \d+, and ledger-live\.db/,
    );
    const server = await startServer({ place, show: place.show(CUES), mode: 'live', edges: 1, args: ['--new-show'] });
    await new Stage(server.desk()).go('open');
    await vote(server, 'open', 1);
    expect(await server.desk().recount('open')).toMatchObject({ total: 1, matches: true, chain: 'ok' });
    expect(await server.stop()).toBe(0);
    const aside = readdirSync(place.data).filter((name) =>
      /^(journal|ledger-live|ledger-rehearsal)\.\d.*\.db$/.test(name),
    );
    expect(aside.map((name) => basename(name).split('.')[0]).sort()).toEqual([
      'journal',
      'ledger-live',
      'ledger-rehearsal',
    ]);
    expect(existsSync(place.files.journal)).toBe(true);
  });
});
