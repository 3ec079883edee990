import { Gauge, Registry } from 'prom-client';
import type { Vitals } from '../../shared/protocol/vitals.ts';

/** Prometheus text of the vitals that whoever asks may see. */
export function coreMetrics(): (vitals: Vitals) => Promise<{ contentType: string; text: string }> {
  const registry = new Registry();
  const gauge = (name: string, help: string) => new Gauge({ name: `tallyroom_${name}`, help, registers: [registry] });
  const viewers = new Gauge({
    name: 'tallyroom_viewers',
    help: 'Viewers connected, by transport',
    labelNames: ['transport'],
    registers: [registry],
  });
  const revision = gauge('revision', 'Journal sequence of the last entry');
  const queueDepth = gauge('ballot_queue_depth', 'Ballots waiting for their commit');
  const queueAge = gauge('ballot_queue_head_age_ms', 'Age of the oldest waiting ballot, ms');
  const byQuantile = (name: string, help: string) =>
    new Gauge({ name: `tallyroom_${name}`, help, labelNames: ['quantile'], registers: [registry] });
  const inCommit = 'commits of ballots to the ledger in the last 5 s; none without a commit';
  const batch = byQuantile('ledger_commit_ballots', `Ballots a commit, ${inCommit}`);
  const commit = byQuantile('ledger_commit_ms', `BEGIN to COMMIT with fsync, ms, ${inCommit}`);
  const writeFsync = byQuantile(
    'ledger_write_fsync_ms',
    `COMMIT alone, ms: the write of the log and its fsync, which SQLite does not tell apart, ${inCommit}`,
  );
  const ackP50 = gauge('ballot_ack_p50_ms', 'Median time from ballot to receipt, worst edge, ms');
  const ackP99 = gauge('ballot_ack_p99_ms', '99th percentile of ballot to receipt, worst edge, ms');
  const arrivals = gauge('arrivals_per_second', 'Viewers arriving per second');
  const edges = gauge('edges_ready', 'Edges that are ready');
  const desks = gauge('desks', 'Desks connected');
  const alarms = gauge('alarms', 'Alarms of the last five minutes');
  const switches = new Gauge({
    name: 'tallyroom_switch',
    help: 'Measures that spare the edges: 1 where a switch is requested, or in force on every living edge',
    labelNames: ['switch', 'state'],
    registers: [registry],
  });
  const touched = new Gauge({
    name: 'tallyroom_switch_viewers',
    help: 'Viewers on edges where the switch is on',
    labelNames: ['switch'],
    registers: [registry],
  });
  return async (now) => {
    for (const transport of ['ws', 'sse', 'poll'] as const) viewers.set({ transport }, now.byTransport[transport]);
    revision.set(now.revision);
    queueDepth.set(now.queueDepth);
    queueAge.set(now.queueHeadAgeMs);
    for (const figures of [batch, commit, writeFsync]) figures.reset();
    if (now.commits !== undefined) {
      batch.set({ quantile: '0.5' }, now.commits.ballotsP50);
      batch.set({ quantile: '1' }, now.commits.ballotsMax);
      commit.set({ quantile: '0.5' }, now.commits.tookP50Ms);
      commit.set({ quantile: '0.99' }, now.commits.tookP99Ms);
      writeFsync.set({ quantile: '0.5' }, now.commits.writeFsyncP50Ms);
      writeFsync.set({ quantile: '0.99' }, now.commits.writeFsyncP99Ms);
    }
    ackP50.set(now.ackP50Ms);
    ackP99.set(now.ackP99Ms);
    arrivals.set(now.arrivalsPerS);
    edges.set(now.edges.filter((edge) => edge.ready).length);
    desks.set(now.desks);
    alarms.set(now.alarms.length);
    for (const state of now.switches) {
      switches.set({ switch: state.id, state: 'requested' }, Number(state.requested));
      switches.set({ switch: state.id, state: 'in-force' }, Number(state.inForce));
      touched.set({ switch: state.id }, state.touched);
    }
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}
