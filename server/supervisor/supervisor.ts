/*
 * Longer than 300 lines because it is where core, edges and whoever looks after them meet: its parts are files of their own, and what
 * is left is who tells whom.
 */
import { randomBytes } from 'node:crypto';
import { chooseEdges } from '../../shared/domain/edge-count.ts';
import { Role } from '../../shared/protocol/commands.ts';
import type { CoreInit, EdgeInit, Pids, ReadyEvent, RunFile, ServerEvent } from '../../shared/protocol/process.ts';
import { ControlSocket } from './control-socket.ts';
import { DeskCodes } from './desk-codes.ts';
import { EdgeFleet } from './edge-fleet.ts';
import { EdgesRestart } from './edges-restart.ts';
import { ordersLostSentence } from './orders-file.ts';
import { ParentWatch } from './parent-watch.ts';
import { Part, type PartNews } from './part.ts';
import { RaisedAlarms } from './raised-alarms.ts';
import { Recoding } from './recoding.ts';
import type { SupervisorOptions } from './supervisor-options.ts';
import { networkUrl, urlOf } from './urls.ts';
import { within } from './within.ts';

/**
 * Where all processors are busy, the core goes first: it is one process that everybody's answers come from, and edges are many.
 * One that is five steps nicer gets a third of the time.
 */
const EDGE_NICENESS = 5;

/** So long a disk that hangs may hold up the end. */
const LOG_ENDS_WITHIN_MS = 1_000;

const secret = () => randomBytes(32).toString('base64url');

/** The parent of core and edges: starts them, starts them again, and leaves nothing when it stops. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #core: Part;
  readonly #edges: EdgeFleet;
  readonly #edgesRestart: EdgesRestart;
  readonly #recoding: Recoding;
  readonly #codes = new DeskCodes();
  readonly #control: ControlSocket;
  readonly #controlToken = secret();
  readonly #deskTokens = Object.fromEntries(Role.options.map((role) => [role, secret()])) as Record<Role, string>;
  readonly #sessionSecret = secret();
  readonly #parents: ParentWatch;
  readonly #alarms: RaisedAlarms;
  readonly #startedAtMs = Date.now();
  #deskPort: number;
  #audiencePort: number;
  #audienceUrl: string | null = null;
  #audienceExpected: number | null = null;
  /** Decided once the core has told the show. */
  #edgeChoice: { edges: number; why: string } | null = null;
  #coreStarts = 0;
  #coreWasReady = false;
  #ready: ReadyEvent | null = null;
  #readyIsTold = false;
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { settings, world, runtime, machine, keys, log } = options;
    this.#deskPort = settings.deskPort;
    this.#audiencePort = settings.audiencePort;
    this.#core = this.#part('core', 'core', (port) => this.#coreReady(port));
    this.#edges = new EdgeFleet({
      newPart: (edgeId, onReady) => this.#part('edge', edgeId, onReady),
      onReady: (port) => this.#edgeReady(port),
      onReplaced: () => this.#restarted('edge'),
      leaveMs: world.edgeLeaveMs,
      successorMs: world.successorMs,
      sharesPort: machine.sharesPort,
    });
    this.#edgesRestart = new EdgesRestart({
      fleet: this.#edges,
      keys,
      isReady: () => this.#ready !== null,
      isStopping: () => this.#stopping,
      onChange: () => this.#core.send({ t: 'edges', ...this.#edgesFacts() }),
      notice: (code, level, message) => {
        log.own[level]({ code }, message);
        this.#core.send({ t: 'notice', code, level, message });
      },
      onFailure: (message) => this.#alarms.tellDesks('edges-not-restarted', message),
    });
    this.#recoding = new Recoding({
      keys,
      fleet: this.#edges,
      send: (message) => this.#core.send(message),
      onNewCode: (code) => this.#tellCode(code),
    });
    this.#alarms = new RaisedAlarms({
      log: log.own,
      tell: (event) => this.#tell(event),
      send: (message) => this.#core.send(message),
    });
    this.#parents = new ParentWatch(world.parentGraceMs, () => {
      log.own.warn('nobody is left for whom this server runs');
      void this.stop(0);
    });
    this.#control = new ControlSocket({
      path: runtime.controlPath,
      token: this.#controlToken,
      ready: () => this.#ready,
      mintCode: (role) => this.#mintCode(role),
      onOwner: (connection) => this.#parents.present(connection),
      onOwnerGone: (connection) => this.#parents.gone(connection),
      onRestartEdges: (rotateKey) => this.#edgesRestart.begin('asked for over the control socket', rotateKey),
      onStop: () => void this.stop(0),
    });
  }

  /** The process that started this one counts as a parent for as long as it is there. */
  get parents(): ParentWatch {
    return this.#parents;
  }

  get alarms(): RaisedAlarms {
    return this.#alarms;
  }

  async start(): Promise<void> {
    try {
      await this.#control.listen();
    } catch (error) {
      const why = `The control socket ${this.#options.runtime.controlPath} can't be opened (${(error as Error).message}).`;
      this.#cannotGoOn('supervisor', 'control-socket', why);
      return;
    }
    this.#core.start();
  }

  /** Ends everything, edges first; the first call decides the exit code. */
  async stop(code: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    try {
      await this.#leave(code);
    } finally {
      // Whoever asked for the end gets it, whatever has failed on the way there.
      this.#options.onStopped(code);
    }
  }

  async #leave(code: number): Promise<void> {
    const { world, runtime, ownFiles, memory, log } = this.#options;
    this.#parents.stop();
    await this.#edges.stop();
    await this.#core.stop(world.coreLeaveMs);
    // Nothing of ours may be in the way of whoever starts a server as soon as they hear that this one has stopped.
    await ownFiles.end().catch((err) => log.own.warn({ err }, 'something of this server stays in the data folder'));
    const lost = memory.unwrittenOrders;
    if (lost.length > 0) this.#alarms.tellEvent('supervisor', 'orders-lost', ordersLostSentence(lost));
    this.#tell({ event: 'stopped', code });
    await this.#control.close();
    runtime.remove();
    log.own.info({ code }, 'stopped');
    await within(LOG_ENDS_WITHIN_MS, log.close());
  }

  /** Edges are replaced one by one while the show goes on. @param why as in the notice: "asked for by SIGHUP" */
  restartEdges(why: string): void {
    this.#edgesRestart.begin(why, false);
  }

  /** Starts parts again, the core first: for sources that have changed. One that is stopping stays stopped. */
  async restartParts(which: 'core' | 'edges' | 'all'): Promise<void> {
    const { world, log } = this.#options;
    log.own.info({ which }, 'starting parts again');
    if (which !== 'edges' && !this.#stopping) await this.#core.restart(world.coreLeaveMs);
    if (which === 'core') return;
    if (!this.#edgesRestart.underWay) await this.#edges.restartInPlace(() => this.#stopping);
  }

  #part(what: 'core' | 'edge', name: string, onReady: (port: number) => void): Part {
    const { log, world } = this.#options;
    return new Part({
      name,
      what,
      niceness: what === 'core' ? 0 : EDGE_NICENESS,
      standbyAfterMs: what === 'core' ? world.standbyAfterMs : null,
      command: what === 'core' ? world.coreCommand : world.edgeCommand,
      init: () => (what === 'core' ? this.#coreInit() : this.#edgeInit(name)),
      silence: world.silence,
      onReady: (port) => {
        if (!this.#stopping) onReady(port);
      },
      onMessage: (message) => this.#heard(message),
      mayEnd: () => this.#ready === null,
      onFatal: (code, message) => this.#cannotGoOn(name, code, message),
      onAlarm: ({ code, message, isEvent, isNews }) => {
        if (isEvent) this.#alarms.tellEvent(name, code, message);
        if (isNews) this.#alarms.tellDesks(code, message);
      },
      onOutput: (line) => log.partLine(name, line),
      onLife: (event, facts) => log.own.info(facts, event),
      onSpawn: () => this.#notePids(),
    });
  }

  #heard(message: PartNews): void {
    switch (message.t) {
      case 'code-used':
        this.#codes.used(message.code);
        break;
      case 'alarm':
        this.#tell({ event: 'alarm', code: message.code, message: message.message });
        break;
      case 'show':
        this.#audienceExpected = message.audience;
        break;
      case 'restart-edges':
        this.restartEdges(message.reason);
        break;
      case 'recode':
      case 'recode-decided':
        this.#recoding.heard(message);
        break;
      case 'alarms-taken':
        this.#alarms.taken(message.ids);
        break;
      case 'orders':
      case 'epoch':
      case 'anchor':
      case 'sessions':
        this.#options.memory.heard(message);
        break;
    }
  }

  #cannotGoOn(child: string, code: string, message: string): void {
    this.#alarms.tellEvent(child, code, message);
    void this.stop(1);
  }

  /** What must not keep the rest from being done. */
  #inAnyCase(what: string, work: () => void): void {
    try {
      work();
    } catch (err) {
      this.#options.log.own.warn({ err }, `can't ${what}`);
    }
  }

  #tell(event: ServerEvent): void {
    this.#options.announce(event);
    this.#control.broadcast(event);
  }

  /** Before the server is ready, its first event tells the code. */
  #tellCode(rehearsalCode: string): void {
    if (this.#ready === null) return;
    this.#ready = { ...this.#ready, rehearsalCode };
    if (this.#readyIsTold) this.#tell({ event: 'rehearsal-code', rehearsalCode });
  }

  #pids(): Pids {
    return { supervisor: process.pid, core: this.#core.pid, edges: this.#edges.pids };
  }

  #notePids(): void {
    this.#options.ownFiles.noteParts([this.#core, ...this.#edges.parts].flatMap((part) => part.pids));
  }

  #mintCode(role: Role): string {
    const code = this.#codes.mint(role);
    this.#core.send({ t: 'code', code });
    return code.code;
  }

  #coreInit(): CoreInit {
    const { files, settings, showFile, newShow, keys, runtime, pages, memory } = this.#options;
    this.#coreStarts++;
    this.#inAnyCase('make the folder of the sockets anew', () => runtime.ensure());
    return {
      t: 'init',
      part: 'core',
      dataDir: files.dir,
      backplanePath: runtime.backplanePath,
      deskHost: settings.deskHost,
      deskPort: this.#deskPort,
      // Once a core has been ready, the folder holds the show, and its mode may have been switched since.
      showFile: this.#coreWasReady ? null : showFile,
      newShow: newShow && this.#coreStarts === 1,
      mode: this.#coreWasReady ? null : settings.mode,
      deskTokens: this.#deskTokens,
      sessionSecret: this.#sessionSecret,
      codes: this.#codes.unused(),
      rehearsalCode: keys.codes.rehearsalCode,
      undecidedCode: keys.undecided,
      edgesExpected: this.#edgesFacts().expected,
      edgesWhy: this.#edgesFacts().why,
      edgesRestarting: this.#edgesFacts().restarting,
      audienceUrl: this.#audienceUrl,
      networkUrl: this.#networkUrl(),
      publicUrl: settings.publicUrl,
      deskPageDir: pages.deskPageDir,
      ...memory.nextInit(),
      alarms: this.#alarms.untaken,
      runtimeDir: runtime.dir,
    };
  }

  #edgeInit(edgeId: string): EdgeInit {
    const { settings, keys, runtime, pages, machine, memory } = this.#options;
    return {
      t: 'init',
      part: 'edge',
      edgeId,
      backplanePath: runtime.backplanePath,
      host: settings.audienceHost,
      port: this.#audiencePort,
      // Also where there is one: its successor listens beside it.
      reusePort: machine.sharesPort,
      keys: keys.signing,
      ...keys.codes,
      trustedProxies: settings.trustedProxies,
      anchor: memory.anchor,
      audiencePageDir: pages.audiencePageDir,
    };
  }

  #networkUrl(): string | null {
    return this.#audienceUrl === null ? null : networkUrl(this.#options.settings.audienceHost, this.#audiencePort);
  }

  #edgesFacts(): { expected: number; why: string | null; restarting: boolean } {
    const { edges: expected = 1, why = null } = this.#edgeChoice ?? {};
    return { expected, why, restarting: this.#edgesRestart.underWay };
  }

  #coreReady(port: number): void {
    this.#deskPort = port;
    this.#alarms.sendUntaken();
    if (!this.#coreWasReady) this.#openEdges();
    this.#coreWasReady = true;
    this.#restarted('core');
  }

  /** The core has told the show by now, and with it how many viewers it expects. */
  #openEdges(): void {
    const { settings, machine, log } = this.#options;
    const { capacity, arrivals, edges } = settings;
    const wish = { capacity, arrivalsPerS: arrivals, edges, audience: this.#audienceExpected };
    const choice = chooseEdges(wish, machine);
    if (choice.kind === 'refused') {
      this.#cannotGoOn('supervisor', 'capacity', choice.message);
      return;
    }
    log.own.info({ ...wish, ...machine, edges: choice.edges }, choice.why);
    this.#edgeChoice = choice;
    this.#core.send({ t: 'edges', ...this.#edgesFacts() });
    this.#edges.open(choice.edges);
  }

  #edgeReady(port: number): void {
    if (this.#audienceUrl === null) {
      this.#audiencePort = port;
      this.#audienceUrl = urlOf(this.#options.settings.audienceHost, port);
      this.#edges.startOthers();
      this.#core.send({ t: 'audience', audienceUrl: this.#audienceUrl, networkUrl: this.#networkUrl() });
    }
    this.#restarted('edge');
  }

  #restarted(what: 'core' | 'edge'): void {
    if (this.#ready === null) {
      this.#announceWhenReady();
      return;
    }
    this.#ready = { ...this.#ready, pids: this.#pids() };
    if (this.#readyIsTold) this.#tell({ event: 'restarted', what, pids: this.#pids() });
  }

  #announceWhenReady(): void {
    const { settings, keys, runtime, ownFiles } = this.#options;
    if (this.#audienceUrl === null || this.#edgeChoice === null) return;
    if (!this.#core.ready || !this.#edges.ready) return;
    const deskUrl = urlOf(settings.deskHost, this.#deskPort);
    const deskNetworkUrl = networkUrl(settings.deskHost, this.#deskPort);
    this.#ready = {
      event: 'ready',
      deskUrl: `${deskUrl}#code=${this.#mintCode('owner')}`,
      ...(deskNetworkUrl === null ? {} : { deskNetworkUrl }),
      deskToken: this.#deskTokens.owner,
      deskTokens: this.#deskTokens,
      audienceUrl: this.#audienceUrl,
      rehearsalCode: keys.codes.rehearsalCode,
      pids: this.#pids(),
      edgesWhy: this.#edgeChoice.why,
    };
    const run: RunFile = {
      version: 1,
      pid: process.pid,
      startedAtMs: this.#startedAtMs,
      controlPath: runtime.controlPath,
      controlToken: this.#controlToken,
      deskUrl,
      audienceUrl: this.#audienceUrl,
      publicUrl: settings.publicUrl,
    };
    // Whoever hears `ready` may look for the file at once.
    void ownFiles.noteAddresses(run).then(() => {
      if (this.#ready === null || this.#stopping) return;
      this.#readyIsTold = true;
      this.#tell(this.#ready);
    });
  }
}
