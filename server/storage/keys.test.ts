import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addKey, codesWith, loadKeys, prepareCode, promoteKey, settleCode, storeEpoch } from './keys.ts';

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
  it('adds a key that only verifies, which signs once it is promoted, while the old one verifies on', async () => {
    const { signing, rehearsalCode } = loadKeys(path, null);
    const [old] = signing;
    const added = await addKey(path);
    expect(added.signing).toEqual([old, expect.objectContaining({ kid: expect.not.stringMatching(old?.kid ?? '') })]);
    expect(loadKeys(path, null)).toEqual(added);
    const promoted = await promoteKey(path, 1_000);
    expect(promoted.signing).toEqual(added.signing.toReversed());
    expect(loadKeys(path, null)).toEqual(promoted);
    expect(promoted.rehearsalCode).toBe(rehearsalCode);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['keys.json']);
  });

  it('that was cut short goes on with the key that waits', async () => {
    loadKeys(path, null);
    const added = await addKey(path);
    expect(await addKey(path)).toEqual(added);
    await promoteKey(path, 1_000);
    expect(kids()).toEqual(added.signing.map(({ kid }) => kid).toReversed());
    // Nothing waits now, so that nothing is promoted.
    await promoteKey(path, 2_000);
    expect(kids()).toEqual(added.signing.map(({ kid }) => kid).toReversed());
  });

  it('drops a key only when no token of it can be alive any more', async () => {
    loadKeys(path, null);
    const [first = ''] = kids();
    const rotate = async (nowMs: number) => {
      await addKey(path);
      await promoteKey(path, nowMs);
    };
    await rotate(0);
    // Signed in the last moment, a token lives for seven days and votes on the eighth; the ninth is for clocks that were set.
    await rotate(9 * DAY_MS - 1);
    expect(kids()).toHaveLength(3);
    expect(kids()).toContain(first);
    await rotate(9 * DAY_MS);
    expect(kids()).toHaveLength(3);
    expect(kids()).not.toContain(first);
  });
});

describe('a new rehearsal code', () => {
  const change = { id: 'change-1', actor: 'owner', commandId: 'command-1' };

  it('stands by on disk until it is settled, then takes the place of the old one, which is remembered as such', async () => {
    const { rehearsalCode, formerCodes } = loadKeys(path, null);
    const next = await prepareCode(path, { rehearsalCode, formerCodes }, change);
    expect(next.code).toMatch(/^[2-9A-HJ-NP-TW-Z]{8}$/);
    expect(next.code).not.toBe(rehearsalCode);
    expect(loadKeys(path, null)).toMatchObject({ rehearsalCode, formerCodes: [], nextCode: next });
    const codes = codesWith(next, { rehearsalCode, formerCodes });
    await settleCode(path, codes, change.id);
    const settled = { rehearsalCode: next.code, formerCodes: [rehearsalCode], nextCode: null };
    expect(loadKeys(path, null)).toMatchObject(settled);
    expect(loadKeys(path, secret)).toMatchObject(settled);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['keys.json']);
  });

  it('that was not accepted leaves nothing', async () => {
    const before = loadKeys(path, null);
    await prepareCode(path, before, change);
    await settleCode(path, before, change.id);
    expect(loadKeys(path, null)).toEqual(before);
  });

  it('waits on where an older one is settled late, and outlives a rotation and an epoch', async () => {
    const first = loadKeys(path, null);
    const codes = codesWith(await prepareCode(path, first, change), first);
    const second = await prepareCode(path, codes, { ...change, id: 'change-2' });
    await settleCode(path, codes, change.id);
    await addKey(path);
    await storeEpoch(path, 7);
    expect(loadKeys(path, null)).toMatchObject({ ...codes, nextCode: second });
  });

  it('is refused where the file is gone or can’t be written', async () => {
    const before = loadKeys(path, null);
    rmSync(path);
    await expect(prepareCode(path, before, change)).rejects.toMatchObject({ code: 'cannot-open' });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('keeps a handful of those before it', async () => {
    loadKeys(path, null);
    const seen: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      const now = loadKeys(path, null);
      seen.unshift(now.rehearsalCode);
      const id = `change-${n}`;
      await settleCode(path, codesWith(await prepareCode(path, now, { ...change, id }), now), id);
    }
    expect(loadKeys(path, null).formerCodes).toEqual(seen.slice(0, 8));
  });
});

describe('the epoch', () => {
  const stored = () => loadKeys(path, null).epoch;

  it('is none in a file of before there were any, which loads as ever', () => {
    const { signing, rehearsalCode } = loadKeys(path, null);
    writeFileSync(path, JSON.stringify({ version: 1, signing, rehearsalCode }));
    expect(loadKeys(path, null)).toMatchObject({ signing, rehearsalCode, epoch: null });
  });

  it('only ever grows, and leaves the keys as they are, also where others sign', async () => {
    const { signing, rehearsalCode } = loadKeys(path, null);
    await storeEpoch(path, 1_700);
    await storeEpoch(path, 12);
    expect(loadKeys(path, null)).toMatchObject({ signing, rehearsalCode, epoch: 1_700 });
    expect(loadKeys(path, secret).epoch).toBe(1_700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('outlives a rotation of the keys', async () => {
    loadKeys(path, null);
    await storeEpoch(path, 1_700);
    await addKey(path);
    await promoteKey(path, 1_000);
    expect(stored()).toBe(1_700);
  });

  it('and a rotation at the same time lose nothing of each other, and the latest epoch stands', async () => {
    const [old] = loadKeys(path, null).signing;
    const epochs = Array.from({ length: 20 }, (_, n) => storeEpoch(path, 1_700 + n));
    const [added] = await Promise.all([addKey(path), storeEpoch(path, 1_800), ...epochs]);
    await Promise.all([storeEpoch(path, 1_900), promoteKey(path, 1_000), storeEpoch(path, 1_850)]);
    expect(loadKeys(path, null)).toMatchObject({ signing: [added.signing[1], old], epoch: 1_900 });
    expect(readdirSync(dir)).toEqual(['keys.json']);
  });

  it('that can’t be stored is in nobody’s way', async () => {
    loadKeys(path, null);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, 'not keys');
    await expect(storeEpoch(path, 1_700)).rejects.toMatchObject({ code: 'corrupt-file' });
    expect(readFileSync(path, 'utf8')).toBe('not keys');
    writeFileSync(path, whole);
    await storeEpoch(path, 1_800);
    expect(stored()).toBe(1_800);
  });

  it.skipIf(process.platform === 'win32')('is not waited for where a pipe lies in the place of the file', async () => {
    loadKeys(path, null);
    rmSync(path);
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    await expect(storeEpoch(path, 1_700)).rejects.toMatchObject({ code: 'corrupt-file' });
  });

  it('makes no new keys where the file is gone: they would cost every viewer their identity', async () => {
    await expect(storeEpoch(path, 1)).rejects.toMatchObject({ code: 'cannot-open' });
    await expect(addKey(path)).rejects.toMatchObject({ code: 'cannot-open' });
    expect(readdirSync(dir)).toEqual([]);
  });
});
