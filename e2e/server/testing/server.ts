/** The real server as processes, and what its standard output says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Role } from '../../../shared/protocol/commands.ts';
import type { Mode } from '../../../shared/protocol/ids.ts';
import type { Pids, ReadyEvent, ServerEvent } from '../../../shared/protocol/process.ts';
import { DeskClient } from './desk-client.ts';
import type { Place } from './place.ts';
import { isAlive, killIfAlive } from './processes.ts';
import { until } from './until.ts';

export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
export const NODE = join(PROJECT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
export const SUPERVISOR =
  process.env.TALLYROOM_BUILT === '1' ? 'out/server/server/supervisor/main.js' : 'server/supervisor/main.ts';
/** A start takes two seconds; on a machine that is busy with ten other things, many times that. */
const START_MS = 120_000;
/** The starter builds first where something has changed. */
const BUILD_AND_START_MS = 240_000;
/** Time limit of a test with starts and respawns in it. Every single wait in it has its own. */
export const TEST_MS = 360_000;

export interface ServerOptions {
  place: Place;
  /** Show file; null where the data folder holds the show already. */
  show: string | null;
  mode: Mode | null;
  edges: number;
  /** More of the command line. */
  args?: string[];
  /** `npm run server` instead of the supervisor itself. */
  throughStarter?: boolean;
  /** More of the environment. */
  env?: Record<string, string>;
  /** Files and sockets that each of its processes may hold, where these are to be fewer than the system's. Not on Windows. */
  descriptors?: number;
}

export type PartName = 'supervisor' | 'core' | { edge: number };
type EventNamed<E extends ServerEvent['event']> = Extract<ServerEvent, { event: E }>;

/** Starts a server on free loopback ports and waits until it is ready. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const server = new Server(options);
  await server.waitFor('ready');
  return server;
}

export class Server {
  /** The supervisor, or the starter that stands in for it. */
  readonly child: ChildProcess;
  readonly events: ServerEvent[] = [];
  /** Exit code of `child`, once it has ended and its output is read; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  exitCode: number | null = null;
  hasExited = false;
  stderr = '';
  readonly #place: Place;
  readonly #startMs: number;
  #partialLine = '';

  constructor({ place, show, mode, edges, args = [], throughStarter = false, env = {}, descriptors }: ServerOptions) {
    this.#place = place;
    this.#startMs = throughStarter ? BUILD_AND_START_MS : START_MS;
    const flags = [
      '--json',
      ...['--data', place.data],
      ...(show === null ? [] : ['--show', show]),
      ...(mode === null ? [] : ['--mode', mode]),
      ...['--desk-port', '0', '--audience-port', '0', '--audience-host', '127.0.0.1', '--edges', String(edges)],
      ...args,
    ];
    const limited = descriptors === undefined ? [] : ['/bin/sh', '-c', `ulimit -n ${descriptors}; exec "$0" "$@"`];
    const [command, ...rest] = throughStarter
      ? ['npm', 'run', '--silent', 'server', '--', ...flags]
      : [...limited, NODE, join(PROJECT, SUPERVISOR), ...flags];
    if (command === undefined) throw new Error('nothing to run');
    this.child = spawn(command, rest, {
      cwd: PROJECT,
      // npm would keep a cache in the folder that has to be empty at the end.
      env: { ...process.env, TMPDIR: place.temp, NODE_DISABLE_COMPILE_CACHE: '1', ...env },
      // With a channel the server leaves by itself should this test process be killed.
      stdio: ['ignore', 'pipe', 'pipe', ...(throughStarter ? [] : ['ipc' as const])],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exited = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code) => {
        this.hasExited = true;
        this.exitCode = code;
        resolve(code);
      });
    });
    if (place.lasts === 'file') return;
    onTestFinished(({ task }) => {
      if (task.result?.state === 'fail') console.log(`server's log:\n${this.stderr.slice(-12_000)}`);
    });
  }

  /** What the server said when it was ready. */
  get ready(): ReadyEvent {
    const ready = this.events.find((event) => event.event === 'ready');
    if (ready === undefined) throw new Error('the server is not ready');
    return ready;
  }

  /** As last told. */
  get pids(): Pids {
    const told = this.events.findLast((event) => event.event === 'ready' || event.event === 'restarted');
    if (told === undefined) throw new Error('the server is not ready');
    return told.pids;
  }

  get audienceUrl(): string {
    return this.ready.audienceUrl;
  }

  /** Without the one-time code. */
  get deskUrl(): string {
    return new URL(this.ready.deskUrl).origin;
  }

  desk(role: Role = 'owner'): DeskClient {
    return new DeskClient(this.deskUrl, this.ready.deskTokens[role]);
  }

  /** The first event of that name after the first `after` events (`server.events.length` = only new ones). */
  waitFor<E extends ServerEvent['event']>(
    name: E,
    { after = 0, match = () => true }: { after?: number; match?: (event: EventNamed<E>) => boolean } = {},
  ): Promise<EventNamed<E>> {
    const isIt = (event: ServerEvent): event is EventNamed<E> => event.event === name && match(event as EventNamed<E>);
    return until(
      () => {
        const found = this.events.slice(after).find(isIt);
        if (found === undefined && this.hasExited) {
          throw new Error(`the server ended with code ${this.exitCode}:\n${this.stderr.slice(-4_000)}`);
        }
        return found ?? null;
      },
      { withinMs: this.#startMs, what: `event ${name}` },
    );
  }

  pidOf(part: PartName): number {
    const pid = typeof part === 'string' ? this.pids[part] : this.pids.edges[part.edge];
    if (pid === undefined) throw new Error(`no such part: ${JSON.stringify(part)}`);
    return pid;
  }

  /** Answers false where that part is dead already. */
  kill(part: PartName, signal: NodeJS.Signals = 'SIGKILL'): boolean {
    const pid = this.pidOf(part);
    // A number that is told may have died since, and be somebody else's by now.
    const ours = process.platform === 'linux' ? this.#place.processes().includes(pid) : isAlive(pid);
    if (ours) killIfAlive(pid, signal);
    return ours;
  }

  /** Asks it to stop; answers the exit code of what was started. */
  stop(): Promise<number | null> {
    if (!this.hasExited) this.child.kill('SIGTERM');
    return this.exited;
  }

  #read(text: string): void {
    const lines = (this.#partialLine + text).split('\n');
    this.#partialLine = lines.pop() ?? '';
    for (const line of lines) this.events.push(JSON.parse(line) as ServerEvent);
  }
}
