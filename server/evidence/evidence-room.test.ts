import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW_MS } from '../ballotbox/builders.test-part.ts';
import { type EvidenceRoom, openEvidenceRoom, type PackedEvidence } from './evidence-room.ts';
import { evidenceRun, type TestLedger, testLedger } from './test-ledger.test-part.ts';

let at: TestLedger;
let room: EvidenceRoom;

beforeEach(() => {
  at = testLedger([{ poll: 'first', isSealed: true }]);
  room = openEvidenceRoom({
    ledgers: { live: at.ledger, rehearsal: at.ledger },
    journal: at.journal,
    nowMs: () => NOW_MS,
  });
});
afterEach(async () => {
  await room.close();
  at.remove();
});

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

it('rejects for a run that the ledger does not hold, and packs the next all the same', async () => {
  await expect(room.pack(evidenceRun('nothing'))).rejects.toThrow(/does not hold nothing:live:1/);
  packed(await room.pack(evidenceRun('first')));
});
