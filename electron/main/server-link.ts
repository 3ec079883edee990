/** Keeps this app attached to a server: adopts a running one, else starts one; comes back to it when the line breaks. */
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive } from '../../server/process/process-identity.ts';
import type { DeskConnection, ServerStatus } from '../../shared/protocol/bridge.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import type { ReadyEvent, RunFile, ServerEvent } from '../../shared/protocol/process.ts';
import { ControlClient } from './control-client.ts';
import { log, wordsOf } from './main-log.ts';
import { respawnDelayMs } from './respawn-delay.ts';
import { readRunFile } from './run-file.ts';
import type { ServerProcess } from './server-process.ts';

/** A supervisor that lives but doesn't take the connection gets this long before another is tried. */
const RECONNECT_WITHIN_MS = 3_000;
/** The run file is written before `ready` is said; this is for a slow disk only. */
const RUN_FILE_WITHIN_MS = 5_000;
const POLL_MS = 50;

/** The ports that viewers and desks know. */
export interface Ports {
  desk: number;
  audience: number;
}

export interface ServerLinkOptions {
  dataDir: string;
  /** Starts a server; `ports` are those of the one that ended under this app, or null at the first start. */
  startServer: (ports: Ports | null) => ServerProcess;
}

interface Attached {
  client: ControlClient;
  ready: ReadyEvent;
  adopted: boolean;
}

export class ServerLink {
  readonly #options: ServerLinkOptions;
  readonly #listeners = new Set<(status: ServerStatus) => void>();
  #status: ServerStatus = { kind: 'starting' };
  #attached: Attached | null = null;
  /** The supervisor that has welcomed us, ready or not. */
  #line: { client: ControlClient; pid: number } | null = null;
  #child: ServerProcess | null = null;
  #ports: Ports | null = null;
  #alarm: string | null = null;
  #coreTrouble: string | null = null;
  #stopping = false;

  constructor(options: ServerLinkOptions) {
    this.#options = options;
  }

  get status(): ServerStatus {
    return this.#status;
  }

  /** The desk's address for other machines; null where its port is not open to them, or no server runs. */
  get networkUrl(): string | null {
    return this.#attached?.ready.deskNetworkUrl ?? null;
  }

  /** Why the running server's core does not come back; null while it is there, or nothing was said. */
  get coreTrouble(): string | null {
    return this.#coreTrouble;
  }

  onStatus(listener: (status: ServerStatus) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Attaches and stays attached until `stop`. A first start that fails is not tried again (the person reads the sentence
   * and decides); a server that ran once is started again for as long as it takes, because it may have viewers.
   */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping) {
      try {
        const attached = await this.#attach();
        failures = 0;
        this.#attached = attached;
        this.#ports = portsOf(attached.ready);
        this.#setStatus({ kind: 'running', deskUrl: addressOf(attached.ready.deskUrl), adopted: attached.adopted });
        await attached.client.closed;
        this.#attached = null;
        this.#line = null;
      } catch (error) {
        if (this.#stopping) return;
        this.#setStatus({ kind: 'failed', message: wordsOf(error) });
        if (this.#ports === null) return;
        failures += 1;
        await delay(respawnDelayMs(failures));
      }
    }
  }

  /** The address and a fresh one-time code, once the server is ready. @throws a sentence when it can't be started */
  async connection(): Promise<Extract<DeskConnection, { kind: 'code' }>> {
    const attached = await this.#whenAttached();
    const code = await attached.client.code('owner');
    return { kind: 'code', deskUrl: addressOf(attached.ready.deskUrl), code };
  }

  /**
   * A link that opens the desk in one browser, once: `here` on this machine, `shared` from another one too where the desk
   * port is open to the network. Both hold the same code, which gives this role. @throws a sentence where no server runs
   */
  async oneTimeLink(role: Role): Promise<{ here: string; shared: string }> {
    const { client, ready } = await this.#whenAttached();
    const code = await client.code(role);
    const here = addressOf(ready.deskUrl);
    const link = (url: string) => `${url}/#code=${code}`;
    return { here: link(here), shared: link(ready.deskNetworkUrl ?? here) };
  }

  /** Ends the server and everything it runs; gives up waiting after `withinMs`. @returns whether it ended */
  async stop(withinMs: number): Promise<boolean> {
    this.#stopping = true;
    const line = this.#line;
    const pid = line?.pid ?? this.#child?.pid;
    if (pid === undefined) return true;
    const server = identityOf(pid);
    if (line) line.client.stop();
    // Started but not reached yet: a signal says the same.
    else if (isAlive(server)) process.kill(pid, 'SIGTERM');
    const untilMs = performance.now() + withinMs;
    while (isAlive(server) && performance.now() < untilMs) await delay(POLL_MS);
    line?.client.close();
    return !isAlive(server);
  }

  async #attach(): Promise<Attached> {
    const running = await this.#adopt();
    if (running !== null) return running;
    if (this.#ports !== null) {
      const gone = this.#alarm ?? (await this.#childsEnd()) ?? 'The server ended without a word.';
      this.#setStatus({ kind: 'failed', message: `${gone} It is being started again.` });
    }
    if (this.#stopping) throw new Error('The app is quitting.');
    const child = this.#options.startServer(this.#ports);
    this.#child = child;
    const ready = await child.ready;
    const untilMs = performance.now() + RUN_FILE_WITHIN_MS;
    while (performance.now() < untilMs) {
      const run = readRunFile(this.#options.dataDir);
      if (run !== null && run.pid === child.pid) return { client: await this.#connect(run), ready, adopted: false };
      await delay(POLL_MS);
    }
    throw new Error('The server started but left no run file in the data folder.');
  }

  /** A server that runs on this data folder and takes our token, or null. Its own start may still be under way. */
  async #adopt(): Promise<Attached | null> {
    const untilMs = performance.now() + RECONNECT_WITHIN_MS;
    while (!this.#stopping) {
      const run = readRunFile(this.#options.dataDir);
      if (run === null) return null;
      try {
        const client = await this.#connect(run);
        const ready = client.ready ?? (await readyOf(client));
        return { client, ready, adopted: this.#child?.pid !== run.pid };
      } catch (error) {
        if (!isAlive(identityOf(run.pid))) return null;
        if (performance.now() >= untilMs) {
          const reason = wordsOf(error);
          log('warn', 'A server seems to run on this data folder but does not take us in.', { pid: run.pid, reason });
          return null;
        }
      }
      await delay(POLL_MS);
    }
    return null;
  }

  async #connect(run: RunFile): Promise<ControlClient> {
    const client = await ControlClient.connect(run);
    this.#line = { client, pid: run.pid };
    this.#alarm = null;
    this.#coreTrouble = null;
    client.onEvent((event) => this.#event(event));
    if (this.#stopping) client.stop();
    return client;
  }

  async #childsEnd(): Promise<string | null> {
    const child = this.#child;
    this.#child = null;
    return child?.pid !== undefined && !isAlive(identityOf(child.pid)) ? child.ended : null;
  }

  #event(event: ServerEvent): void {
    if (event.event === 'alarm') {
      this.#alarm = event.message;
      log('warn', event.message, { code: event.code });
      if (event.part === 'core') this.#coreTroubleIs(event.message);
    }
    if (event.event === 'restarted' && event.what === 'core') this.#coreTroubleIs(null);
    if (event.event === 'restarted') log('warn', `The server started its ${event.what} again.`, {});
  }

  #coreTroubleIs(words: string | null): void {
    if (this.#coreTrouble === words) return;
    this.#coreTrouble = words;
    for (const listener of this.#listeners) listener(this.#status);
  }

  #whenAttached(): Promise<Attached> {
    if (this.#attached) return Promise.resolve(this.#attached);
    if (this.#status.kind === 'failed') return Promise.reject(new Error(this.#status.message));
    return new Promise((resolve, reject) => {
      const listener = (status: ServerStatus) => {
        if (status.kind === 'starting') return;
        this.#listeners.delete(listener);
        if (this.#attached) resolve(this.#attached);
        else reject(new Error(status.kind === 'failed' ? status.message : 'The connection to the server was lost.'));
      };
      this.#listeners.add(listener);
    });
  }

  #setStatus(status: ServerStatus): void {
    this.#status = status;
    if (status.kind === 'failed') log('error', status.message, {});
    for (const listener of this.#listeners) listener(status);
  }
}

/** Waits for the first `ready` of a server that is still starting. */
async function readyOf(client: ControlClient): Promise<ReadyEvent> {
  const ready = new Promise<ReadyEvent>((resolve) => {
    client.onEvent((event) => {
      if (event.event === 'ready') resolve(event);
    });
  });
  const gone = client.closed.then(() => {
    throw new Error('The server ended while it was starting.');
  });
  return Promise.race([ready, gone]);
}

/** `http://host:port`, without the one-time code that may hang on it as fragment. */
function addressOf(url: string): string {
  return new URL(url).origin;
}

function portsOf({ deskUrl, audienceUrl }: ReadyEvent): Ports {
  const port = (url: string) => Number(new URL(url).port || 80);
  return { desk: port(deskUrl), audience: port(audienceUrl) };
}
