import { createHash, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { chmodSync, statSync } from 'node:fs';
import { z } from 'zod';
import { STILL_GOOD_MS, TOKEN_LIFE_MS } from '../../shared/domain/token-life.ts';
import type { CodeChange, SigningKey } from '../../shared/protocol/process.ts';
import { readJsonFile } from './json-file.ts';
import { StorageError } from './storage-error.ts';
import { replaceFileForGood, writeFileAtomic } from './write-file-atomic.ts';

/** Read aloud in a studio: no 0/O, 1/I/L, U/V pairs. */
const FRIENDLY = '23456789ABCDEFGHJKMNPQRSTWXYZ';
const REHEARSAL_CODE_LENGTH = 8;
/** A secret that a person made up must not be found by trying. */
const MIN_SECRET_LENGTH = 16;

const SecretText = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'base64url of 32 bytes');
/** A key that no longer signs is kept for as long as a token of it is taken, and a day for clocks that were set. */
const VERIFIES_FOR_MS = TOKEN_LIFE_MS + STILL_GOOD_MS + 86_400_000;

/** Crews hold on to a link for an evening; more codes than this nobody makes in one. */
const MOST_FORMER_CODES = 8;

const RehearsalCode = z.string().min(1).max(64);

const NextCode = z.object({
  code: RehearsalCode,
  change: z.object({ id: z.string(), actor: z.string(), commandId: z.string() }),
});

const StoredKey = z.object({
  kid: z.string().min(1).max(64),
  secret: SecretText,
  /** Wall clock, epoch ms, when a newer key took over. */
  signedUntilMs: z.number().int().optional(),
});
const KeysFile = z.object({
  version: z.literal(1),
  /** The first signs. One after it that never signed waits for its turn: a rotation was cut short. */
  signing: z.array(StoredKey).min(1),
  rehearsalCode: RehearsalCode,
  /** Those before it, the latest first: who comes with one of them has an old link and guesses nothing. */
  formerCodes: z.array(RehearsalCode).max(MOST_FORMER_CODES).optional(),
  /** Stands by to take its place. Whether it does is decided by the journal: by whether the command was accepted. */
  nextCode: NextCode.optional(),
  /**
   * The highest that a core of this folder has used. Here, because it may never be used again on one address: a new show, and a
   * journal that is put back, leave this file where it is.
   */
  epoch: z.number().int().nonnegative().optional(),
});
type KeysFile = z.infer<typeof KeysFile>;

export interface NextCode {
  code: string;
  change: CodeChange;
}

export interface Keys {
  /** The first signs, all verify. */
  signing: SigningKey[];
  rehearsalCode: string;
  /** The latest first. */
  formerCodes: string[];
  /** Waits for the journal's word; null where none does. */
  nextCode: NextCode | null;
  /** The highest that a core of this folder has used; null where none has said it yet. */
  epoch: number | null;
}

/**
 * The keys that viewers' tokens are signed with, and the rehearsal code; made at the first start and kept, since a new
 * key would cost every viewer their identity.
 *
 * @param path `keys.json` of the data folder
 * @param secret `TALLYROOM_SECRET`, or null: signs in place of the file's keys, so that several hosts share one key
 * @throws StorageError `corrupt-file` (never overwritten: the old tokens hang on it), `cannot-open`, `weak-secret`
 */
export function loadKeys(path: string, secret: string | null): Keys {
  const derived = secret === null || secret === '' ? null : keyFromSecret(secret);
  const stored = readKeys(path) ?? createKeys(path);
  return derived === null ? keysOf(stored) : { ...keysOf(stored), signing: [derived] };
}

/**
 * Changes of the file while the server runs, one after the other: what one has written is what the next one reads. The disk may
 * take its time for each, and holds up nobody but who waits for it.
 */
let lastChange: Promise<unknown> = Promise.resolve();

/** @param change answers what it was given where there is nothing to change */
function changed(path: string, change: (stored: KeysFile) => KeysFile): Promise<Keys> {
  const turn = lastChange.then(async () => {
    const stored = storedKeys(path);
    const next = change(stored);
    if (next !== stored) {
      await replaceFileForGood(path, { text: textOf(next), mode: 0o600 }).catch((error) => {
        throw cannotOpen(path, error);
      });
    }
    return keysOf(next);
  });
  lastChange = turn.catch(() => {});
  return turn;
}

/**
 * New keys are made at a start only: they would cost every viewer their identity. Read at once: a file this small that the
 * process has read and written itself comes from the system's memory, however long the disk takes to write.
 */
function storedKeys(path: string): KeysFile {
  const file = readJsonFile(path);
  if (file.kind === 'none') throw cannotOpen(path, new Error('it is gone'));
  if (file.kind === 'refused') throw damaged(path, { why: file.reason, cause: null });
  return parsedKeys(path, file.value);
}

/**
 * Keeps the epoch of a core's life; a higher one that stands there stays.
 *
 * @param path `keys.json` of the data folder
 * @throws StorageError as `loadKeys`, also where the file is gone
 */
export async function storeEpoch(path: string, epoch: number): Promise<void> {
  await changed(path, (stored) => (epoch > (stored.epoch ?? -1) ? { ...stored, epoch } : stored));
}

/**
 * The first half of a rotation: a new key that verifies and does not sign yet. Once every edge holds it, `promoteKey`
 * makes it sign; so no edge ever meets a token whose key it has not heard of. A key that waits already is taken.
 *
 * @param path `keys.json` of the data folder, which exists
 * @throws StorageError as `loadKeys`, also where the file is gone; the file is as it was then
 */
export function addKey(path: string): Promise<Keys> {
  return changed(path, (stored) => {
    const waits = stored.signing.slice(1).some((key) => key.signedUntilMs === undefined);
    return waits ? stored : { ...stored, signing: [...stored.signing, newKey()] };
  });
}

/**
 * The second half: the key that waits signs from now on. Those before it verify for as long as a token of theirs can live,
 * and are dropped by a later rotation.
 *
 * @param nowMs wall clock
 * @throws StorageError as `loadKeys`, also where the file is gone; the file is as it was then
 */
export function promoteKey(path: string, nowMs: number): Promise<Keys> {
  return changed(path, (stored) => {
    const [signs, ...others] = stored.signing;
    const next = others.find((key) => key.signedUntilMs === undefined);
    if (signs === undefined || next === undefined) return stored;
    const verifying = [{ ...signs, signedUntilMs: nowMs }, ...others.filter((key) => key !== next)];
    const signing = [next, ...verifying.filter((key) => nowMs - (key.signedUntilMs ?? nowMs) < VERIFIES_FOR_MS)];
    return { ...stored, signing };
  });
}

/**
 * The first half of a new rehearsal code: it is on disk, beside the one in force, and in force nowhere. So whoever dies when,
 * the journal's entry is the one moment from which on it holds.
 *
 * @param inForce as the server knows it: what was decided last may not have reached the disk yet
 * @throws StorageError as `loadKeys`, also where the file is gone; the file is as it was then, or holds one that nobody will take
 */
export async function prepareCode(path: string, inForce: CodesInForce, change: CodeChange): Promise<NextCode> {
  const nextCode = { code: newCode(), change };
  const { rehearsalCode, formerCodes } = inForce;
  await changed(path, (stored) => ({ ...stored, rehearsalCode, formerCodes, nextCode }));
  return nextCode;
}

/**
 * The second half: what was decided. One that still waits under another change is left to its own decision.
 *
 * @throws StorageError as `loadKeys`, also where the file is gone; the file is as it was then
 */
export async function settleCode(path: string, inForce: CodesInForce, changeId: string): Promise<void> {
  await changed(path, ({ nextCode, ...stored }) => {
    const { rehearsalCode, formerCodes } = inForce;
    const isSettled = nextCode?.change.id === changeId || nextCode?.code === rehearsalCode;
    return { ...stored, rehearsalCode, formerCodes, ...(nextCode === undefined || isSettled ? {} : { nextCode }) };
  });
}

export type CodesInForce = Pick<Keys, 'rehearsalCode' | 'formerCodes'>;

/** What is in force once `next` is. */
export function codesWith(next: NextCode, { rehearsalCode, formerCodes }: CodesInForce): CodesInForce {
  return { rehearsalCode: next.code, formerCodes: [rehearsalCode, ...formerCodes].slice(0, MOST_FORMER_CODES) };
}

function signingKeys({ signing }: KeysFile): SigningKey[] {
  return signing.map(({ kid, secret }) => ({ kid, secret }));
}

function keysOf(stored: KeysFile): Keys {
  const { rehearsalCode, formerCodes = [], nextCode = null, epoch = null } = stored;
  return { signing: signingKeys(stored), rehearsalCode, formerCodes, nextCode, epoch };
}

/** HKDF-SHA256 (RFC 5869) of a shared secret; every host gets the same key and the same kid. */
export function keyFromSecret(secret: string): SigningKey {
  if (secret.length < MIN_SECRET_LENGTH) {
    throw new StorageError(
      'weak-secret',
      `TALLYROOM_SECRET is too short: it needs at least ${MIN_SECRET_LENGTH} characters. Set a longer one, or unset it to use the data folder's own key.`,
    );
  }
  const key = Buffer.from(hkdfSync('sha256', secret, 'tallyroom', 'audience token key 1', 32));
  return {
    kid: `env-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`,
    secret: key.toString('base64url'),
  };
}

function readKeys(path: string): KeysFile | null {
  const file = readJsonFile(path);
  if (file.kind === 'none') return null;
  if (file.kind === 'refused') throw damaged(path, { why: file.reason, cause: null });
  return parsedKeys(path, file.value);
}

function parsedKeys(path: string, content: unknown): KeysFile {
  if (typeof content === 'object' && content !== null && 'version' in content && Number(content.version) > 1) {
    throw new StorageError(
      'newer-file',
      `${path} was written by a newer Tallyroom: it has version ${String(content.version)}, this program knows version 1. Start the newer Tallyroom, or start this one with another data folder (--data).`,
    );
  }
  const parsed = KeysFile.safeParse(content);
  if (!parsed.success) throw damaged(path, { why: z.prettifyError(parsed.error), cause: parsed.error });
  try {
    // Made by us, and only once we know that it is.
    if ((statSync(path).mode & 0o077) !== 0 && process.platform !== 'win32') chmodSync(path, 0o600);
  } catch (error) {
    throw cannotOpen(path, error);
  }
  return parsed.data;
}

function createKeys(path: string): KeysFile {
  const keys: KeysFile = {
    version: 1,
    signing: [newKey()],
    rehearsalCode: newCode(),
  };
  try {
    writeFileAtomic(path, { text: textOf(keys), mode: 0o600 });
  } catch (error) {
    throw cannotOpen(path, error);
  }
  return keys;
}

const textOf = (keys: KeysFile) => `${JSON.stringify(keys, null, 2)}\n`;

function newCode(): string {
  return Array.from({ length: REHEARSAL_CODE_LENGTH }, () => FRIENDLY.charAt(randomInt(FRIENDLY.length))).join('');
}

function newKey(): SigningKey {
  return { kid: randomBytes(4).toString('hex'), secret: randomBytes(32).toString('base64url') };
}

function damaged(path: string, { why, cause }: { why: string; cause: unknown }): StorageError {
  return new StorageError(
    'corrupt-file',
    `${path} is damaged (${why}). Put a copy of it back; or move it away, which makes new keys and costs every viewer their identity.`,
    { cause },
  );
}

function cannotOpen(path: string, cause: unknown): StorageError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StorageError(
    'cannot-open',
    `${path} can't be read or made (${why}). See to the folder's rights and room.`,
    {
      cause,
    },
  );
}
