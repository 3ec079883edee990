import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { siblingModule } from '../process/sibling-module.ts';
import { type TestLedger, testLedger } from './test-ledger.test-part.ts';

let at: TestLedger;
beforeEach(() => {
  at = testLedger([
    { poll: 'first', isSealed: true },
    { poll: 'second', isSealed: false },
  ]);
});
afterEach(() => at.remove());

describe('the command', () => {
  const main = fileURLToPath(siblingModule(import.meta.url, './verify-ledger-main'));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  it('ends with 0 when all holds, and finds the journal by itself', () => {
    const { status, stdout } = run(at.ledger);
    expect(status).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^first:live:1 {2}holds: 15 ballots \(a 5, b 10, c 0\), .* closed by journal entry 1/);
    expect(lines[2]).toMatch(/^HOLDS: .*2 runs.*journal\.db/);
  });

  it('ends with 1 when something does not, and says what', () => {
    at.tamper('DELETE FROM ballots WHERE batch >= 9', 'DELETE FROM batches WHERE id >= 9');
    const { status, stdout } = run(at.ledger);
    expect(status).toBe(1);
    expect(stdout).toMatch(/missing: its links among 9, up to head/);
    expect(stdout).toMatch(/^DOES NOT HOLD: /m);
  });

  it('compares a show that was put aside with its own journal, not with that of the show after it', () => {
    const aside = (path: string) => path.replace('.db', '.2026-11-21T20-00-00-000Z.db');
    copyFileSync(at.ledger, aside(at.ledger));
    at.tamper(
      'DELETE FROM batches WHERE run = 1',
      'DELETE FROM ballots WHERE run = 1',
      'DELETE FROM runs WHERE id = 1',
    );
    expect(run(at.ledger).status).toBe(1);
    const alone = run(aside(at.ledger));
    expect(alone).toMatchObject({ status: 0, stdout: expect.stringContaining('No journal lies beside it') });
    copyFileSync(at.journal, aside(at.journal));
    expect(run(aside(at.ledger))).toMatchObject({ status: 0, stdout: expect.stringContaining(aside(at.journal)) });
  });

  it('prints nothing of a file that somebody else has made for a terminal to obey', () => {
    const name = 'first\u001b]0;owned\u0007\u009b2J:live:1';
    at.tamper(`UPDATE runs SET run_id = '${name}' WHERE id = 1`);
    const folder = join(at.dir, 'odd\u001b[2J');
    mkdirSync(folder);
    copyFileSync(at.ledger, join(folder, 'ledger.db'));
    for (const args of [[at.ledger], [at.ledger, '--json'], [join(folder, 'ledger.db')], [join(folder, 'none.db')]]) {
      const { status, stdout, stderr } = run(...args);
      expect([1, 2]).toContain(status);
      expect(stdout + stderr).toMatch(/owned|odd/);
      // Control characters but the ends of lines.
      expect(stdout + stderr).not.toMatch(/(?!\n)\p{Cc}/u);
    }
  });

  it('gives the verdict as JSON', () => {
    const { status, stdout } = run(at.ledger, '--json', '--journal', at.journal);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ holds: true, runs: [{ runId: 'first:live:1' }, {}] });
  });

  it.each([
    ['no file', () => [], /Name one ledger file/],
    ['an unknown flag', () => ['--nonsense'], /--nonsense.*--help/],
    ['a file that is not there', () => [join(at.dir, 'nothing.db')], /nothing\.db can't be opened/],
    [
      'a file that is no ledger',
      () => {
        const path = join(at.dir, 'letter.db');
        writeFileSync(path, 'Dear voter, '.repeat(100));
        return [path];
      },
      /letter\.db is damaged or is not a Tallyroom file/,
    ],
    [
      'a ledger whose pages are torn off',
      () => {
        truncateSync(at.ledger, 8_192);
        return [at.ledger];
      },
      /ledger-live\.db is damaged/,
    ],
    [
      'a journal that is not there',
      () => [at.ledger, '--journal', join(at.dir, 'none.db')],
      /none\.db can't be opened/,
    ],
  ])('ends with 2 and a sentence for %s', (_what, args, sentence) => {
    const { status, stderr } = run(...args());
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(sentence) });
  });
});
