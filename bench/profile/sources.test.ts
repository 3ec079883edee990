import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { groupOf } from './groups.ts';
import { withSources } from './sources.ts';

const dir = mkdtempSync(join(tmpdir(), 'tallyroom-sources-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('a function counts for its source where the built file has a map, else for its file', () => {
  const file = join(dir, 'main.js');
  // The second line of the built file is the first of b.ts.
  const map = { version: 3, sources: ['a.ts', 'b.ts'], names: [], mappings: 'AAAA;ACAA' };
  writeFileSync(`${file}.map`, JSON.stringify(map));
  const url = pathToFileURL(file).href;
  const without = pathToFileURL(join(dir, 'other.js')).href;
  const frame = (of: string, lineNumber: number) => ({ functionName: 'f', url: of, lineNumber, columnNumber: 0 });
  const { nodes } = withSources({
    nodes: [frame(url, 0), frame(url, 1), frame(without, 1)].map((callFrame, id) => ({ id, callFrame })),
    samples: [],
    timeDeltas: [],
  });
  const folder = pathToFileURL(dir).href;
  expect(nodes.map(({ callFrame }) => groupOf([callFrame]))).toEqual([`${folder}/a`, `${folder}/b`, `${folder}/other`]);
});
