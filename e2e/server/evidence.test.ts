/** The evidence of a run, as desks get it from a running server. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyLedger } from '../../server/evidence/verify-ledger.ts';
import { unzip } from '../../server/evidence/zip-reader.test-part.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import { fileServer } from './testing/file-server.ts';
import { newPoll } from './testing/stage.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const here = fileServer({ mode: 'live', edges: 1 });
const hasPython = spawnSync('python3', ['--version']).status === 0;
const VOTERS = 7;

async function evidenceOf(pollId: string, role: Role, query = '') {
  const { deskUrl, ready } = here.server;
  const response = await fetch(`${deskUrl}/api/v1/polls/${pollId}/evidence${query}`, {
    headers: { authorization: `Bearer ${ready.deskTokens[role]}`, connection: 'close' },
  });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body, code: () => JSON.parse(String(body)).error.code };
}

/** What is packed lies with the server's own passing files, wherever they are. */
function evidenceFolders(): string[] {
  return readdirSync(here.place.temp, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('evidence'),
  );
}

/** The journal in a bundle. */
async function journalOf(pollId: string, query = ''): Promise<JournalLine[]> {
  const { status, body } = await evidenceOf(pollId, 'verifier', query);
  expect(status).toBe(200);
  const lines = String(unzip(body).get('journal.jsonl')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as JournalLine);
}
interface JournalLine {
  type: string;
  command: { runId?: string; tally?: unknown } | null;
  events: { type: string; runId?: string }[];
}

/** A poll with votes, open. */
async function voted(fields: Parameters<typeof newPoll>[0] = {}) {
  const cue = await here.stage.air(newPoll(fields));
  for (let n = 0; n < VOTERS; n++) {
    const voter = await voterOn('http', { audienceUrl: here.server.audienceUrl });
    await voter.cast({ id: newBallotId(), pollId: cue.id, round: 1, choice: [n < 3 ? 'a' : 'b'] });
  }
  return cue;
}

test('owner, producer and verifier get the same run to check, others do not, nor does anybody before it is closed', async () => {
  const { id, runId } = await voted();
  expect(await evidenceOf(id, 'producer').then(({ status, code }) => [status, code()])).toEqual([409, 'not-closed']);
  await here.stage.close(id);
  // Nobody who watches may have what a checker has.
  for (const role of ['director', 'operator'] as const) {
    expect(await evidenceOf(id, role).then(({ status, code }) => [status, code()])).toEqual([403, 'role']);
  }
  for (const role of ['owner', 'producer', 'verifier'] as const) {
    const { status, headers, body } = await evidenceOf(id, role);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/zip');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="tallyroom-evidence-${id}-live-1.zip"`);
    expect(Number(headers.get('content-length'))).toBe(body.length);
    const dir = join(here.place.root, `unpacked-${role}`);
    mkdirSync(dir);
    for (const [name, content] of unzip(body)) writeFileSync(join(dir, name), content);
    const verdict = await verifyLedger({ ledger: join(dir, 'ledger.db'), journal: join(dir, 'journal.jsonl') });
    expect(verdict).toMatchObject({
      holds: true,
      runs: [
        { runId, tally: { total: VOTERS, options: [{ id: 'a', count: 3 }, { id: 'b', count: 4 }, { count: 0 }] } },
      ],
    });
    expect(verdict.runs[0]?.closed?.head).toBe((await here.server.desk().recount(id)).head);
    if (hasPython) expect(spawnSync('python3', ['check.py'], { cwd: dir }).status).toBe(0);
  }
  // What was packed is removed when it is sent.
  await expect.poll(evidenceFolders).toEqual([]);
});

test('the journal in it tells what was done to this run, and no other, and no right answer before its reveal', async () => {
  const other = await voted();
  const { id } = await voted({ kind: 'prediction' });
  const desk = here.server.desk();
  await desk.send({ type: 'cue.arm', target: id });
  await here.stage.close(id);
  await desk.command('poll.answer', id, { answer: ['b'] });
  const entries = async () =>
    String(unzip((await evidenceOf(id, 'verifier')).body).get('journal.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const before = await entries();
  const typesOf = (entry: { events: { type: string }[] }) => entry.events.map(({ type }) => type);
  expect(before.flatMap(typesOf)).toEqual([
    'run.readied',
    'run.armed',
    'run.opened',
    'run.closing',
    'run.closed',
    'run.verified',
  ]);
  expect(before.filter(({ type }) => type === 'cue.arm').map(({ answer }) => answer.status)).toEqual([
    'accepted',
    'refused',
  ]);
  expect(before.map(({ seq }) => seq)).toEqual(before.map(({ seq }) => seq).sort((a, b) => a - b));
  expect(JSON.stringify(before)).not.toContain(`${other.id}:live`);

  await desk.command('poll.answer', id, { reveal: true });
  const after = await entries();
  expect(after.flatMap(typesOf).slice(-2)).toEqual(['run.answer-set', 'run.answer-revealed']);
  expect(after.find(({ type }) => type === 'poll.answer')?.command.payload).toEqual({ answer: ['b'] });
});

test('rounds are told apart, and what is not there is not found', async () => {
  const { id } = await voted();
  await here.stage.close(id);
  await here.server.desk().command('cue.rerun', id);
  expect((await evidenceOf(id, 'owner')).status).toBe(409);
  expect((await evidenceOf(id, 'owner', '?round=1')).status).toBe(200);
  expect(await evidenceOf(id, 'owner', '?round=9').then(({ status, code }) => [status, code()])).toEqual([
    404,
    'not-found',
  ]);
  expect((await evidenceOf('nothing', 'owner')).status).toBe(404);
  expect((await evidenceOf(id, 'owner', '?round=one')).status).toBe(400);
});

test('numbers that are hidden from the desk are not in its hands by this way either', async () => {
  const { id } = await voted();
  await here.stage.close(id);
  await here.server.desk().command('poll.reveal', id, { surface: 'desk', visibility: 'turnout' });
  expect(await evidenceOf(id, 'producer').then(({ status, code }) => [status, code()])).toEqual([403, 'role']);
  expect((await evidenceOf(id, 'verifier')).status).toBe(200);
});

describe('a run that was taken off the air', () => {
  const sealed = async (pollId: string, round = 1) => {
    await expect.poll(async () => (await evidenceOf(pollId, 'verifier', `?round=${round}`)).status).toBe(200);
    const { body } = await evidenceOf(pollId, 'verifier', `?round=${round}`);
    return unzip(body);
  };

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['recalled', (id) => here.server.desk().command('poll.recall', id, { reason: 'too early' })],
    ['revoked', (id) => here.server.desk().command('poll.revoke', id, { reason: 'wrong picture' })],
    [
      'declared void',
      async (id) => {
        for (const role of ['producer', 'owner'] as const) {
          await here.server.desk(role).command('poll.void', id, { reason: 'wrong picture' });
        }
      },
    ],
  ])('because it was %s is sealed at once, and its votes can be checked', async (_how, end) => {
    const { id, runId } = await voted();
    await end(id);
    const files = await sealed(id);
    expect(JSON.parse(String(files.get('counts.json')))).toMatchObject({
      runId,
      total: VOTERS,
      holds: true,
      faults: [],
    });
    const dir = mkdtempSync(join(here.place.root, 'taken-off-'));
    for (const [name, content] of files) writeFileSync(join(dir, name), content);
    expect((await verifyLedger({ ledger: join(dir, 'ledger.db'), journal: join(dir, 'journal.jsonl') })).holds).toBe(
      true,
    );
    if (hasPython) expect(spawnSync('python3', ['check.py'], { cwd: dir }).status).toBe(0);
    expect((await journalOf(id, '?round=1')).flatMap(({ events }) => events.map(({ type }) => type))).toContain(
      'run.sealed',
    );
  });
});

test('the evidence of a run holds what was done to it, and nothing of its rehearsal, its other rounds or other runs', async () => {
  const desk = here.server.desk();
  const toMode = async (mode: 'live' | 'rehearsal') => {
    await here.stage.freeLanes();
    await expect.poll(async () => (await desk.state()).cues.every(({ intake }) => intake !== 'closing')).toBe(true);
    await desk.command('show.mode', null, { mode });
  };
  await toMode('rehearsal');
  const cue = newPoll();
  await here.stage.air(cue);
  await desk.command('poll.recall', cue.id, { reason: 'the rehearsed recall' });
  await toMode('live');
  // The first live round is recalled, the second ends by CLEAR AIR.
  await here.stage.go(cue.id);
  await desk.command('poll.recall', cue.id, { reason: 'the live recall' });
  await here.stage.go(cue.id);
  await desk.command('show.clear', null);
  await here.stage.verified(cue.id);

  const first = await journalOf(cue.id, '?round=1');
  const second = await journalOf(cue.id, '?round=2');
  const runsIn = (lines: JournalLine[]) => new Set(lines.flatMap(({ events }) => events.map(({ runId }) => runId)));
  expect([...runsIn(first)]).toEqual([`${cue.id}:live:1`]);
  expect([...runsIn(second)]).toEqual([`${cue.id}:live:2`]);
  for (const lines of [first, second]) expect(JSON.stringify(lines)).not.toMatch(/rehears/);

  const recallIn = (lines: JournalLine[]) => lines.find(({ type }) => type === 'poll.recall');
  expect(recallIn(first)?.events.map(({ type }) => type)).toEqual(['run.revoked']);
  expect(recallIn(first)?.command).toMatchObject({ payload: { reason: 'the live recall' } });
  // The entry that made the second round was about the first.
  expect(recallIn(second)?.events.map(({ type }) => type)).toEqual(['run.created']);
  expect(recallIn(second)?.command).toBeNull();
  expect(second.find(({ type }) => type === 'show.clear')?.command).not.toBeNull();
  for (const lines of [first, second]) expect(lines.filter(({ type }) => type === 'system.seal')).toHaveLength(1);
});

test('what a core that was killed had packed is gone with its next life', async () => {
  const [runtime = ''] = readdirSync(here.place.temp).filter((name) => name.startsWith('tallyroom-'));
  mkdirSync(join(here.place.temp, runtime, 'evidence-left'));
  const after = here.server.events.length;
  here.server.kill('core');
  await here.server.waitFor('restarted', { after, match: ({ what }) => what === 'core' });
  expect(evidenceFolders()).toEqual([]);
});
