/** Puts the core together: which part gets which, in an order in which nobody uses what is not there yet. */
import { existsSync, rmSync } from 'node:fs';
import { AUDIENCE } from '../../shared/domain/public-surface.ts';
import type { Who } from '../../shared/domain/roles.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { PartAlarm } from '../../shared/protocol/process.ts';
import { MAX_ACTIONS_PER_DESK } from '../actionlog/action-door.ts';
import { openActionLog } from '../actionlog/action-log.ts';
import { vouchedViewers } from '../backplane/linked-edge.ts';
import { openCurves } from '../curves/curves.ts';
import { evidenceDesk } from '../evidence/evidence-desk.ts';
import { openEvidenceRoom } from '../evidence/evidence-room.ts';
import { Fenced } from '../journal/journal.ts';
import { monotonicNow } from '../process/clocks.ts';
import { bootId } from '../process/process-identity.ts';
import { CoreClock, lastClockSet, SYSTEM_CLOCKS } from '../show/core-clock.ts';
import { Engine } from '../show/engine.ts';
import { OwnSteps } from '../show/own-steps.ts';
import { PublicBoard } from '../show/public-board.ts';
import { Recoder } from '../show/recoder.ts';
import { readable, recounter, recountMatches } from '../show/recount.ts';
import { RunCloser } from '../show/run-closer.ts';
import { Timers } from '../show/timers.ts';
import { dataFilesIn } from '../storage/data-folder.ts';
import { Alarms } from './alarms.ts';
import { Beat } from './beat.ts';
import { ClockKeeper } from './clock-keeper.ts';
import { CoreEdges } from './core-edges.ts';
import type { Core, CoreOptions, EdgePlan } from './core-options.ts';
import { DeskFacts } from './desk-facts.ts';
import { DiskRoom } from './disk-room.ts';
import { beginShow, firstAlarms, isCodeTaken, showToImport } from './first-steps.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { MeasuresWatch } from './measures.ts';
import { NetworkWatch } from './network-watch.ts';
import { openDesk } from './open-desk.ts';
import { partsFor } from './parts-for.ts';
import { type PreflightInput, preflight } from './preflight.ts';
import { restoredSentence } from './restored.ts';
import { ReturnSpread } from './return-spread.ts';
import { ShowFollower } from './show-follower.ts';
import { setOldShowAside } from './show-import.ts';
import { ShowNow } from './show-now.ts';

/**
 * Starts the core on its data folder and returns when the desk port listens.
 *
 * @throws JournalRefused, StorageError with a sentence when a file can't be used
 * @throws Fenced when another core has the show
 */
export async function startCore(options: CoreOptions): Promise<Core> {
  const { init, log } = options;
  const files = dataFilesIn(init.dataDir);
  const hadJournal = existsSync(files.journal);
  const clock = new CoreClock(SYSTEM_CLOCKS, { anchor: init.anchor, bootId: bootId() });
  const nowMs = () => clock.nowMs();
  // Before anything is made or put aside: a file that can't be used leaves everything as it was.
  const early = init.newShow || !hadJournal ? showToImport(init) : null;
  if (init.newShow) setOldShowAside(files, nowMs());

  const showNow = new ShowNow();
  const show = (): ShowState => showNow.state;
  const alarms = new Alarms({ nowMs, onAlarm: options.onAlarm, show });
  const alarm = (code: string, message: string): void => alarms.raise(code, message);
  // Side by side, as the parts themselves: viewers wait for the slowest.
  const [parts, curves, actionLog, disk] = await Promise.all([
    partsFor({ files, leastEpoch: init.epoch, backplanePath: init.backplanePath, nowMs, monotonicNow, log }),
    openCurves({ path: files.series, nowMs, show, alarm }),
    openActionLog({
      path: files.browserLog,
      maxPerDesk: MAX_ACTIONS_PER_DESK,
      onTrouble: (message) => alarm('browser-log', message),
    }),
    DiskRoom.of(init.dataDir),
  ]);
  const { journal, ledger, lease } = parts;
  const taken = await lease.take({ name: `core ${process.pid}`, deskUrl: `http://${init.deskHost}:${init.deskPort}` });
  if (taken === null) throw new Fenced('Another core has this show: this one ends.');
  const { epoch } = taken;
  options.onEpoch(epoch);
  clock.takeJournaled(lastClockSet(journal.loaded), init.anchor);

  const ledgers = { live: files.ledgerLive, rehearsal: files.ledgerRehearsal };
  const evidenceRoom = openEvidenceRoom({ ledgers, journal: files.journal, dir: init.runtimeDir, nowMs });
  const paths = { journal: files.journal, ledgers };
  const ledgerWatch = new LedgerWatch({ box: ledger, journal, show, files: paths, alarm });
  const recountOf = recounter({
    box: ledger,
    runOf: (runId) => show().runs[runId],
    known: (run) => ledgerWatch.known(run),
    isOfAnother: (mode) => ledgerWatch.isOfAnother(mode),
  });

  const plan: { now: EdgePlan } = {
    now: { expected: init.edgesExpected, why: init.edgesWhy, restarting: init.edgesRestarting },
  };
  const networks = new NetworkWatch(alarm);
  const edges = new CoreEdges({
    epoch,
    edgesExpected: () => plan.now.expected,
    nowMs,
    monotonicNow,
    box: ledger,
    show,
    orders: () => showNow.orders,
    onSpent: (told) => networks.heard(told, monotonicNow()),
    log,
  });
  const measures = new MeasuresWatch({ links: () => edges.links(), monotonicNow });
  const spread = new ReturnSpread();
  const board = new PublicBoard({
    epoch,
    nowMs,
    monotonicNow,
    measures: () => measures.now,
    spread,
    liveTally: (runId) => ledger.live(runId)?.tally ?? null,
    surfaces: [AUDIENCE],
    send: (_surface, state, now) => edges.sendState(state, now),
  });
  const readiness = (): PreflightInput => ({
    nowMs: nowMs(),
    now: monotonicNow(),
    journalError: showNow.journalError,
    box: ledger.vitals(),
    freeBytes: disk.freeBytes,
    driftMs: clock.driftMs(),
    edges: edges.links(),
    edgesExpected: plan.now.expected,
    edgesWhy: plan.now.why,
    rulesRev: edges.rulesRev,
    expectedViewers: show().audience,
    online: vouchedViewers(edges.links(), edges.formerJoins()),
    ledger: ledgerWatch.check(show().mode),
  });

  const follower = new ShowFollower({
    ...{ ledger, alarms, edges, measures, board },
    onOrders: options.onOrders,
    onRestartEdges: (reason) => {
      // Said here and not only when the supervisor says it: a second command may be next in the queue.
      plan.now = { ...plan.now, restarting: true };
      options.onRestartEdges(reason);
    },
  });
  const engine = new Engine({
    journal,
    epoch,
    nowMs,
    monotonicNow,
    formerTimes: () => clock.formerTimes(),
    world: () => ({
      preflight: preflight(readiness()),
      identityConnected: false,
      edgesRestarting: plan.now.restarting,
      alarms: alarms.list().map(({ id }) => id),
    }),
    recountMatches: async (runId) => {
      const run = show().runs[runId];
      const recount = run === undefined ? null : await readable(recountOf(run));
      return recount !== null && recountMatches(recount);
    },
    onApplied: (applied) => follower.applied(applied),
    onOrders: (orders) => follower.orders([...orders]),
    onHeld: (change) => follower.held(change),
    onFenced: options.onFenced,
  });
  showNow.isOf(engine);
  const wasFresh = show().revision === 0;
  try {
    await ledgerWatch.mayStart();
  } catch (error) {
    disk.stop();
    await Promise.all([journal, ledger, curves, actionLog].map((part) => part.close()));
    // Who puts the right one back must not find the log of an empty one beside it.
    if (!hadJournal) rmSync(files.journal, { force: true });
    throw error;
  }

  const recoder = new Recoder({
    engine: () => engine,
    nowMs,
    ask: options.onRecode,
    decide: options.onRecodeDecided,
  });
  const steps = new OwnSteps({ engine: () => engine, alarm, log });
  const closer = new RunCloser({
    steps,
    barrier: edges.barrier,
    box: ledger,
    recountOf,
    isThere: (run) => ledgerWatch.isThere(run),
    alarm,
  });
  const timers = new Timers({
    nowMs,
    onDue: ({ leadsTo }) => ('ends' in leadsTo ? closer.end(leadsTo.ends) : steps.guarded(steps.take(leadsTo.step))),
  });
  const clockKeeper = new ClockKeeper({
    clock,
    show,
    step: (step) => engine.step(step),
    sendClock: (byMs) => edges.sendClock(byMs),
    rearm: () => timers.rearm(),
    alarm,
    onAnchor: options.onAnchor,
    log,
  });

  const facts = new DeskFacts({
    show: showNow,
    measures,
    restored: wasFresh ? null : restoredSentence(show(), journal.loaded.entries.length),
    publicUrl: init.publicUrl,
    audienceUrl: init.networkUrl ?? init.audienceUrl,
    rehearsalCode: init.rehearsalCode,
  });
  const desk = await openDesk({
    ...{ init, facts, engine, recoder, actionLog, nowMs, monotonicNow, log },
    ...{ epoch, readiness, plan, ledger, journal, networks, measures, alarms, recountOf, curves },
    show: showNow,
    barrier: edges.barrier,
    evidenceOf: evidenceDesk({ room: evidenceRoom, show }),
    onCodeUsed: options.onCodeUsed,
    onSessions: options.onSessions,
  });

  if (init.undecidedCode !== null) {
    const isTaken = await isCodeTaken(init.undecidedCode, init.newShow || !hadJournal ? null : journal);
    options.onRecodeDecided(init.undecidedCode.id, isTaken);
  }
  clockKeeper.tellAnchor();
  await engine.takeOrders(init.orders);
  // Those that the journal has after all are held no longer.
  if (init.orders.length > engine.orders.length) follower.orders([...engine.orders]);
  desk.tellEachOf(await beginShow({ init, engine, isFresh: wasFresh, early, nowMs, alarm, log }));
  await ledgerWatch.start();
  follower.start({ clock: clockKeeper, timers, closer, recoder, desks: desk.gateway }, show());
  alarms.open(async (raised, stands) => (await engine.raise(raised, stands)).status === 'accepted');
  const takeAlarm = (raised: PartAlarm): void => alarms.take(raised, () => options.onAlarmsTaken([raised.id]));
  for (const raised of init.alarms) takeAlarm(raised);
  const { damagedSnapshots } = journal.loaded;
  for (const [code, why] of firstAlarms(show(), { anchorLost: init.anchorLost, damagedSnapshots })) alarm(code, why);
  const vitalsFor = (roles: Who['roles']) => desk.answers.vitalsFor(roles);
  curves.recorder.sample(vitalsFor(['verifier']));
  await edges.open(parts.openBackplane, {
    publicStates: () => board.states(AUDIENCE),
    measures: () => measures.message(),
    onOrders: (orders) => engine.takeOrders(orders),
  });
  const port = await desk.listen();
  const beat = new Beat({
    ...{ edges, spread, board, show: showNow, curves, vitalsFor, alarm },
    clock: clockKeeper,
    desks: desk.gateway,
    lease: { of: lease, epoch, nowMs },
    onFenced: options.onFenced,
  });
  beat.start();

  return {
    port,
    sessions: desk.sessions,
    audienceIsAt(url) {
      facts.audienceUrl = url;
      desk.gateway.refresh();
    },
    audienceExpected: () => show().audience,
    edgesAre(next) {
      plan.now = next;
    },
    takeAlarm,
    recodePrepared: (id, refusal) => recoder.prepared(id, refusal),
    recoded(id, code) {
      facts.rehearsalCode = code;
      desk.gateway.refresh();
      recoder.recoded(id);
    },
    notice: ({ code, message, level }) => desk.gateway.notice({ code, message, level, atMs: nowMs() }),
    async close() {
      for (const part of [beat, disk, alarms, board, timers, steps, ledgerWatch]) part.stop();
      await desk.close();
      await evidenceRoom.close();
      await actionLog.close();
      await engine.close();
      await edges.close();
      await ledger.close();
      await curves.close();
      await lease.release(epoch);
    },
  };
}
