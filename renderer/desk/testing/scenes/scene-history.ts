/** What the fixture's evening looked like until its moment: the curves that Director and Operator draw. */

import type { OptionId, RunId } from '../../../../shared/protocol/ids.ts';
import { runIdOf } from '../../../../shared/protocol/ids.ts';
import type { SeriesPoint } from '../../../../shared/protocol/records.ts';
import type { RunPoint } from '../../history/curves.ts';
import type { HistoryData } from '../../history/history.ts';
import { at, cueId, NOW_MS, VITALS } from '../show-fixture.ts';

const SECOND = 1_000;
/** The desk was without a link for three seconds of it. */
const GAP = { fromMs: at(21, 14, 9), toMs: at(21, 14, 12) };

/** Votes a second after GO: a spike at 4 s, a long tail, a second call at 0:52. */
function votesPerS(sinceGoS: number): number {
  if (sinceGoS <= 0) return 0;
  const bump = (peakS: number, width: number, height: number) =>
    height * Math.exp(-((Math.log(sinceGoS / peakS) / width) ** 2));
  return bump(4, 0.75, 5_040) + bump(62, 0.12, 1_500) + 90;
}

function runPoints(openedAtMs: number, untilMs: number, total: number, shares: readonly number[]): RunPoint[] {
  const seconds = Math.round((untilMs - openedAtMs) / SECOND);
  const counted = Array.from({ length: seconds + 1 }, (_, s) => s).map((s) =>
    Array.from({ length: s }, (_, i) => votesPerS(i + 1)).reduce((sum, v) => sum + v, 0),
  );
  const scale = total / (counted.at(-1) ?? 1);
  return counted
    .map((count, s) => {
      const now = Math.round(count * scale);
      return {
        atMs: openedAtMs + s * SECOND,
        online: VITALS.online - (seconds - s) * 40,
        total: now,
        options: shares.map((share, i) => ({
          id: 'abcde'[i] as OptionId,
          count: Math.round(now * share),
          share,
        })),
      };
    })
    .filter(({ atMs }) => atMs < GAP.fromMs || atMs > GAP.toMs);
}

function trafficAt(atMs: number): SeriesPoint {
  const sinceGoS = (atMs - at(21, 13, 30)) / SECOND;
  const votes = Math.round(votesPerS(sinceGoS));
  return {
    atMs,
    online: VITALS.online,
    ...VITALS.byTransport,
    arrivalsPerS: Math.round(120 + 850 * Math.exp(-(((sinceGoS - 6) / 14) ** 2))),
    ballotsPerS: votes,
    queueDepth: Math.round(20 + votes / 5),
    queueHeadAgeMs: Math.round(40 + votes / 8),
    ackP50Ms: 18,
    ackP99Ms: Math.round(60 + votes / 12),
    level: sinceGoS > 6 ? 1 : 0,
    edges: 8,
    edgesExpected: 8,
    switches: atMs >= at(21, 13, 36) ? ['results-cadence'] : [],
  };
}

const run = (points: RunPoint[], fetched: 'whole' | 'failed') => ({
  points,
  stepMs: SECOND,
  open: null,
  marks: [],
  fetched: fetched === 'whole' ? ({ kind: 'whole' } as const) : { kind: 'failed' as const, message: NOT_READ },
});
const NOT_READ = 'The core could not read its series.';

/** `loading`: asked for and not there; `failed`: the core could not give it. */
export function sceneHistory(kind: 'whole' | 'loading' | 'failed'): HistoryData {
  if (kind !== 'whole') {
    const fetched = kind === 'loading' ? ({ kind: 'asked' } as const) : { kind: 'failed' as const, message: NOT_READ };
    const looked = kind === 'failed' ? [cueId(7), cueId(6)] : [];
    const runs = new Map(looked.map((id) => [runIdOf(id, 'live', 1), run([], 'failed')]));
    return { traffic: { samples: [], fine: [], coarse: [], fetched }, runs };
  }
  const fine = Array.from({ length: 600 }, (_, i) => trafficAt(NOW_MS - (600 - i) * SECOND)).filter(
    ({ atMs }) => atMs < GAP.fromMs || atMs > GAP.toMs,
  );
  const runs = new Map<RunId, ReturnType<typeof run>>([
    [runIdOf(cueId(7), 'live', 1), run(runPoints(at(21, 13, 30), NOW_MS, 61_482, [0.403, 0.344, 0.253]), 'whole')],
    [
      runIdOf(cueId(6), 'live', 1),
      run(runPoints(at(21, 2, 46), at(21, 4, 16), 61_100, [0.294, 0.249, 0.202, 0.149, 0.106]), 'whole'),
    ],
  ]);
  return { traffic: { samples: [], fine, coarse: [], fetched: { kind: 'whole' } }, runs };
}
