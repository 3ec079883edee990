import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { Setting } from '../setting.ts';

/** Everything that a figure is only true under. */
export interface Conditions {
  at: string;
  cores: number;
  cpu: string;
  memoryGb: number;
  platform: string;
  node: string;
  /** V8 flags that servers were started with, beside the product's own. */
  flags: string;
  descriptors: string;
  loadBefore: number[];
  size: string;
  seed: number;
  viewers: number;
  edges: number;
}

export function conditionsNow(setting: Setting, { viewers, edges }: { viewers: number; edges: number }): Conditions {
  return {
    at: new Date().toISOString(),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: process.platform,
    node: process.version,
    flags: process.env.NODE_OPTIONS ?? '',
    descriptors: descriptorLimit(),
    loadBefore: loadavg().map((load) => Math.round(load * 10) / 10),
    size: setting.size,
    seed: setting.seed,
    viewers,
    edges,
  };
}

function descriptorLimit(): string {
  try {
    return /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

export function conditionsLine(c: Conditions): string {
  const load = c.loadBefore.join(' ');
  return `${c.viewers} viewers, ${c.edges} edge(s), seed ${c.seed}; ${c.cores} × ${c.cpu}, ${c.memoryGb} GB, ${c.platform}, Node ${c.node}, ${c.descriptors} descriptors a process, load before ${load}`;
}
