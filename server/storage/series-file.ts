/** `series.db`: what the core measured, a row a second, kept for seven days. */
import { foldedPoint, SERIES_STEP_MS, stepFor, stepStart } from '../../shared/domain/series.ts';
import type { SwitchId, Tally } from '../../shared/protocol/desk-state.ts';
import type { SeriesPoint } from '../../shared/protocol/records.ts';
import { closeDatabase, type Database, openDatabase } from './open-database.ts';
import type { RunCountPoint, RunCurve, RunQuery, SeriesSecond, TrafficQuery } from './series-messages.ts';
import { SERIES_MIGRATIONS } from './series-schema.ts';

/** Core time that goes back by more than this was set; by less, it was only put right. */
const SET_BACK_MS = 1_000;
/** With each second this many old ones go at most, so that no write ever takes long. */
const REMOVED_AT_ONCE = 60;
const BUSY_MS = 2_000;

interface TrafficRow {
  stretch: number;
  at_ms: number;
  online: number;
  ws: number;
  sse: number;
  poll: number;
  arrivals_per_s: number;
  queue_depth: number;
  queue_head_age_ms: number;
  ack_p50_ms: number;
  ack_p99_ms: number;
  level: number;
  edges: number;
  edges_expected: number;
  switches: string;
  ballots: string;
}
interface RunRow {
  step_ms: number;
  online: number;
  total: number;
  options: string;
}

export class SeriesFile {
  readonly #database: Database;
  readonly #write: (second: SeriesSecond) => void;
  /** The stretch of time that is being written, and its last second. */
  #stretch: number;
  #lastMs: number;

  /**
   * @param keptSeconds how many are kept, by the order in which they were written: a clock that is set must not make them old
   * @throws StorageError when the file can't be used
   */
  constructor(path: string, keptSeconds: number) {
    this.#database = openDatabase(path, { migrations: SERIES_MIGRATIONS, readonly: false, busyTimeoutMs: BUSY_MS });
    // Curves are no votes: the last second may go with a power cut, and no fsync of theirs stands in a ballot's way.
    this.#database.pragma('synchronous = NORMAL');
    this.#write = this.#writer(keptSeconds);
    const last = this.#database
      .prepare('SELECT stretch, max(at_ms) AS at_ms FROM traffic GROUP BY stretch ORDER BY stretch DESC LIMIT 1')
      .get() as { stretch: number; at_ms: number } | undefined;
    this.#stretch = last?.stretch ?? 0;
    this.#lastMs = last?.at_ms ?? Number.NEGATIVE_INFINITY;
  }

  /** A second that is there already is replaced where core time was put right by a little, and stands beside the old one where it was set. */
  write(second: SeriesSecond): void {
    const { atMs } = second.traffic;
    if (atMs < this.#lastMs - SET_BACK_MS) this.#stretch += 1;
    this.#lastMs = atMs;
    this.#write(second);
  }

  /** In the order in which it happened; steps without a row have no point. */
  traffic({ fromMs, toMs, stepMs, ballotsOf }: TrafficQuery): SeriesPoint[] {
    const rows = this.#database
      .prepare('SELECT * FROM traffic WHERE at_ms >= ? AND at_ms < ? ORDER BY stretch, at_ms')
      .iterate(stepStart(fromMs, stepMs), toMs) as IterableIterator<TrafficRow>;
    const known = new Set<string>(ballotsOf);
    const points: SeriesPoint[] = [];
    let step: SeriesPoint[] = [];
    let stretch = 0;
    const endStep = () => {
      const [first] = step;
      if (first !== undefined) points.push(foldedPoint(stepStart(first.atMs, stepMs), step));
      step = [];
    };
    for (const row of rows) {
      const [first] = step;
      const isOther = first !== undefined && stepStart(first.atMs, stepMs) !== stepStart(row.at_ms, stepMs);
      if (isOther || row.stretch !== stretch) endStep();
      stretch = row.stretch;
      step.push(pointOf(row, known));
    }
    endStep();
    return points;
  }

  run({ runId, stepMs }: RunQuery): RunCurve {
    const { fromMs, lastMs } = this.#database
      .prepare('SELECT MIN(at_ms) AS fromMs, MAX(at_ms) AS lastMs FROM run_counts WHERE run_id = ?')
      .get(runId) as { fromMs: number | null; lastMs: number | null };
    if (fromMs === null || lastMs === null) return { stepMs: stepMs ?? SERIES_STEP_MS, points: [] };
    // Beside MAX, SQLite takes the other columns from the row that has it: the last of its step.
    const select = this.#database.prepare(
      `SELECT at_ms / CAST(@step AS INTEGER) * CAST(@step AS INTEGER) AS step_ms, MAX(at_ms), online, total, options
       FROM run_counts WHERE run_id = @runId GROUP BY step_ms ORDER BY step_ms`,
    );
    const step = Math.max(stepMs ?? 0, stepFor({ fromMs, toMs: lastMs + 1 }));
    const rows = select.all({ runId, step }) as RunRow[];
    return { stepMs: step, points: rows.map(countOf) };
  }

  close(): void {
    closeDatabase(this.#database);
  }

  #writer(keptSeconds: number): (second: SeriesSecond) => void {
    const database = this.#database;
    const traffic = database.prepare(
      `INSERT OR REPLACE INTO traffic VALUES (NULL, @stretch, @atMs, @online, @ws, @sse, @poll, @arrivalsPerS, @queueDepth,
       @queueHeadAgeMs, @ackP50Ms, @ackP99Ms, @level, @edges, @edgesExpected, @switches, @ballots)`,
    );
    const count = database.prepare(
      'INSERT OR REPLACE INTO run_counts VALUES (@runId, @atMs, @online, @total, @options)',
    );
    const forgetTraffic = database.prepare(
      'DELETE FROM traffic WHERE id IN (SELECT id FROM traffic WHERE id <= (SELECT max(id) FROM traffic) - ? ORDER BY id LIMIT ?)',
    );
    const forgetCounts = database.prepare(
      `DELETE FROM run_counts WHERE (run_id, at_ms) IN
       (SELECT run_id, at_ms FROM run_counts WHERE at_ms < (SELECT min(at_ms) FROM traffic) ORDER BY at_ms LIMIT ?)`,
    );
    return database.transaction(({ traffic: point, ballots, runs }: SeriesSecond) => {
      const { atMs, switches } = point;
      traffic.run({
        ...point,
        stretch: this.#stretch,
        switches: JSON.stringify(switches),
        ballots: JSON.stringify(ballots),
      });
      for (const { runId, online, tally } of runs) {
        count.run({ runId, atMs, online, total: tally.total, options: JSON.stringify(tally.options) });
      }
      if (forgetTraffic.run(keptSeconds, REMOVED_AT_ONCE).changes > 0) forgetCounts.run(REMOVED_AT_ONCE);
    });
  }
}

function pointOf(row: TrafficRow, known: ReadonlySet<string>): SeriesPoint {
  const ballots = Object.entries(JSON.parse(row.ballots) as Record<string, number>);
  return {
    atMs: row.at_ms,
    online: row.online,
    ws: row.ws,
    sse: row.sse,
    poll: row.poll,
    arrivalsPerS: row.arrivals_per_s,
    ballotsPerS: ballots.reduce((sum, [runId, counted]) => (known.has(runId) ? sum + counted : sum), 0),
    queueDepth: row.queue_depth,
    queueHeadAgeMs: row.queue_head_age_ms,
    ackP50Ms: row.ack_p50_ms,
    ackP99Ms: row.ack_p99_ms,
    level: row.level,
    edges: row.edges,
    edgesExpected: row.edges_expected,
    switches: JSON.parse(row.switches) as SwitchId[],
  };
}

function countOf({ step_ms, online, total, options }: RunRow): RunCountPoint {
  return { atMs: step_ms, online, tally: { total, options: JSON.parse(options) as Tally['options'] } };
}
