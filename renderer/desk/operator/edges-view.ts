/** The edges as the operator sees them: who is there, who is missing, and whether their sum may be shown at all. */
import type { EdgeVitals, Vitals } from '../../../shared/protocol/vitals.ts';
import { ageInSeconds, grouped } from '../../ui/format.ts';

/** The core takes an edge that it has not heard for this long as gone; its figures are old then. */
const LIVING_MS = 2_000;
/** Edges report several times a second: this long a silence is worth a word before it makes the sums wrong. */
const QUIET_MS = 1_000;
/** From this share of its descriptors on an edge is near the point where it can't take another viewer. */
const FILES_NEAR_FULL = 0.9;
const LOOP_SLOW_MS = 100;

export interface EdgeCount {
  /** Edges whose figures are fresh. */
  counted: number;
  expected: number;
  /** Edges that are expected and have sent nothing, or nothing for 2 s: by name where the name can be told. */
  absent: readonly string[];
}

/** What a sum over the edges says: itself, or why it would be wrong. */
export type Sum = { kind: 'sum'; text: string } | { kind: 'incomplete' } | { kind: 'none' };

const NUMBERED = /^(.*?)(\d+)$/;

/** Names of expected edges that have not come: edges are numbered from 1, so the free numbers are theirs. */
function missingNames(ids: readonly string[], expected: number): readonly string[] {
  const missing = Math.max(0, expected - ids.length);
  const prefix = NUMBERED.exec(ids[0] ?? 'edge-1')?.[1];
  const isNumbered = prefix !== undefined && ids.every((id) => NUMBERED.exec(id)?.[1] === prefix);
  if (!isNumbered) return Array.from({ length: missing }, (_, i) => `missing ${i + 1}`);
  const free = Array.from({ length: expected + ids.length }, (_, i) => `${prefix}${i + 1}`);
  return free.filter((name) => !ids.includes(name)).slice(0, missing);
}

export function countEdges({ edges, edgesExpected }: Pick<Vitals, 'edges' | 'edgesExpected'>): EdgeCount {
  const inPlace = edges.filter((edge) => !edge.leaving);
  const silent = inPlace.filter((edge) => edge.ageMs > LIVING_MS).map((edge) => edge.id);
  const missing = missingNames(
    inPlace.map((edge) => edge.id),
    edgesExpected,
  );
  return {
    counted: inPlace.length - silent.length,
    expected: Math.max(edgesExpected, inPlace.length),
    absent: [...silent, ...missing],
  };
}

export const isComplete = (count: EdgeCount): boolean => count.absent.length === 0;

/** `7 of 8 edges counted` */
export function countWords({ counted, expected }: EdgeCount): string {
  return `${counted} of ${expected} ${expected === 1 ? 'edge' : 'edges'} counted`;
}

/** `Edge-6 sent no figures`; null when all did. */
export function absentWords({ absent }: EdgeCount): string | null {
  if (absent.length === 0) return null;
  const names = absent.length > 3 ? `${absent.length} edges` : absent.join(', ');
  return `${names.replace(/^edge/, 'Edge')} sent no figures`;
}

/** A sum over edges: with a part missing none is shown, because it would be wrong. */
export function sumOf(count: EdgeCount, value: number): Sum {
  if (count.expected === 0) return { kind: 'none' };
  return isComplete(count) ? { kind: 'sum', text: grouped(value) } : { kind: 'incomplete' };
}

export type EdgeState =
  | { kind: 'up' }
  /** Connected, and not taking viewers yet. */
  | { kind: 'not-ready' }
  /** Its successor is up; its viewers are being sent there. */
  | { kind: 'leaving' }
  /** It has not confirmed a switch yet. */
  | { kind: 'pending' }
  | { kind: 'silent'; forText: string }
  /** Expected, and not connected. */
  | { kind: 'missing' };

export interface Figure {
  text: string;
  warn: boolean;
}

export interface EdgeRow {
  id: string;
  /** While edges are restarted, two rows have one name. */
  key: string;
  state: EdgeState;
  /** Null: nothing is known of it. */
  figures: {
    viewers: Figure;
    arrivals: Figure;
    loop: Figure;
    depth: Figure;
    head: Figure;
    ack: Figure;
    files: Figure;
    round: Figure;
    memory: Figure;
  } | null;
}

export interface EdgesView {
  count: EdgeCount;
  rows: readonly EdgeRow[];
  total: { viewers: Sum; arrivals: Sum; depth: Sum };
  /** `8 of 8 up` */
  up: { text: string; warn: boolean };
}

export function edgesView(vitals: Vitals): EdgesView {
  const { edges } = vitals;
  const count = countEdges(vitals);
  const known = new Set(edges.map((edge) => edge.id));
  const rows: EdgeRow[] = [
    ...edges.map((edge) => ({
      id: edge.id,
      key: `${edge.id} ${edge.pid}`,
      state: stateOf(edge),
      figures: figuresOf(edge),
    })),
    ...count.absent
      .filter((name) => !known.has(name))
      .map((id) => ({ id, key: id, state: { kind: 'missing' } as const, figures: null })),
  ].sort(byName);
  const add = (pick: (edge: EdgeVitals) => number) => edges.reduce((sum, edge) => sum + pick(edge), 0);
  const upCount = rows.filter((row) => row.state.kind === 'up' || row.state.kind === 'pending').length;
  return {
    count,
    rows,
    total: {
      viewers: sumOf(count, add(viewersOf)),
      arrivals: sumOf(
        count,
        add((edge) => edge.arrivalsPerS),
      ),
      depth: sumOf(
        count,
        add((edge) => edge.queueDepth),
      ),
    },
    up: { text: `${upCount} of ${count.expected} up`, warn: upCount < count.expected },
  };
}

/** `edge-2` before `edge-10`. */
export const byName = (a: { id: string }, b: { id: string }): number =>
  a.id.localeCompare(b.id, 'en', { numeric: true });

const viewersOf = (edge: EdgeVitals): number => edge.ws + edge.sse + edge.poll;

function stateOf(edge: EdgeVitals): EdgeState {
  if (edge.ageMs > QUIET_MS) return { kind: 'silent', forText: ageInSeconds(edge.ageMs) };
  if (edge.leaving) return { kind: 'leaving' };
  if (!edge.ready) return { kind: 'not-ready' };
  return edge.pending.length > 0 ? { kind: 'pending' } : { kind: 'up' };
}

function figuresOf(edge: EdgeVitals): EdgeRow['figures'] {
  const plain = (value: number): Figure => ({ text: grouped(value), warn: false });
  const share = edge.descriptorLimit === 0 ? 0 : edge.descriptors / edge.descriptorLimit;
  return {
    viewers: plain(viewersOf(edge)),
    arrivals: plain(edge.arrivalsPerS),
    loop: { text: grouped(edge.loopP99Ms), warn: edge.loopP99Ms >= LOOP_SLOW_MS },
    depth: plain(edge.queueDepth),
    head: plain(edge.queueHeadAgeMs),
    ack: plain(edge.ackP99Ms),
    files: { text: String(Math.round(share * 100)), warn: share >= FILES_NEAR_FULL },
    round: plain(edge.roundMs),
    memory: plain(edge.rssMb),
  };
}

/** The words of a state, as the table says them. */
export function stateWords(state: EdgeState): string {
  switch (state.kind) {
    case 'up':
      return 'up';
    case 'not-ready':
      return 'not ready';
    case 'leaving':
      return 'leaving';
    case 'pending':
      return 'pending switch';
    case 'silent':
      return `silent ${state.forText}`;
    case 'missing':
      return 'missing';
  }
}
