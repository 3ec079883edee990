/** The product beside what a user would otherwise pick, in turns within one run. */
import { FaultBook } from '../audience/fault-book.ts';
import { measureSubject, type SubjectFigures } from '../peers/measure-subject.ts';
import { nchanIsMissing, startNchanPeer } from '../peers/nchan-peer.ts';
import { type NodePeer, startNodePeer } from '../peers/node-peer.ts';
import { startProduct } from '../peers/product.ts';
import type { Subject } from '../peers/subject.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atLeast, atMost, type Comparison, type Target } from '../report/result.ts';
import { bySize, type Setting } from '../setting.ts';
import type { Scenario } from './scenario.ts';

/** Level with, as the budgets mean it. */
const LEVEL = 0.8;
/** Even, so that the product's poll is open again after them. */
const ROUNDS = 8;

type PeerName = NodePeer | 'nchan';
interface Row {
  figure: keyof SubjectFigures;
  what: string;
  unit: string;
  target: Partial<Record<PeerName, Target>>;
}

const ROWS: readonly Row[] = [
  { figure: 'arrivalsPerS', what: 'arrivals, one process', unit: '/s', target: {} },
  { figure: 'arrivalCpuUs', what: 'CPU per arrival', unit: 'µs', target: {} },
  { figure: 'idleKb', what: 'memory per idle viewer', unit: 'KiB', target: { 'socket.io': atMost('P3', 0.5) } },
  {
    figure: 'busyKb',
    what: 'memory per viewer after traffic',
    unit: 'KiB',
    target: { 'socket.io': atMost('P3', 0.5) },
  },
  {
    figure: 'messageCpuUs',
    what: 'CPU per message of the fan-out',
    unit: 'µs',
    target: { 'socket.io': atMost('P5', 0.5), nchan: atMost('P5', 1 / LEVEL) },
  },
  { figure: 'lastViewerMs', what: 'a state until the last viewer', unit: 'ms', target: {} },
  { figure: 'acksPerS', what: 'ballots acknowledged', unit: '/s', target: { 'socket.io': atLeast('P4', LEVEL) } },
  { figure: 'ackCpuUs', what: 'CPU per ballot, all processes', unit: 'µs', target: {} },
  { figure: 'ackP99Ms', what: 'receipt p99 when all vote at once', unit: 'ms', target: {} },
];

async function measured(
  subject: Subject,
  sizes: { viewers: number; seed: number },
  faults: FaultBook,
): Promise<SubjectFigures> {
  try {
    return await measureSubject(subject, { ...sizes, rounds: ROUNDS }, faults);
  } finally {
    await subject.end();
  }
}

/** A peer may lose a connection in the rush and so never get everybody; that is said, and tried once more. */
async function measuredPeer(
  start: () => Promise<Subject>,
  sizes: { viewers: number; seed: number },
  { faults, tried }: { faults: FaultBook; tried: string[] },
): Promise<SubjectFigures> {
  const first = new FaultBook();
  try {
    const figures = await measured(await start(), sizes, first);
    faults.add(first.faults);
    return figures;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    tried.push(`a turn in which the peer gave up (${why}); it was measured again`);
    return await measured(await start(), sizes, faults);
  }
}

async function compare(setting: Setting, peer: PeerName) {
  const viewers = setting.viewers ?? bySize(setting, 1_500, 6_000, 18_000);
  const pairs = setting.pairs ?? bySize(setting, 1, 3, 5);
  const conditions = conditionsNow(setting, { viewers, edges: 1 });
  const faults = new FaultBook();
  const missing = peer === 'nchan' ? nchanIsMissing() : null;
  if (missing !== null) {
    return { conditions, figures: [], comparisons: [], skipped: [missing], faults: {}, raw: {} };
  }
  const tried: string[] = [];
  const rounds: { product: SubjectFigures; other: SubjectFigures }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const sizes = { viewers, seed: setting.seed + pair };
    const real = await startProduct();
    const product = await measured(real, sizes, faults);
    const start = () => (peer === 'nchan' ? startNchanPeer() : startNodePeer(peer, real.v8Flags));
    const other = await measuredPeer(start, sizes, { faults, tried });
    conditions.flags = real.v8Flags.join(' ');
    rounds.push({ product, other });
  }
  const comparisons = ROWS.flatMap(({ figure, what, unit, target }): Comparison[] => {
    const product = rounds.map((round) => round.product[figure] ?? Number.NaN);
    const others = rounds.map((round) => round.other[figure] ?? Number.NaN);
    if (others.some(Number.isNaN)) return [];
    return [{ what, unit, peer, product, others, target: target[peer] ?? null }];
  });
  return { conditions, figures: [], comparisons, skipped: tried, faults: faults.faults, raw: { rounds } };
}

function beside(peer: PeerName, title: string): Scenario {
  return { name: `beside-${peer}`, title, run: (setting) => compare(setting, peer) };
}

export const besidePeers: readonly Scenario[] = [
  beside('ws', 'one edge beside the bare library ws, which stores and checks nothing'),
  beside('socket.io', 'one edge beside bare Socket.IO by WebSocket, which stores and checks nothing'),
  beside('nchan', 'one edge beside nginx with the nchan module, which takes no ballots'),
];
