import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW_MS } from '../ballotbox/builders.test-part.ts';
import { packEvidence } from './pack-evidence.ts';
import { evidenceRun, SHOW_ID, type TestLedger, testLedger } from './test-ledger.test-part.ts';
import { verifyLedger } from './verify-ledger.ts';
import { unzip } from './zip-reader.test-part.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

let at: TestLedger;
let unpacked: string;

/** Packs the run, and unpacks it as somebody does who got the zip. */
async function bundle(): Promise<Map<string, Buffer>> {
  const dir = join(at.dir, 'packing');
  mkdirSync(dir);
  const zip = await packEvidence({
    run: evidenceRun('first'),
    ledger: at.ledger,
    journal: at.journal,
    dir,
    packedAtMs: NOW_MS,
  });
  const files = unzip(readFileSync(zip));
  mkdirSync(unpacked);
  for (const [name, content] of files) writeFileSync(join(unpacked, name), content);
  return files;
}

function checkWithPython(): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync('python3', ['check.py'], { cwd: unpacked, encoding: 'utf8' });
  return { status, stdout };
}

beforeEach(() => {
  at = testLedger([
    { poll: 'first', isSealed: true },
    { poll: 'second', isSealed: true },
  ]);
  unpacked = join(at.dir, 'unpacked');
});
afterEach(() => at.remove());

it('holds one run with its counts and heads, which verify by the product', async () => {
  const files = await bundle();
  expect([...files.keys()].sort()).toEqual(
    ['README.txt', 'check.py', 'counts.json', 'heads.json', 'journal.jsonl', 'ledger.db'].sort(),
  );
  const verdict = await verifyLedger({ ledger: join(unpacked, 'ledger.db'), journal: join(unpacked, 'journal.jsonl') });
  expect(verdict).toMatchObject({
    holds: true,
    runs: [{ runId: 'first:live:1', tally: { total: 15 }, closed: { entry: 1 }, seal: { link: 9 } }],
  });
  expect(verdict.runs).toHaveLength(1);
  const [inLedger] = (await verifyLedger({ ledger: at.ledger, journal: at.journal })).runs;
  expect(verdict.runs[0]).toEqual(inLedger);
  // The whole show's journal knows of more runs than one; that is no fault of an extract.
  expect((await verifyLedger({ ledger: join(unpacked, 'ledger.db'), journal: at.journal })).holds).toBe(true);

  const counts = JSON.parse(String(files.get('counts.json')));
  expect(counts).toMatchObject({
    runId: 'first:live:1',
    text: 'Who wins?',
    total: 15,
    options: [
      { id: 'a', text: 'A', count: 5, share: 0.333 },
      { id: 'b', text: 'B', count: 10, share: 0.667 },
      { id: 'c', text: 'C', count: 0, share: 0 },
    ],
    classes: { counted: 15, duplicate: 5 },
    holds: true,
    faults: [],
  });
  const heads = JSON.parse(String(files.get('heads.json')));
  expect(heads).toMatchObject({ last: { link: 9, head: inLedger?.head }, seal: { link: 9 }, journal: { entry: 1 } });
  expect(String(files.get('README.txt'))).toContain('first:live:1');
});

it('says nothing of other runs, and holds no salt', async () => {
  const shell = new Database(at.ledger, { readonly: true });
  const salts = shell.prepare<[], Buffer>('SELECT salt FROM runs').pluck().all();
  shell.close();
  expect(salts.map((salt) => salt.length)).toEqual([32, 32]);
  for (const content of (await bundle()).values()) {
    expect(salts.some((salt) => content.includes(salt))).toBe(false);
    expect(content.includes('second:')).toBe(false);
  }
  const extract = new Database(join(unpacked, 'ledger.db'), { readonly: true });
  expect(extract.prepare('SELECT count(*) FROM runs WHERE salt IS NOT NULL').pluck().get()).toBe(0);
  extract.close();
});

it('says how much came from few networks, and not which ballots did', async () => {
  at.remove();
  at = testLedger([{ poll: 'first', isSealed: true, ballotsALink: 30 }]);
  unpacked = join(at.dir, 'unpacked');
  const files = await bundle();
  const concentrated = { ballots: 150, networks: 1, above: 100 };
  expect(JSON.parse(String(files.get('counts.json')))).toMatchObject({ total: 150, concentrated, holds: true });
  const lines = String(files.get('journal.jsonl'));
  expect(lines).toContain(JSON.stringify({ concentrated }).slice(1, -1));
  const named = (path: string) => {
    const shell = new Database(path, { readonly: true });
    const count = shell.prepare('SELECT count(*) FROM ballots WHERE network IS NOT NULL').pluck().get();
    shell.close();
    return count;
  };
  expect([named(at.ledger), named(join(unpacked, 'ledger.db'))]).toEqual([150, 0]);
});

it.runIf(hasPython)('verifies by its own script, without the product', async () => {
  await bundle();
  expect(checkWithPython()).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^first:live:1: 15 ballots .* holds\n$/),
  });
});

it.runIf(hasPython).each([
  ['a changed ballot', `UPDATE ballots SET choice = '["c"]' WHERE id = 8`, /link 3 is not what was written/],
  ['a ballot taken out', 'DELETE FROM ballots WHERE id = 8', /link 3 is not what was written/],
  ['the last link cut off', 'DELETE FROM batches WHERE id = 9', /the chain ends with link 7, not with link 9/],
  ['another head', "UPDATE runs SET sealed_head = 'x'", /the seal's head is not in the chain/],
])('its script finds %s', async (_what, sql, sentence) => {
  await bundle();
  const shell = new Database(join(unpacked, 'ledger.db'));
  shell.exec(sql);
  shell.close();
  expect(checkWithPython()).toEqual({ status: 1, stdout: expect.stringMatching(sentence) });
});

it.runIf(hasPython)(
  'packs what there is where the ledger does not hold the run at all, and says so in all of it',
  async () => {
    at.tamper(
      'DELETE FROM ballots WHERE run = 1',
      'DELETE FROM batches WHERE run = 1',
      'DELETE FROM runs WHERE id = 1',
    );
    const counts = JSON.parse(String((await bundle()).get('counts.json')));
    expect(counts).toMatchObject({
      total: 0,
      holds: false,
      faults: [
        { code: 'run-missing', message: expect.stringContaining('the journal closed it (entry 1) with 15 ballots') },
      ],
    });
    expect(checkWithPython()).toEqual({ status: 1, stdout: expect.stringContaining('does not hold the run') });
  },
);

it('says when the ledger is another show’s, and names both', async () => {
  const shell = new Database(at.ledger);
  shell.exec(`INSERT INTO meta VALUES ('show', 'another-show')`);
  shell.close();
  const files = await bundle();
  expect(JSON.parse(String(files.get('counts.json')))).toMatchObject({
    holds: false,
    faults: [{ code: 'other-show' }],
  });
  expect(JSON.parse(String(files.get('heads.json'))).show).toEqual({ journal: SHOW_ID, ledger: 'another-show' });
});

it('packs a ledger that does not hold, and says so in it', async () => {
  at.tamper('DELETE FROM ballots WHERE batch = 9');
  const counts = JSON.parse(String((await bundle()).get('counts.json')));
  expect(counts).toMatchObject({ total: 12, holds: false, faults: expect.arrayContaining([expect.anything()]) });
});
