/** The built server without a window, as `npm start` runs it where there is no display. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ReadyEvent, ServerEvent } from '../../shared/protocol/process.ts';
import type { Studio } from './control-room.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const NODE = join(PROJECT, 'node_modules/node/bin/node');
const SUPERVISOR = join(PROJECT, 'out/server/server/supervisor/main.js');

export class HeadlessServer {
  readonly ready: ReadyEvent;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: ReadyEvent) {
    this.#child = child;
    this.ready = ready;
  }

  static async start(studio: Studio, flags: string[]): Promise<HeadlessServer> {
    const args = ['--json', '--data', studio.data, '--desk-port', '0', '--audience-port', '0', ...flags];
    const child = spawn(NODE, [SUPERVISOR, ...args], {
      env: { ...process.env, TALLYROOM_STUDIO: studio.dir, TMPDIR: studio.dir, TALLYROOM_AUDIENCE_HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    if (!child.stdout) throw new Error('no standard output');
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line) as ServerEvent;
      if (event.event === 'ready') return new HeadlessServer(child, event);
    }
    throw new Error('the server ended before it was ready');
  }

  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    return ended;
  }
}
