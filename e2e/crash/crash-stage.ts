import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import type { DeskClient } from '../server/testing/desk-client.ts';
import { Place, type TestCue } from '../server/testing/place.ts';
import { killIfAlive } from '../server/testing/processes.ts';
import { PROJECT, type Server, startServer } from '../server/testing/server.ts';
import type { AiredCue } from '../server/testing/stage.ts';
import { until } from '../server/testing/until.ts';
import { CLOCK_FILE, setClockOff } from './wall-clock-file.ts';

export const EDGES = 2;
/** How far core time may be from ours before a round begins: about one beat of the core. */
const IN_STEP_MS = 400;

/** A server that one round after the other breaks, on one data folder. */
export class CrashStage {
  readonly place = new Place('file');
  readonly #clockFile = join(this.place.root, 'clock');
  #server: Server | null = null;

  static async open(): Promise<CrashStage> {
    const stage = new CrashStage();
    setClockOff(stage.#clockFile, 0);
    await stage.#start({ show: stage.place.show([]), mode: 'live', args: [] });
    return stage;
  }

  get server(): Server {
    if (this.#server === null) throw new Error('the server is not started');
    return this.#server;
  }

  desk(): DeskClient {
    return this.server.desk();
  }

  /** Sets the wall clock of all its processes, ms from the right time. */
  setClockOff(byMs: number): void {
    setClockOff(this.#clockFile, byMs);
  }

  /** Everything dies at this moment, as when the power goes. */
  async killAll(): Promise<void> {
    for (let left = this.place.processes(); left.length > 0; left = this.place.processes()) {
      for (const pid of left) killIfAlive(pid, 'SIGKILL');
      await sleep(10);
    }
    await this.server.exited;
  }

  /** Starts anew on what the disk holds, where viewers look for it. */
  async startAgain(): Promise<void> {
    const { port } = new URL(this.server.audienceUrl);
    await this.#start({ show: null, mode: null, args: ['--audience-port', port] });
  }

  /** Waits until core and edges have come back from the round before. */
  async untilUp(): Promise<void> {
    await until(
      async () => {
        const { serverNowMs, edges } = await this.desk().vitals();
        return Math.abs(serverNowMs - Date.now()) < IN_STEP_MS && edges.filter(({ ready }) => ready).length === EDGES;
      },
      { what: 'core and edges are up, and in time', isQuiet: true },
    );
  }

  /** Adds a cue and puts it on air. */
  async air(cue: TestCue): Promise<AiredCue> {
    const desk = this.desk();
    await desk.command('cue.add', null, { cue });
    if ((await desk.cue(cue.id)).intake === 'draft') await desk.command('cue.ready', cue.id);
    // Right after a kill the pre-flight is red for a moment.
    const accepted = (type: 'cue.arm' | 'cue.go') =>
      until(() => desk.command(type, cue.id), { what: `${type} ${cue.id}`, isQuiet: true });
    await accepted('cue.arm');
    await accepted('cue.go');
    const { openedAtMs, closesAtMs, ...aired } = await desk.cue(cue.id);
    if (openedAtMs === undefined || closesAtMs === undefined) throw new Error(`${cue.id} is ${aired.intake}`);
    return { ...aired, openedAtMs, closesAtMs };
  }

  /** Ends it in good order and removes its folder. */
  async end(): Promise<void> {
    expect(await this.server.stop()).toBe(0);
    expect(this.place.processes()).toEqual([]);
    await this.place.clear();
  }

  /** Ends it after a failure; answers the data folder, which is kept as it is. */
  async abandon(): Promise<string> {
    await this.killAll();
    rmSync(this.place.temp, { recursive: true, force: true });
    return this.place.data;
  }

  async #start({ show, mode, args }: { show: string | null; mode: 'live' | null; args: string[] }): Promise<void> {
    const preload = pathToFileURL(join(PROJECT, 'e2e/crash/wall-clock.ts')).href;
    const env = { NODE_OPTIONS: `--import=${preload}`, [CLOCK_FILE]: this.#clockFile };
    this.#server = await startServer({ place: this.place, show, mode, edges: EDGES, args, env });
  }
}
