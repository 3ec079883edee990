/** Puts the core together: engine, ballot box, backplane, public board, timers, vitals and the desk port. */
import { existsSync, rmSync } from 'node:fs';
import type { Logger } from 'pino';
import { laneOf } from '../../shared/domain/cue-rules.ts';
import { type CoreFacts, deskState } from '../../shared/domain/desk-view.ts';
import type { Who } from '../../shared/domain/roles.ts';
import { currentRun, EMPTY_SHOW, isCalm, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import { sinceMs } from '../../shared/domain/time.ts';
import type { Command } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { type Mode, runIdOf } from '../../shared/protocol/ids.ts';
import type { ClockAnchor, CodeChange, CoreInit, PartAlarm, SessionBook } from '../../shared/protocol/process.ts';
import type { Notice, Vitals } from '../../shared/protocol/vitals.ts';
import { actionDoor, MAX_ACTIONS_PER_DESK } from '../actionlog/action-door.ts';
import { openActionLog } from '../actionlog/action-log.ts';
import { ActionSettler } from '../actionlog/action-settler.ts';
import { isLiving, viewersOn, vouchedViewers } from '../backplane/linked-edge.ts';
import { openBallotBox } from '../ballotbox/open-ballot-box.ts';
import { openCurves } from '../curves/curves.ts';
import { commandDoor } from '../desk/command-door.ts';
import { Connections, connectionRoom, TAKEN_WITHIN_MS, TOKEN_WITHIN_MS } from '../desk/connections.ts';
import { deskAudience } from '../desk/desk-audience.ts';
import { openGateway } from '../desk/gateway.ts';
import { deskHttp } from '../desk/http.ts';
import { Sessions } from '../desk/sessions.ts';
import { evidenceDesk } from '../evidence/evidence-desk.ts';
import { openEvidenceRoom } from '../evidence/evidence-room.ts';
import { openJournal } from '../journal/journal.ts';
import { monotonicNow } from '../process/clocks.ts';
import { descriptorLimit } from '../process/descriptor-limit.ts';
import { bootId } from '../process/process-identity.ts';
import type { Waits } from '../show/barrier.ts';
import { CoreClock, lastClockSet, SYSTEM_CLOCKS } from '../show/core-clock.ts';
import { type Applied, Engine } from '../show/engine.ts';
import { PublicBoard } from '../show/public-board.ts';
import { Recoder } from '../show/recoder.ts';
import { readable, recounter, recountMatches } from '../show/recount.ts';
import { RunCloser } from '../show/run-closer.ts';
import { Timers } from '../show/timers.ts';
import { dataFilesIn } from '../storage/data-folder.ts';
import { Alarms } from './alarms.ts';
import { CoreEdges } from './core-edges.ts';
import { FullEdges } from './full-edges.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { MeasuresWatch } from './measures.ts';
import { coreMetrics } from './metrics.ts';
import { NetworkWatch } from './network-watch.ts';
import { capacityOf, freeBytesAt, type PreflightInput, preflight } from './preflight.ts';
import { restoredSentence } from './restored.ts';
import { ReturnSpread } from './return-spread.ts';
import { importNoticeOf, readShow, setOldShowAside } from './show-import.ts';
import { shownEntry } from './shown-entry.ts';
import { VitalsMaker } from './vitals.ts';

type AlarmSeen = Extract<Command, { type: 'alarm.seen' }>;

const VITALS_MS = 250;
const DISK_CHECK_MS = 5_000;
/** A session that ends while its desk is connected ends within this. */
const SESSION_CHECK_MS = 60_000;
/** A clock that is this far off is being slewed, or nearly right; one further off has been set. */
const SLEWED_MS = 500;
/** The degradation level: normal, as long as nothing drives it. */
const LEVEL = 0;

export interface CoreOptions {
  init: CoreInit;
  log: Logger;
  onAlarm: (code: string, message: string) => void;
  onCodeUsed: (code: string) => void;
  /** Somebody wants the edges restarted, one by one. */
  onRestartEdges: (reason: string) => void;
  /** The rehearsal is to get a new code: the supervisor puts it on disk. */
  onRecode: (change: CodeChange) => void;
  /** Whether that one is to be in force. */
  onRecodeDecided: (id: string, accepted: boolean) => void;
  /** What outlives this core, for the next one. */
  onOrders: (orders: HeldOrder[]) => void;
  onSessions: (book: SessionBook) => void;
  onAnchor: (anchor: ClockAnchor) => void;
  onEpoch: (epoch: number) => void;
  /** These alarms of the supervisor's are in the journal. */
  onAlarmsTaken: (ids: string[]) => void;
  /** Another core writes the journal: this one has to end at once. */
  onFenced: (message: string) => void;
}

/** What the supervisor has decided about the edges, and what it is doing with them. */
export interface EdgePlan {
  expected: number;
  why: string | null;
  restarting: boolean;
}

export interface Core {
  /** What the desk port listens on. */
  port: number;
  sessions: Sessions;
  /** The edges have found their port. */
  audienceIsAt(url: string): void;
  /** Viewers that the show expects, or null. */
  audienceExpected(): number | null;
  edgesAre(plan: EdgePlan): void;
  /** An alarm of the supervisor's, for every desk. */
  takeAlarm(alarm: PartAlarm): void;
  notice(notice: Omit<Notice, 'atMs'>): void;
  /** A new rehearsal code is on disk, or why it can't be. */
  recodePrepared(id: string, refusal: string | null): void;
  /** The rehearsal has this code. */
  recoded(id: string, rehearsalCode: string): void;
  close(): Promise<void>;
}

/**
 * Starts the core on its data folder and returns when the desk port listens.
 *
 * @throws JournalRefused, StorageError with a sentence when a file can't be used
 */
export async function startCore(options: CoreOptions): Promise<Core> {
  const { init, log, onAlarm, onCodeUsed, onRestartEdges, onAnchor, onEpoch, onAlarmsTaken } = options;
  const files = dataFilesIn(init.dataDir);
  const hadJournal = existsSync(files.journal);
  const clock = new CoreClock(SYSTEM_CLOCKS, { anchor: init.anchor, bootId: bootId() });
  const nowMs = () => clock.nowMs();
  // Before anything is made or put aside: a file that can't be used leaves everything as it was.
  const early = init.newShow || !hadJournal ? showToImport(init) : null;
  if (init.newShow) setOldShowAside(files, nowMs());

  const ledgers = { live: files.ledgerLive, rehearsal: files.ledgerRehearsal };
  let showNow = (): ShowState => EMPTY_SHOW;
  const alarms = new Alarms({
    nowMs,
    onAlarm,
    show: () => showNow(),
    journal: async (alarm, stands) => (await engine.raise(alarm, stands)).status === 'accepted',
  });
  // Each has a thread that loads and looks through its file: side by side they take half the time that viewers wait.
  const [journal, box, curves, actionLog, freeBytesAtStart] = await Promise.all([
    openJournal(files.journal, init.epoch),
    openBallotBox({ ledgers, now: nowMs }),
    openCurves({
      path: files.series,
      nowMs,
      show: () => engine.state,
      alarm: (code, message) => alarms.raise(code, message),
    }),
    openActionLog({
      path: files.browserLog,
      maxPerDesk: MAX_ACTIONS_PER_DESK,
      onTrouble: (message) => alarms.raise('browser-log', message),
    }),
    freeBytesAt(init.dataDir),
  ]);
  const { epoch } = journal.loaded;
  onEpoch(epoch);
  clock.takeJournaled(lastClockSet(journal.loaded), init.anchor);
  const evidenceRoom = openEvidenceRoom({ ledgers, journal: files.journal, dir: init.runtimeDir, nowMs });
  const ledgerWatch = new LedgerWatch({
    box,
    journal,
    show: () => engine.state,
    files: { journal: files.journal, ledgers },
    alarm: (code, message) => alarms.raise(code, message),
  });
  const recountOf = recounter({
    box,
    runOf: (runId) => engine.state.runs[runId],
    known: (run) => ledgerWatch.known(run),
    isOfAnother: (mode) => ledgerWatch.isOfAnother(mode),
  });
  let plan: EdgePlan = { expected: init.edgesExpected, why: init.edgesWhy, restarting: init.edgesRestarting };
  let freeBytes = freeBytesAtStart;
  /** Edges and desks are told; before that, a show is only being put together. */
  let isUp = false;
  let isSettingClock = false;
  let importNotice: Notice | null = null;

  const engine: Engine = new Engine({
    journal,
    epoch,
    nowMs,
    monotonicNow,
    formerTimes: () => clock.formerTimes(),
    world: () => ({
      preflight: preflight(facts()),
      identityConnected: false,
      edgesRestarting: plan.restarting,
      alarms: alarms.list().map(({ id }) => id),
    }),
    recountMatches: async (runId) => {
      const run = engine.state.runs[runId];
      const recount = run === undefined ? null : await readable(recountOf(run));
      return recount !== null && recountMatches(recount);
    },
    onApplied: (applied) => onApplied(applied),
    onFenced: options.onFenced,
    onOrders: (orders) => onOrders([...orders]),
    onHeld: ({ before, after }) => {
      if (isUp) follow(before, after);
    },
  });
  showNow = () => engine.state;
  let { rehearsalCode } = init;
  const recoder = new Recoder({
    engine: () => engine,
    nowMs,
    ask: options.onRecode,
    decide: options.onRecodeDecided,
  });
  const wasFresh = engine.state.revision === 0;
  try {
    await ledgerWatch.mayStart();
  } catch (error) {
    await Promise.all([journal, box, curves, actionLog].map((part) => part.close()));
    // Who puts the right one back must not find the log of an empty one beside it.
    if (!hadJournal) rmSync(files.journal, { force: true });
    throw error;
  }
  const restored = wasFresh ? null : restoredSentence(engine.state, journal.loaded.entries.length);

  const networks = new NetworkWatch((code, message) => alarms.raise(code, message));
  const edges: CoreEdges = new CoreEdges({
    epoch,
    edgesExpected: () => plan.expected,
    nowMs,
    monotonicNow,
    box,
    show: () => engine.state,
    publicStates: () => board.states(),
    measures: () => measures.message(),
    orders: () => [...engine.orders],
    onOrders: (orders) => engine.takeOrders(orders),
    onSpent: (told) => networks.heard(told, monotonicNow()),
    log,
  });
  const measures: MeasuresWatch = new MeasuresWatch({ level: () => LEVEL, links: () => edges.links(), monotonicNow });
  const spread = new ReturnSpread();
  const board: PublicBoard = new PublicBoard({
    epoch,
    nowMs,
    monotonicNow,
    measures: () => measures.now,
    spread,
    liveTally: (runId) => box.live(runId)?.tally ?? null,
    send: (state, now) => edges.sendState(state, now),
  });
  const closer = new RunCloser({
    engine: () => engine,
    barrier: edges.barrier,
    box,
    recountOf,
    isThere: (run) => ledgerWatch.isThere(run),
    alarm: (code, message) => alarms.raise(code, message),
    log,
  });
  const timers = new Timers({ nowMs, onDue: (deadline) => closer.onDue(deadline) });

  function facts(): PreflightInput {
    const links = edges.links();
    return {
      nowMs: nowMs(),
      now: monotonicNow(),
      journalError: engine.journalError,
      box: box.vitals(),
      freeBytes,
      driftMs: clock.driftMs(),
      edges: links,
      edgesExpected: plan.expected,
      edgesWhy: plan.why,
      rulesRev: edges.rulesRev,
      expectedViewers: engine.state.audience,
      online: vouchedViewers(links, edges.formerJoins()),
      ledger: ledgerWatch.check(engine.state.mode),
    };
  }

  function follow(before: ShowState | null, after: ShowState): void {
    const isTurned = measures.follow(after.switches);
    edges.spreadRules(before, after);
    board.post(after);
    if (isTurned) edges.sendMeasures(measures.message());
    timers.follow(after);
    closer.follow(before, after);
  }

  function onOrders(orders: HeldOrder[]): void {
    options.onOrders(orders);
    edges.sendOrders(orders);
    // How many there are, and what they did, stands in no journal entry that desks are told.
    if (isUp) gateway?.refresh();
  }

  function onApplied(applied: Applied): void {
    const { type, command, answer, seq, commandId } = applied.entry;
    box.journalIs({ seq, commandId });
    if (type === 'system.clock' && answer.status === 'accepted') setClock((command as { byMs: number }).byMs);
    if (type === 'alarm.seen' && answer.status === 'accepted') alarms.seen((command as AlarmSeen).payload.id);
    if (isUp) follow(applied.before, applied.after);
    if (type === 'rehearsal.recode' && answer.status === 'accepted') recoder.journaled(applied.entry.actor, commandId);
    const reason = restartReason(applied);
    if (reason !== null) {
      // Said here and not only when the supervisor says it: a second command may be next in the queue.
      plan = { ...plan, restarting: true };
      onRestartEdges(reason);
    }
    gateway?.applied(applied);
  }

  const sessions = new Sessions({
    deskTokens: init.deskTokens,
    sessionSecret: init.sessionSecret,
    codes: init.codes,
    onCodeUsed,
    book: init.sessions,
    onBook: options.onSessions,
    monotonicNow,
  });
  const door = commandDoor({ engine: recoder, nowMs, monotonicNow });
  const monotonicMs = () => performance.now();
  const settler = new ActionSettler(
    {
      nowMs: monotonicMs,
      lookup: ({ actor, desk, id }) => engine.lookup({ actor, roles: [], source: desk }, id),
      write: ({ desk }, outcome) => actionLog.keep(desk, { kind: 'outcome', outcome }),
      onTrouble: (error) => log.warn({ err: error }, 'actions of browser desks wait to be settled'),
    },
    actionLog.leftOpen,
  );
  const actions = actionDoor({ log: actionLog, settler, monotonicNow });
  const vitalsMaker = new VitalsMaker();
  const vitalsFor = (roles: Who['roles']): Vitals => {
    const input = facts();
    return vitalsMaker.make(
      {
        nowMs: input.nowMs,
        now: input.now,
        epoch,
        level: measures.now.level,
        show: engine.state,
        links: input.edges.filter((link) => link.left || isLiving(link, input.now)),
        edgesExpected: plan.expected,
        edgesRestarting: plan.restarting,
        desks: gateway?.desks() ?? 0,
        liveCount: (runId) => box.live(runId),
        ballotsFrom: (runId) => box.networks(runId),
        networks,
        switches: measures.vitals(),
        pendingAt: (link) => measures.pendingAt(link),
        preflight: preflight(input),
        capacity: capacityOf(input),
        alarms: alarms.list(),
        waitsFor: (runId) => waitsFor(edges.barrier.waits(runId), input),
        box: box.vitals(),
      },
      roles,
    );
  };
  let audienceUrl = init.networkUrl ?? init.audienceUrl;
  const coreFacts = (): CoreFacts => ({
    restored,
    viewerUrl: viewerUrl({ base: init.publicUrl ?? audienceUrl, mode: engine.state.mode, code: rehearsalCode }),
    level: measures.now.level,
    inForce: measures.inForce(),
    unjournaled: engine.orders.length,
  });
  let port = init.deskPort;
  const metrics = coreMetrics();
  const evidenceOf = evidenceDesk({ room: evidenceRoom, show: () => engine.state });
  const address = () => ({ host: init.deskHost, port });
  const http = await deskHttp({
    address,
    sessions,
    connections: () => connections,
    door,
    lookup: (who, id) => engine.lookup(who, id),
    state: (who) =>
      deskState(engine.state, { roles: deskAudience(who.roles).roles, serverNowMs: nowMs(), facts: coreFacts() }),
    vitals: (who) => vitalsFor(deskAudience(who.roles).roles),
    log: async (who, { after, limit }) => {
      const { entries, next } = await journal.page(after, limit);
      const shown = entries.map((entry) => shownEntry(entry, who.roles, engine.state));
      return { entries: shown, ...(next === null ? {} : { next }) };
    },
    actions: (who, wanted) => actions.page(who, wanted),
    recount: async (who, { pollId, round }) => {
      const { state } = engine;
      const run = round === null ? currentRun(state, pollId) : state.runs[runIdOf(pollId, state.mode, round)];
      if (!run || laneOf(run.text.kind) === null) return null;
      return seesCounts(run, who) ? recountOf(run) : 'hidden';
    },
    evidence: (who, wish) => evidenceOf(who.roles, wish),
    series: (who, wish) => curves.desk.traffic(who.roles, wish),
    runSeries: (who, wish) => curves.desk.run(who.roles, wish),
    metrics: (who) => metrics(vitalsFor(deskAudience(who.roles).roles)),
    onSessionsEnded: async (who, ended) => {
      gateway?.leaveWithoutToken();
      await engine.note('session.end', who, ended);
    },
    monotonicNow,
    onSession: (who) => engine.note('session.open', who, { source: who.source, roles: who.roles }),
    pageDir: init.deskPageDir,
  });
  await http.ready();
  const connections = new Connections({
    server: http.server,
    room: connectionRoom(descriptorLimit()),
    tokenWithinMs: TOKEN_WITHIN_MS,
    takenWithinMs: TAKEN_WITHIN_MS,
    monotonicNow,
  });
  const gateway: ReturnType<typeof openGateway> | undefined = openGateway({
    server: http.server,
    address,
    connections,
    sessions,
    door,
    actions,
    nowMs,
    monotonicNow,
    show: () => engine.state,
    facts: coreFacts,
    importNotice: () => importNotice,
    log,
  });

  if (init.undecidedCode !== null) await decideCode(init.undecidedCode);
  tellAnchor();
  await engine.takeOrders(init.orders);
  // Those that the journal has after all are held no longer.
  if (init.orders.length > engine.orders.length) onOrders([...engine.orders]);
  if (wasFresh) {
    // A journal without a show: the last core ended while it imported.
    const { show, warnings } = early ?? showToImport(init);
    await engine.importShow(show, init.mode ?? 'rehearsal');
    log.info({ title: show.title, cues: show.cues.length }, 'show imported');
    importNotice = importNoticeOf(warnings, nowMs());
  } else if (init.mode !== null && init.mode !== engine.state.mode) {
    const answer = await engine.setMode(init.mode);
    if (answer.status === 'refused')
      alarms.raise('mode-busy', `The mode stays ${engine.state.mode}: ${answer.message}`);
  }
  await ledgerWatch.start();
  isUp = true;
  follow(null, engine.state);
  alarms.open();
  for (const alarm of init.alarms) takeAlarm(alarm);
  if (init.anchorLost !== null && !isStill(engine.state)) alarms.raise('anchor-lost', init.anchorLost);
  const { damagedSnapshots } = journal.loaded;
  if (damagedSnapshots.length > 0) {
    const which = damagedSnapshots.join(' and ');
    const message = `Part of the journal is damaged: its snapshot ${which} can't be read. The show was put together from the entries before and after, and nothing is lost; look after the disk.`;
    alarms.raise('journal-snapshot', message);
  }
  curves.recorder.sample(vitalsFor(['verifier']));
  await edges.open(init.backplanePath);
  await http.listen({ host: init.deskHost, port: init.deskPort });
  const bound = http.server.address();
  port = typeof bound === 'object' && bound !== null ? bound.port : init.deskPort;

  /**
   * A core died, or the whole server, between the two halves of a new rehearsal code. Where the journal that knows has been put
   * aside it is the new one: somebody wanted the old one to end.
   */
  async function decideCode({ id, actor, commandId }: CodeChange): Promise<void> {
    const answer = init.newShow || !hadJournal ? null : await journal.answerTo(actor, commandId);
    options.onRecodeDecided(id, init.newShow || !hadJournal || answer?.status === 'accepted');
  }

  /** Core time goes on as this core knew it, whatever becomes of it. */
  function tellAnchor(): void {
    onAnchor(clock.anchor());
  }

  function setClock(byMs: number): void {
    clock.shift(byMs);
    edges.sendClock(byMs);
    timers.rearm();
    tellAnchor();
  }

  /**
   * While nothing runs on it, core time is the wall's. It follows a clock that is slewed without a word; what was set by more is
   * journaled, so that pins which are still to go back keep the time that is left to them, over a restart too.
   */
  function followWall(): void {
    const byMs = clock.wantedShiftMs();
    if (byMs === 0 || isSettingClock || !isCalm(engine.state)) return;
    if (Math.abs(byMs) <= SLEWED_MS) {
      setClock(byMs);
      return;
    }
    isSettingClock = true;
    void engine.step({ type: 'system.clock', byMs, anchor: clock.anchorShifted(byMs) }).finally(() => {
      isSettingClock = false;
      tellAnchor();
    });
  }

  function takeAlarm(alarm: PartAlarm): void {
    alarms.take(alarm, () => onAlarmsTaken([alarm.id]));
  }

  let toldInForce = '';
  /** What edges have confirmed stands in no journal entry, and snapshots say it. */
  function tellWhatIsInForce(): void {
    const inForce = measures.inForce().join();
    if (inForce === toldInForce) return;
    toldInForce = inForce;
    gateway?.refresh();
  }

  const fullEdges = new FullEdges((code, message) => alarms.raise(code, message));
  const beat = setInterval(() => {
    const event = clock.check();
    if (event?.kind === 'suspended') {
      edges.sendClock(event.byMs);
      timers.rearm();
      alarms.raise(
        'suspended',
        `The machine slept for ${(event.byMs / 1000).toFixed(1)} s. Look at what should have happened meanwhile.`,
      );
    } else if (event?.kind === 'uptime-odd') {
      log.warn({ byMs: event.byMs }, 'the uptime jumped, and nothing slept');
      alarms.raise(
        'uptime-odd',
        'The time since the machine started jumped, and its clock knows of no sleep. Deadlines keep their time; should it have slept after all, they end later by as long.',
      );
    } else if (event) {
      alarms.raise(
        'clock-stepped',
        `The machine's clock was set by ${(event.byMs / 1000).toFixed(1)} s. Running deadlines keep their time.`,
      );
    }
    // One that is told while the journal takes another would look newer than that, and not know that core time was set.
    if (event !== null && !isSettingClock) tellAnchor();
    followWall();
    fullEdges.follow(edges.links());
    spread.follow(Math.max(0, ...edges.links().map(viewersOn)), monotonicMs());
    board.post(engine.state);
    curves.recorder.sample(vitalsFor(['verifier']));
    gateway?.vitals((audience) => vitalsFor(audience.roles));
    tellWhatIsInForce();
  }, VITALS_MS);
  const disk = setInterval(() => void freeBytesAt(init.dataDir).then((bytes) => (freeBytes = bytes)), DISK_CHECK_MS);

  const sessionCheck = setInterval(() => gateway?.leaveWithoutToken(), SESSION_CHECK_MS);

  return {
    port,
    sessions,
    audienceIsAt(url) {
      audienceUrl = url;
      gateway?.refresh();
    },
    audienceExpected: () => engine.state.audience,
    edgesAre(next) {
      plan = next;
    },
    takeAlarm,
    recodePrepared: (id, refusal) => recoder.prepared(id, refusal),
    recoded(id, code) {
      rehearsalCode = code;
      gateway?.refresh();
      recoder.recoded(id);
    },
    notice: ({ code, message, level }) => gateway?.notice({ code, message, level, atMs: nowMs() }),
    async close() {
      for (const timer of [beat, disk, sessionCheck]) clearInterval(timer);
      alarms.stop();
      board.stop();
      timers.stop();
      closer.stop();
      ledgerWatch.stop();
      connections.close();
      await gateway?.close();
      await http.close();
      await evidenceRoom.close();
      settler.stop();
      await actionLog.close();
      await engine.close();
      await edges.close();
      await box.close();
      await curves.close();
    },
  };
}

/** An empty folder gets the show file's show, or an empty one. */
function showToImport({ showFile }: CoreInit): ReturnType<typeof readShow> {
  return showFile === null ? { show: { title: 'Untitled show', cues: [] }, warnings: [] } : readShow(showFile);
}

/** Why the edges are to be restarted; null when that is not what happened. */
function restartReason({ entry }: Applied): string | null {
  if (entry.type !== 'edges.restart' || entry.answer.status !== 'accepted') return null;
  const { actor, command } = entry;
  const reason = (command as Extract<Command, { type: 'edges.restart' }>).payload.reason;
  return `by ${actor}: ${reason}`;
}

/** The page for viewers of this mode; null until the audience port is known. */
function viewerUrl({ base, mode, code }: { base: string | null; mode: Mode; code: string }): string | null {
  if (base === null) return null;
  return mode === 'rehearsal' ? `${base}/?code=${encodeURIComponent(code)}` : `${base}/`;
}

/** What the end of a run waits for, as people are told it. */
function waitsFor(waits: Waits | null, { nowMs, now }: Pick<PreflightInput, 'nowMs' | 'now'>) {
  return waits === null ? null : { edges: waits.edges, untilMs: Math.ceil(nowMs + sinceMs(waits.until, now)) };
}

/** Nothing at all waits for a time. */
function isStill(state: ShowState): boolean {
  return isCalm(state) && !Object.values(state.switches).some(({ revertsAtMs }) => revertsAtMs !== null);
}

function seesCounts(run: Run, who: Who): boolean {
  return run.visibility.desk === 'counts' || who.roles.includes('verifier');
}
