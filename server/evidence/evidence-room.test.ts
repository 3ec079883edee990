import { existsSync, mkdtempSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW_MS } from '../ballotbox/builders.test-part.ts';
import { EvidenceFailed, type EvidenceRoom, openEvidenceRoom, type PackedEvidence } from './evidence-room.ts';
import { evidenceRun, type TestLedger, testLedger } from './test-ledger.test-part.ts';

let at: TestLedger;
let room: EvidenceRoom;

beforeEach(() => {
  at = testLedger([{ poll: 'first', isSealed: true }]);
  room = roomIn(at.dir);
});
afterEach(async () => {
  await room.close();
  at.remove();
});

function roomIn(dir: string): EvidenceRoom {
  const ledgers = { live: at.ledger, rehearsal: at.ledger };
  return openEvidenceRoom({ ledgers, journal: at.journal, dir, nowMs: () => NOW_MS });
}

function packed(answer: PackedEvidence | 'busy'): PackedEvidence {
  if (answer === 'busy') throw new Error('the room is busy');
  return answer;
}

it('packs one bundle at a time, and the next when it is done', async () => {
  const [first, second] = await Promise.all([room.pack(evidenceRun('first')), room.pack(evidenceRun('first'))]);
  expect(second).toBe('busy');
  expect(packed(first).bytes).toBe(statSync(packed(first).path).size);
  packed(await room.pack(evidenceRun('first')));
});

it('leaves nothing behind, whether a bundle was sent or not', async () => {
  const sent = packed(await room.pack(evidenceRun('first')));
  const forgotten = packed(await room.pack(evidenceRun('first')));
  await sent.remove();
  expect(existsSync(dirname(sent.path))).toBe(false);
  expect(existsSync(forgotten.path)).toBe(true);
  await room.close();
  expect(existsSync(dirname(forgotten.path))).toBe(false);
});

it('says why it can not pack where the ledger is gone, and packs the next all the same', async () => {
  renameSync(at.ledger, `${at.ledger}.aside`);
  await expect(room.pack(evidenceRun('first'))).rejects.toThrow(EvidenceFailed);
  renameSync(`${at.ledger}.aside`, at.ledger);
  packed(await room.pack(evidenceRun('first')));
});

it('removes what a core that was killed has left there, and nothing else', () => {
  const left = mkdtempSync(join(at.dir, 'evidence-'));
  writeFileSync(join(left, 'ledger.db'), 'votes');
  roomIn(at.dir);
  expect(existsSync(left)).toBe(false);
  expect(existsSync(at.ledger)).toBe(true);
});
