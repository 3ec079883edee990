/** `npm run bench -- page`: `docs/performance.md` and its plots, from the results that are kept beside it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shown } from '../report/table.ts';
import type { Kept } from './kept.ts';
import { growth } from './plots/growth.ts';
import { coreKill, edgeKill } from './plots/kills.ts';
import { latency } from './plots/latency.ts';
import { peers } from './plots/peers.ts';
import { cpuParts, profile } from './plots/shares.ts';
import { soak } from './plots/soak.ts';
import { type Drawing, svg } from './plots/svg.ts';
import { fill } from './sections.ts';
import { readAllKept, takeNewer } from './store.ts';
import { budgetTable, conditionsTable, isProfiled, missingList, peerTable } from './tables.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const PLOTS = 'performance';
const DATA = join(DOCS, PLOTS, 'data');
const DOCUMENT = 'performance.md';

/** Each stands in a section of its name, with the scenario that has to be run for it. */
const DRAWN: Record<string, { draw: (all: readonly Kept[]) => Drawing | null; needs: string }> = {
  latency: { draw: latency, needs: 'arrivals ballots night' },
  growth: { draw: growth, needs: 'growth' },
  peers: { draw: peers, needs: 'beside-socket.io beside-ws beside-nchan' },
  'core-kill': { draw: coreKill, needs: 'core-killed' },
  'edge-kill': { draw: edgeKill, needs: 'edge-killed' },
  soak: { draw: soak, needs: 'soak' },
  'cpu-parts': { draw: cpuParts, needs: 'arrivals ballots night fan-out' },
};

export interface PageFile {
  /** Within `docs`. */
  path: string;
  text: string;
}

/** Every file that the data make, as it has to be. */
export function pageFiles(data: readonly Kept[], document: string): PageFile[] {
  const measured = data.filter((kept) => !isProfiled(kept));
  const plots: PageFile[] = [];
  const place = (name: string, drawing: Drawing) => {
    plots.push({ path: `${PLOTS}/${name}.svg`, text: svg(drawing) });
    return `![${`${drawing.title}. ${drawing.desc}`.replaceAll(/[[\]\n]/g, ' ')}](${PLOTS}/${name}.svg)`;
  };
  const sections: Record<string, string> = {
    budgets: budgetTable(data),
    'beside-peers': peerTable(data),
    conditions: conditionsTable(data),
    missing: missingList(data),
  };
  for (const [name, { draw, needs }] of Object.entries(DRAWN)) {
    const drawing = draw(measured);
    sections[name] =
      drawing === null
        ? `Not drawn: no such run is kept. \`npm run bench -- ${needs}\` makes one.`
        : place(name, drawing);
  }
  const profiles = data.filter(isProfiled).flatMap((kept) => {
    const drawing = profile(kept);
    return drawing === null ? [] : [`${place(`profile-${kept.scenario}`, drawing)}\n\n${groupsList(kept)}`];
  });
  sections.profiles =
    profiles.length > 0
      ? profiles.join('\n\n')
      : 'No profiled run is kept. `npm run bench -- ballots --profile` makes one.';
  return [{ path: DOCUMENT, text: fill(document, sections) }, ...plots];
}

function groupsList({ conditions, raw }: Kept): string {
  const lines = (raw.profile?.parts ?? []).map(({ part, threads, busyS, groups }) => {
    const told = groups.slice(0, 6).map(({ name, s }) => `${name} ${shown((s / busyS) * 100)} %`);
    return `- **${part}** (${threads} thread${threads === 1 ? '' : 's'}, busy for ${shown(busyS)} s): ${told.join(', ')}`;
  });
  return [`${conditions.viewers.toLocaleString('en')} viewers, whole run from start to end:`, '', ...lines].join('\n');
}

/** What stands in the working tree now: what is kept, and what it should make of the page. */
export function pageNow(): PageFile[] {
  return pageFiles([...readAllKept(DATA).values()], readFileSync(join(DOCS, DOCUMENT), 'utf8'));
}

/** Plots that are there, within `docs`. */
export function plotsThere(): string[] {
  return readdirSync(join(DOCS, PLOTS))
    .filter((file) => file.endsWith('.svg'))
    .map((file) => `${PLOTS}/${file}`);
}

export function readDoc(path: string): string {
  return readFileSync(join(DOCS, path), 'utf8');
}

/**
 * Takes over newer results and writes the page anew.
 * @param results folder of the results
 * @param only names of scenarios whose results are taken over; empty: all
 */
export function updatePage(results: string, only: readonly string[], say: (line: string) => void): void {
  mkdirSync(DATA, { recursive: true });
  const taken = takeNewer(results, DATA, only);
  say(taken.length === 0 ? 'no newer results' : `took over ${taken.join(', ')}`);
  const files = pageNow();
  for (const path of plotsThere()) if (!files.some((file) => file.path === path)) rmSync(join(DOCS, path));
  for (const { path, text } of files) {
    writeFileSync(join(DOCS, path), text);
    say(`wrote docs/${path}`);
  }
}
