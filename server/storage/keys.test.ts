import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addKey, loadKeys, promoteKey } from './keys.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-keys-'));
  path = join(dir, 'keys.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

const secret = 'a secret that several hosts share';

describe('the keys', () => {
  it('are made at the first start and the same ever after', () => {
    const made = loadKeys(path, null);
    expect(made.signing).toHaveLength(1);
    expect(Buffer.from(made.signing[0]?.secret ?? '', 'base64url')).toHaveLength(32);
    expect(made.rehearsalCode).toMatch(/^[2-9A-HJ-NP-TW-Z]{8}$/);
    expect(loadKeys(path, null)).toEqual(made);
    expect(loadKeys(path, '')).toEqual(made);
  });

  it('lie in a file that only its owner can read, and nothing else is left beside it', () => {
    loadKeys(path, null);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['keys.json']);
    chmodSync(path, 0o644);
    loadKeys(path, null);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('come from TALLYROOM_SECRET where it is set, the same on every host; the rehearsal code stays', () => {
    const own = loadKeys(path, null);
    const shared = loadKeys(path, secret);
    const elsewhere = loadKeys(join(dir, 'other.json'), secret);
    expect(shared.signing).toEqual(elsewhere.signing);
    expect(shared.signing[0]?.kid).not.toBe(own.signing[0]?.kid);
    expect(shared.rehearsalCode).toBe(own.rehearsalCode);
    expect(loadKeys(path, `${secret}!`).signing).not.toEqual(shared.signing);
    expect(readFileSync(path, 'utf8')).not.toContain(shared.signing[0]?.secret);
  });

  it('are not derived from a secret that can be guessed', () => {
    expect(() => loadKeys(path, 'short')).toThrow(expect.objectContaining({ code: 'weak-secret' }));
  });

  it.each([
    ['no JSON', '{"version":1', 'corrupt-file'],
    ['no keys in it', '{"version":1,"signing":[],"rehearsalCode":"x"}', 'corrupt-file'],
    ['a newer version', '{"version":2,"signing":{}}', 'newer-file'],
  ])('of a file with %s are refused, and the file is kept', (_what, text, code) => {
    writeFileSync(path, text);
    expect(() => loadKeys(path, null)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(path) }),
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

const DAY_MS = 86_400_000;
const kids = () => loadKeys(path, null).signing.map(({ kid }) => kid);

describe('a rotation', () => {
  it('adds a key that only verifies, which signs once it is promoted, while the old one verifies on', () => {
    const { signing, rehearsalCode } = loadKeys(path, null);
    const [old] = signing;
    const added = addKey(path);
    expect(added.signing).toEqual([old, expect.objectContaining({ kid: expect.not.stringMatching(old?.kid ?? '') })]);
    expect(loadKeys(path, null)).toEqual(added);
    const promoted = promoteKey(path, 1_000);
    expect(promoted.signing).toEqual(added.signing.toReversed());
    expect(loadKeys(path, null)).toEqual(promoted);
    expect(promoted.rehearsalCode).toBe(rehearsalCode);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['keys.json']);
  });

  it('that was cut short goes on with the key that waits', () => {
    loadKeys(path, null);
    const added = addKey(path);
    expect(addKey(path)).toEqual(added);
    promoteKey(path, 1_000);
    expect(kids()).toEqual(added.signing.map(({ kid }) => kid).toReversed());
    // Nothing waits now, so that nothing is promoted.
    promoteKey(path, 2_000);
    expect(kids()).toEqual(added.signing.map(({ kid }) => kid).toReversed());
  });

  it('drops a key only when no token of it can be alive any more', () => {
    loadKeys(path, null);
    const [first = ''] = kids();
    const rotate = (nowMs: number) => {
      addKey(path);
      promoteKey(path, nowMs);
    };
    rotate(0);
    rotate(8 * DAY_MS);
    expect(kids()).toHaveLength(3);
    expect(kids()).toContain(first);
    rotate(9 * DAY_MS);
    expect(kids()).toHaveLength(3);
    expect(kids()).not.toContain(first);
  });
});
