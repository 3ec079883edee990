import { existsSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Place } from '../place.ts';
import { PROJECT } from '../server.ts';
import { until } from '../until.ts';
import { answerFileOf, askFileOf, PROBE_DIR, type Probed } from './probe-names.ts';

const PRELOAD = pathToFileURL(join(PROJECT, 'e2e/server/testing/fuzz/probe.ts')).href;

const dirIn = (place: Place): string => join(place.root, 'probe');

/** The environment of a server whose processes can be asked with `probe`. */
export function probed(place: Place): Record<string, string> {
  mkdirSync(dirIn(place), { recursive: true });
  return { NODE_OPTIONS: `--import=${PRELOAD}`, [PROBE_DIR]: dirIn(place) };
}

/** How a process of a probed server has done since it was asked last, and what it holds. It collects its garbage for that. */
export async function probe(place: Place, pid: number): Promise<Probed> {
  const answer = join(dirIn(place), answerFileOf(pid));
  writeFileSync(join(dirIn(place), askFileOf(pid)), '');
  await until(() => existsSync(answer), { what: `process ${pid} tells how it does`, isQuiet: true });
  const text = readFileSync(answer, 'utf8');
  unlinkSync(answer);
  return JSON.parse(text) as Probed;
}

/** In one line. */
export function inWords({ loopDelay, ownDelay, loopWork, residentMb, heldMb }: Probed): string {
  const ms = (n: number) => n.toFixed(1);
  return (
    `loop delay p99 ${ms(loopDelay.p99Ms)} max ${ms(loopDelay.maxMs)} ms, its own p99 ${ms(ownDelay.p99Ms)} max ${ms(ownDelay.maxMs)} ms, in CPU time p99 ${ms(loopWork.p99Ms)} ` +
    `max ${ms(loopWork.maxMs)} ms; held: heap ${ms(heldMb.heap)}, beside it ${ms(heldMb.external)}, resident ${ms(residentMb)} → ${ms(heldMb.resident)} MB`
  );
}
