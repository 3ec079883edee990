import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Role } from '../../shared/protocol/desk.ts';
import type {
  CoreInit,
  EdgeInit,
  Pids,
  ReadyEvent,
  RunFile,
  ServerEvent,
  SupervisorToPart,
} from '../../shared/protocol/process.ts';
import { identityOf } from '../process/process-identity.ts';
import type { DataFolder } from '../storage/data-folder.ts';
import type { Keys } from '../storage/keys.ts';
import { writeFileAtomic } from '../storage/write-file-atomic.ts';
import { ControlSocket } from './control-socket.ts';
import { DeskCodes } from './desk-codes.ts';
import type { OwnerLock } from './owner-lock.ts';
import { ParentWatch } from './parent-watch.ts';
import { Part } from './part.ts';
import type { RuntimeFolder } from './runtime-folder.ts';
import type { ServerLog } from './server-log.ts';
import type { Settings } from './settings.ts';
import type { SilenceLimits } from './silence-watch.ts';
import { networkUrl, urlOf } from './urls.ts';

/** How parts are started and how long everything may take; the real ones are in `main.ts`. */
export interface SupervisorWorld {
  coreCommand: [string, ...string[]];
  edgeCommand: [string, ...string[]];
  silence: SilenceLimits;
  /** How long an app that crashed has for coming back. */
  parentGraceMs: number;
  /** Edges leave first and hand over what they hold, then the core. */
  edgeLeaveMs: number;
  coreLeaveMs: number;
}

export interface SupervisorOptions {
  files: DataFolder;
  settings: Settings;
  showFile: string | null;
  newShow: boolean;
  keys: Keys;
  runtime: RuntimeFolder;
  lock: OwnerLock;
  log: ServerLog;
  pages: { deskPageDir: string; audiencePageDir: string };
  world: SupervisorWorld;
  announce: (event: ServerEvent) => void;
  /** Everything is gone; the process may end with this code. */
  onStopped: (code: number) => void;
}

const secret = () => randomBytes(32).toString('base64url');

/** The parent of core and edges: starts them, starts them again, and leaves nothing when it stops. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #core: Part;
  readonly #edges: Part[];
  readonly #codes = new DeskCodes();
  readonly #control: ControlSocket;
  readonly #controlToken = secret();
  readonly #deskTokens = Object.fromEntries(Role.options.map((role) => [role, secret()])) as Record<Role, string>;
  readonly #sessionSecret = secret();
  readonly #parents: ParentWatch;
  readonly #startedAtMs = Date.now();
  #deskPort: number;
  #audiencePort: number;
  #audienceUrl: string | null = null;
  #coreStarts = 0;
  #coreWasReady = false;
  #ready: ReadyEvent | null = null;
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { settings, world, runtime } = options;
    this.#deskPort = settings.deskPort;
    this.#audiencePort = settings.audiencePort;
    this.#core = this.#part('core', 'core', world.coreCommand);
    this.#edges = Array.from({ length: settings.edges }, (_, i) =>
      this.#part('edge', `edge-${i + 1}`, world.edgeCommand),
    );
    this.#parents = new ParentWatch(world.parentGraceMs, () => {
      options.log.own.warn('nobody is left for whom this server runs');
      void this.stop(0);
    });
    this.#control = new ControlSocket({
      path: runtime.controlPath,
      token: this.#controlToken,
      ready: () => this.#ready,
      mintCode: (role) => this.#mintCode(role),
      onOwner: (connection) => this.#parents.present(connection),
      onOwnerGone: (connection) => this.#parents.gone(connection),
      onStop: () => void this.stop(0),
    });
  }

  /** The process that started this one counts as a parent for as long as it is there. */
  get parents(): ParentWatch {
    return this.#parents;
  }

  async start(): Promise<void> {
    await this.#control.listen();
    this.#core.start();
  }

  /** Ends everything, edges first; the first call decides the exit code. */
  async stop(code: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const { world, runtime, lock, log, files, onStopped } = this.#options;
    this.#parents.stop();
    await Promise.all(this.#edges.map((edge) => edge.stop(world.edgeLeaveMs)));
    await this.#core.stop(world.coreLeaveMs);
    // Nothing of ours may be in the way of whoever starts a server as soon as they hear that this one has stopped.
    rmSync(files.run, { force: true });
    lock.release();
    this.#tell({ event: 'stopped', code });
    await this.#control.close();
    runtime.remove();
    log.own.info({ code }, 'stopped');
    await log.close();
    onStopped(code);
  }

  /** Starts parts again, the core first: for sources that have changed. One that is stopping stays stopped. */
  async restartParts(which: 'core' | 'edges' | 'all'): Promise<void> {
    const { world, log } = this.#options;
    log.own.info({ which }, 'starting parts again');
    if (which !== 'edges' && !this.#stopping) await this.#core.restart(world.coreLeaveMs);
    if (which === 'core') return;
    for (const edge of this.#edges) if (!this.#stopping) await edge.restart(world.edgeLeaveMs);
  }

  #part(what: 'core' | 'edge', name: string, command: [string, ...string[]]): Part {
    const { log, world } = this.#options;
    return new Part({
      name,
      what,
      command,
      init: () => (what === 'core' ? this.#coreInit() : this.#edgeInit(name)),
      silence: world.silence,
      onReady: (port) => this.#partReady(what, port),
      onMessage: (message) => {
        if (message.t === 'code-used') this.#codes.used(message.code);
        else this.#tell({ event: 'alarm', code: message.code, message: message.message });
      },
      onFatal: (code, message) => {
        log.own.error({ child: name, code }, message);
        this.#tell({ event: 'alarm', code, message });
        void this.stop(1);
      },
      onAlarm: (code, message) => {
        log.own.error({ child: name, code }, message);
        this.#tell({ event: 'alarm', code, message });
      },
      onOutput: (line) => log.partLine(name, line),
      onLife: (event, facts) => log.own.info(facts, event),
      onSpawn: () => this.#notePids(),
    });
  }

  #tell(event: ServerEvent): void {
    this.#options.announce(event);
    this.#control.broadcast(event);
  }

  #pids(): Pids {
    return { supervisor: process.pid, core: this.#core.pid, edges: this.#edges.map((edge) => edge.pid) };
  }

  /** So that a supervisor after a crash of this one finds what it left behind. */
  #notePids(): void {
    const pids = [this.#core, ...this.#edges].map((part) => part.pid).filter((pid) => pid !== 0);
    this.#options.lock.note({ parts: pids.map(identityOf) });
  }

  #mintCode(role: Role): string {
    const code = this.#codes.mint(role);
    this.#core.send({ t: 'code', code });
    return code.code;
  }

  #coreInit(): CoreInit {
    const { files, settings, showFile, newShow, keys, runtime, pages } = this.#options;
    this.#coreStarts++;
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
      rehearsalCode: keys.rehearsalCode,
      edgesExpected: settings.edges,
      audienceUrl: this.#audienceUrl,
      networkUrl: this.#networkUrl(),
      publicUrl: settings.publicUrl,
      deskPageDir: pages.deskPageDir,
    };
  }

  #edgeInit(edgeId: string): EdgeInit {
    const { settings, keys, runtime, pages } = this.#options;
    return {
      t: 'init',
      part: 'edge',
      edgeId,
      backplanePath: runtime.backplanePath,
      host: settings.audienceHost,
      port: this.#audiencePort,
      reusePort: settings.edges > 1,
      keys: keys.signing,
      rehearsalCode: keys.rehearsalCode,
      trustedProxies: settings.trustedProxies,
      audiencePageDir: pages.audiencePageDir,
    };
  }

  #networkUrl(): string | null {
    return this.#audienceUrl === null ? null : networkUrl(this.#options.settings.audienceHost, this.#audiencePort);
  }

  #partReady(what: 'core' | 'edge', port: number): void {
    const { settings } = this.#options;
    if (this.#stopping) return;
    if (what === 'core') {
      this.#deskPort = port;
      if (!this.#coreWasReady) this.#edges[0]?.start();
      this.#coreWasReady = true;
    } else if (this.#audienceUrl === null) {
      this.#audiencePort = port;
      this.#audienceUrl = urlOf(settings.audienceHost, port);
      for (const edge of this.#edges.slice(1)) edge.start();
      const message: SupervisorToPart = {
        t: 'audience',
        audienceUrl: this.#audienceUrl,
        networkUrl: this.#networkUrl(),
      };
      this.#core.send(message);
    }
    if (this.#ready === null) this.#announceWhenReady();
    else {
      this.#ready = { ...this.#ready, pids: this.#pids() };
      this.#tell({ event: 'restarted', what, pids: this.#pids() });
    }
  }

  #announceWhenReady(): void {
    const { settings, keys, files, runtime, lock } = this.#options;
    if (this.#audienceUrl === null || ![this.#core, ...this.#edges].every((part) => part.ready)) return;
    const deskUrl = urlOf(settings.deskHost, this.#deskPort);
    const deskNetworkUrl = networkUrl(settings.deskHost, this.#deskPort);
    this.#ready = {
      event: 'ready',
      deskUrl: `${deskUrl}#code=${this.#mintCode('owner')}`,
      ...(deskNetworkUrl === null ? {} : { deskNetworkUrl }),
      deskToken: this.#deskTokens.owner,
      deskTokens: this.#deskTokens,
      audienceUrl: this.#audienceUrl,
      rehearsalCode: keys.rehearsalCode,
      pids: this.#pids(),
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
    writeFileAtomic(files.run, { text: `${JSON.stringify(run)}\n`, mode: 0o600 });
    lock.note({ deskUrl });
    this.#tell(this.#ready);
  }
}
