/** The built server is a few files, each of many sources: a function of a profile is told by the source it comes from. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CpuProfile } from './fold.ts';

const maps = new Map<string, SourceMap | null>();

function mapOf(url: string): SourceMap | null {
  const known = maps.get(url);
  if (known !== undefined) return known;
  const file = url.startsWith('file:') ? `${fileURLToPath(url)}.map` : null;
  const map = file !== null && existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : null;
  maps.set(url, map);
  return map;
}

/** Gives each frame the URL of its source, where its file was built of several and its map lies beside it. */
export function withSources(profile: CpuProfile): CpuProfile {
  return {
    ...profile,
    nodes: profile.nodes.map((node) => {
      const { url, lineNumber, columnNumber } = node.callFrame;
      const map = mapOf(url);
      if (map === null || lineNumber === undefined || columnNumber === undefined) return node;
      const entry = map.findEntry(lineNumber, columnNumber);
      if (!('originalSource' in entry)) return node;
      return { ...node, callFrame: { ...node.callFrame, source: new URL(entry.originalSource, url).href } };
    }),
  };
}
