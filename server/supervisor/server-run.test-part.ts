/** Starts servers for tests, and leaves nothing of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import type {
  CoreInit,
  EdgeInit,
  PartAlarm,
  PartToSupervisor,
  ReadyEvent,
  RunFile,
  ServerEvent,
  SupervisorToPart,
} from '../../shared/protocol/process.ts';

const FAKE_SERVER = fileURLToPath(new URL('./fake-server.test-part.ts', import.meta.url));
/** A server is three processes; on a busy machine they take their time. */
const WAIT_MS = 45_000;
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Waits for something to become true; fails with its name. */
export async function until<T>(name: string, found: () => T | null | undefined | false): Promise<T> {
  const deadlineMs = performance.now() + WAIT_MS;
  for (;;) {
    const value = found();
    if (value) return value;
    if (performance.now() > deadlineMs) throw new Error(`waited in vain: ${name}`);
    await sleep(20);
  }
}

export const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** A data folder with the parts' habits beside it, and a temporary folder of its own; all gone after the test. */
export class Place {
  readonly root = mkdtempSync(join(tmpdir(), 'supervisor-test-'));
  readonly data: string;
  readonly temp = mkdtempSync(join(this.root, 't'));

  /** @param data the data folder, where it lies on a disk of its own; null: beside the rest */
  constructor(data: string | null = null) {
    this.data = data ?? join(this.root, 'data');
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
  }

  habit(
    part: string,
    habit:
      | 'good'
      | 'crashes'
      | 'fatal'
      | 'stays'
      | 'keeps quiet about keys'
      | 'takes alarms'
      | `expects ${number}`
      | { says: PartToSupervisor[] },
  ): void {
    const text = typeof habit === 'string' ? habit : `says ${JSON.stringify(habit.says)}`;
    writeFileSync(join(this.root, `${part}.habit`), text);
  }

  /** Everything a part was told over all its lives. */
  heard(part: string): { t: string }[] {
    const path = join(this.root, `${part}.heard`);
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  coreInits(): CoreInit[] {
    return this.heard('core').filter((message): message is CoreInit => message.t === 'init');
  }

  /** What desks would see: every alarm that a core was told, in its init or later, each once. */
  alarmsAtDesks(): PartAlarm[] {
    const told = this.heard('core').flatMap((message) => {
      if (message.t === 'init') return (message as CoreInit).alarms;
      return message.t === 'alarm' ? [(message as Extract<SupervisorToPart, { t: 'alarm' }>).alarm] : [];
    });
    return [...new Map(told.map((alarm) => [alarm.id, alarm])).values()];
  }

  edgeInits(name: string): EdgeInit[] {
    return this.heard(name).filter((message): message is EdgeInit => message.t === 'init');
  }

  runFile(): RunFile {
    return JSON.parse(readFileSync(join(this.data, 'run.json'), 'utf8'));
  }

  /** @param args after `--json --data …` and free ports on loopback, which can be overridden */
  start(args: string[] = [], { ipc = false, json = true, output = 'pipe' }: RunOptions = {}): ServerRun {
    return new ServerRun(this, args, { ipc, json, output });
  }
}

export interface RunOptions {
  ipc?: boolean;
  json?: boolean;
  /** Where standard output and error go: to this test, or into an open file. */
  output?: 'pipe' | number;
}

export class ServerRun {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly exited: Promise<number | null>;

  constructor(place: Place, args: string[], { ipc, json, output }: Required<RunOptions>) {
    const common = ['--data', place.data, '--desk-port', '0', '--audience-port', '0', '--audience-host', '127.0.0.1'];
    this.child = spawn(process.execPath, [FAKE_SERVER, place.root, ...(json ? ['--json'] : []), ...common, ...args], {
      stdio: ['ignore', output, output, ...(ipc ? ['ipc' as const] : [])],
      env: { ...process.env, TMPDIR: place.temp },
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
    });
    // Not `close`: it never comes once a test has cut the IPC channel.
    const ended = [this.child.stdout, this.child.stderr].map(
      (stream) => new Promise<void>((resolve) => (stream === null ? resolve() : stream.on('close', () => resolve()))),
    );
    const exit = new Promise<number | null>((resolve) => this.child.on('exit', (code) => resolve(code)));
    this.exited = Promise.all(ended).then(() => exit);
    onTestFinished(async () => {
      this.child.kill('SIGTERM');
      await this.exited;
    });
  }

  events(): ServerEvent[] {
    const lines = this.stdout.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  /** The first event of that name after the first `skip` events. */
  event<E extends ServerEvent['event']>(name: E, skip = 0): Promise<Extract<ServerEvent, { event: E }>> {
    type Found = Extract<ServerEvent, { event: E }>;
    return until(`event ${name}\n${this.stderr}`, () =>
      this.events()
        .slice(skip)
        .find((event): event is Found => event.event === name),
    );
  }

  ready(): Promise<ReadyEvent> {
    return this.event('ready');
  }
}
