import { describe, expect, it } from 'vitest';
import { type CpuProfile, foldProfiles, selfTimes } from './fold.ts';
import { groupOf, partOf } from './groups.ts';

const PROJECT = new URL('../../', import.meta.url).href;
const built = (file: string) => `${PROJECT}out/server/${file}.js`;

/** A chain of calls, the outermost first, with a sample of 1 ms wherever `samples` says. */
function chain(frames: readonly [name: string, url: string][], samples: number[]): CpuProfile {
  return {
    nodes: frames.map(([functionName, url], i) => ({
      id: i,
      callFrame: { functionName, url },
      ...(i + 1 < frames.length ? { children: [i + 1] } : {}),
    })),
    samples,
    timeDeltas: samples.map(() => 1_000),
  };
}

describe('a function belongs to', () => {
  const gateway = { functionName: 'received', url: built('server/edge/ws-gateway') };

  it('its own file, as source or built', () => {
    expect(groupOf([gateway])).toBe('server/edge/ws-gateway');
    expect(groupOf([{ functionName: 'act', url: `${PROJECT}bench/audience/crowd.ts` }])).toBe('bench/audience/crowd');
  });

  it('its library, or its part of Node', () => {
    const of = (url: string) => groupOf([{ functionName: 'f', url }]);
    expect(of('file:///any/node_modules/ws/lib/sender.js')).toBe('library ws');
    expect(of('file:///any/node_modules/@scope/name/index.js')).toBe('library @scope/name');
    expect(of('node:internal/crypto/hash')).toBe('crypto (hashes, HMAC)');
    expect(of('node:_http_server')).toBe('HTTP (node:http)');
    expect(of('node:net')).toBe('sockets and streams (node:net)');
  });

  it('its caller where it is native, but for writes to sockets', () => {
    expect(groupOf([{ functionName: 'update', url: '' }, gateway])).toBe('server/edge/ws-gateway');
    expect(groupOf([{ functionName: 'writev', url: '' }, gateway])).toBe('kernel: writes to sockets');
  });

  it('no group by chance: names that every object has are names like others', () => {
    expect(groupOf([{ functionName: 'toString', url: '' }, gateway])).toBe('server/edge/ws-gateway');
    expect(groupOf([{ functionName: '(garbage collector)', url: '' }])).toBe('garbage collection');
  });
});

describe('a thread is told by the files that only it runs', () => {
  it.each([
    [[built('server/core/main'), built('server/ballotbox/open-ballot-box')], 'core'],
    [[built('server/ballotbox/ballot-writer'), built('server/ballotbox/ledger-store')], 'ballot box thread'],
    [[built('server/journal/journal-worker')], 'other threads of the core'],
    [[built('server/edge/main')], 'edges'],
    [[`${PROJECT}bench/audience/worker.ts`], 'generator'],
    [['node:net'], 'other processes'],
  ])('%j', (urls, part) => {
    expect(partOf(urls)).toBe(part);
  });
});

describe('folding', () => {
  const edge = chain(
    [
      ['(root)', ''],
      ['main', built('server/edge/main')],
      ['(idle)', ''],
    ],
    [1, 1, 2, 2, 2],
  );

  it('adds up self time and leaves idling out', () => {
    expect([...selfTimes(edge)]).toEqual([['server/edge/main', 0.002]]);
  });

  it('takes threads of one part together', () => {
    expect(foldProfiles([edge, edge])).toEqual([
      { part: 'edges', threads: 2, busyS: 0.004, groups: [{ name: 'server/edge/main', s: 0.004 }] },
    ]);
  });

  it('loses no time to groups that are too small to be named', () => {
    const files = Array.from({ length: 30 }, (_, i) => [`f${i}`, built(`server/edge/f${i}`)] as [string, string]);
    const libraries = Array.from(
      { length: 5 },
      (_, i) => [`g${i}`, `file:///node_modules/g${i}/g.js`] as [string, string],
    );
    const all = [['main', built('server/edge/main')] as [string, string], ...files, ...libraries];
    const [part] = foldProfiles([
      chain(
        all,
        all.map((_, i) => i),
      ),
    ]);
    expect(part?.groups.reduce((sum, { s }) => sum + s, 0)).toBeCloseTo(0.036);
    expect(part?.groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['own code, all other files', 'everything else']),
    );
  });
});
