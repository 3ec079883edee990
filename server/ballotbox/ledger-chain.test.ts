import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { ballotLine, classesText, genesisOf, linkHash } from './ledger-chain.ts';

const link = {
  runId: 'poll:live:1',
  edgeId: 'e1',
  edgeEpoch: 'x',
  batchNo: 7,
  committedAtMs: 1_760_000_000_000,
  classes: classesText({ late: 1, counted: 2, malformed: 0 }),
};
const ballot = {
  voter: Buffer.alloc(16, 0xab),
  slot: 1,
  ballotId: 'b1',
  ref: '7F3K-91QD-4M2X',
  choice: '["a"]',
  receivedAtMs: 5,
  castAtMs: null,
};

it('a link is the SHA-256 of exactly the text that the documentation names', () => {
  const text = [
    genesisOf('poll:live:1'),
    '["poll:live:1","e1","x",7,1760000000000,"{\\"counted\\":2,\\"late\\":1}"]',
    '["abababababababababababababababab",1,"b1","7F3K-91QD-4M2X","[\\"a\\"]",5,null]',
    '',
  ].join('\n');
  expect(linkHash(genesisOf(link.runId), link, [ballotLine(ballot)])).toBe(
    createHash('sha256').update(text).digest('hex'),
  );
});

it('the genesis of a run is the SHA-256 of its id', () => {
  expect(genesisOf('poll:live:1')).toBe(createHash('sha256').update('poll:live:1').digest('hex'));
});

it('a change of anything that is bound gives another hash', () => {
  const lines = [ballotLine(ballot)];
  const same = linkHash('prev', link, lines);
  const changed = [
    linkHash('other', link, lines),
    linkHash('prev', { ...link, batchNo: 8 }, lines),
    linkHash('prev', { ...link, classes: '{}' }, lines),
    linkHash('prev', { ...link, committedAtMs: 0 }, lines),
    linkHash('prev', link, []),
    linkHash('prev', link, [...lines, ...lines]),
    linkHash('prev', link, [ballotLine({ ...ballot, choice: '["b"]' })]),
    linkHash('prev', link, [ballotLine({ ...ballot, castAtMs: 0 })]),
  ];
  expect(new Set([same, ...changed]).size).toBe(changed.length + 1);
});
