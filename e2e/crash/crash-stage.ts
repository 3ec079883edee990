import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { verifyLedger } from '../../server/evidence/verify-ledger.ts';
import type { Accepted, CommandAnswer, CommandType } from '../../shared/protocol/commands.ts';
import type { DeskCue } from '../../shared/protocol/desk-state.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { ServerEvent } from '../../shared/protocol/process.ts';
import { acknowledged, isAnswered } from '../server/testing/ballots.ts';
import { crowdOf, optionOf } from '../server/testing/crowd.ts';
import { type DeskClient, type HttpAnswer, wireCommand } from '../server/testing/desk-client.ts';
import { Place, poll, type TestCue } from '../server/testing/place.ts';
import { killIfAlive } from '../server/testing/processes.ts';
import { PROJECT, type Server, startServer } from '../server/testing/server.ts';
import type { AiredCue } from '../server/testing/stage.ts';
import { until } from '../server/testing/until.ts';
import { EdgeLinks, LINKS } from './edge-links.ts';
import { keepFolder } from './kept-folder.ts';
import { StageDisk } from './stage-disk.ts';
import { CLOCK_FILE, setClockOff } from './wall-clock-file.ts';

export const EDGES = 2;
/** How far core time may be from the wall's before a round begins: about one beat of the core. */
const IN_STEP_MS = 400;
const REHEARSED = 'rehearsed';
const REHEARSING = 4;

/** Core time as read over the network: minus a clock that nobody can set it lies between these two, ms. */
export interface CoreTime {
  least: number;
  most: number;
}

/** A server that one round after the other breaks, on one data folder. */
export class CrashStage {
  readonly place = new Place('file');
  /** Null where this user may not mount one. */
  readonly disk: StageDisk | null;
  readonly links = new EdgeLinks(join(this.place.root, 'links'));
  /** Polls that were taken off the air by CLEAR AIR: no viewer of a later round may see one of them. */
  readonly cleared = new Set<string>();
  readonly #clockFile = join(this.place.root, 'clock');
  #clockOffMs = 0;
  #server: Server | null = null;
  /** What servers have said that this stage has killed. */
  #before: ServerEvent[] = [];

  private constructor() {
    mkdirSync(this.place.data);
    this.disk = StageDisk.at(this.place.data);
  }

  static async open(): Promise<CrashStage> {
    const stage = new CrashStage();
    await stage.links.open();
    stage.setClockOff(0);
    await stage.#start({ show: stage.place.show([]), mode: 'rehearsal', args: [] });
    await stage.#rehearse();
    return stage;
  }

  get server(): Server {
    if (this.#server === null) throw new Error('the server is not started');
    return this.#server;
  }

  /** All that its servers have said, oldest first. */
  get events(): ServerEvent[] {
    return [...this.#before, ...this.server.events];
  }

  get clockOffMs(): number {
    return this.#clockOffMs;
  }

  desk(): DeskClient {
    return this.server.desk();
  }

  /** Sends a command as a desk does, whose clock follows the core's; answers whatever comes back. */
  async send(type: CommandType, fields: { target?: string; payload?: unknown; id?: string } = {}): Promise<HttpAnswer> {
    const desk = this.desk();
    const { serverNowMs: clientTimeMs } = await desk.vitals();
    return desk.call('POST', '/api/v1/commands', wireCommand({ type, ...fields, clientTimeMs }));
  }

  /** @throws when it isn't accepted */
  async command(type: CommandType, fields: { target?: string; payload?: unknown } = {}): Promise<Accepted> {
    const { status, body } = await this.send(type, fields);
    const answer = body as CommandAnswer;
    if (answer.status !== 'accepted') throw new Error(`${type}: ${status} ${JSON.stringify(body)}`);
    return answer;
  }

  /** As soon as there is a core that tells it. */
  coreTime(): Promise<CoreTime> {
    return until(
      async () => {
        const askedMs = performance.now();
        const { serverNowMs } = await this.desk().vitals();
        return { least: serverNowMs - performance.now(), most: serverNowMs + 1 - askedMs };
      },
      { what: 'core time', isQuiet: true },
    );
  }

  /** As soon as there is a core that tells it. */
  cue(id: string): Promise<DeskCue> {
    return until(() => this.desk().cue(id), { what: `cue ${id}`, isQuiet: true });
  }

  /** Sets the wall clock of all its processes, ms from the right time. */
  setClockOff(byMs: number): void {
    this.#clockOffMs = byMs;
    setClockOff(this.#clockFile, { offMs: byMs, sleptMs: 0 });
  }

  /** Nothing of the data folder can grow, whoever writes. */
  fillDisk(): void {
    const { journal, ledgerLive, ledgerRehearsal } = this.place.files;
    this.disk?.fill([journal, ledgerLive, ledgerRehearsal]);
  }

  /** Kills a part and waits until the supervisor has started it again. */
  async killAndAwait(part: 'core' | { edge: number }): Promise<void> {
    const seen = this.server.events.length;
    const what = part === 'core' ? 'core' : 'edge';
    if (!this.server.kill(part)) return;
    await this.server.waitFor('restarted', { after: seen, match: (event) => event.what === what });
  }

  /** Everything dies at this moment, as when the power goes. */
  async killAll(): Promise<void> {
    for (let left = this.place.processes(); left.length > 0; left = this.place.processes()) {
      for (const pid of left) killIfAlive(pid, 'SIGKILL');
      await sleep(10);
    }
    await this.server.exited;
  }

  /** Starts anew on what the disk holds, where viewers look for it. @throws when it does not become ready */
  async startAgain(): Promise<void> {
    const { port } = new URL(this.server.audienceUrl);
    await this.#start({ show: null, mode: null, args: ['--audience-port', port] });
  }

  /** Waits until core and edges have come back from the round before. */
  async untilUp(): Promise<void> {
    await until(
      async () => {
        const { serverNowMs, edges } = await this.desk().vitals();
        const offMs = serverNowMs - Date.now() - this.#clockOffMs;
        return Math.abs(offMs) < IN_STEP_MS && edges.filter(({ ready }) => ready).length === EDGES;
      },
      { what: 'core and edges are up, and in time', isQuiet: true },
    );
  }

  /** Adds a cue and puts it on air. */
  async air(cue: TestCue): Promise<AiredCue> {
    const target = cue.id;
    await this.command('cue.add', { payload: { cue } });
    if ((await this.desk().cue(target)).intake === 'draft') await this.command('cue.ready', { target });
    // Right after a kill the pre-flight is red for a moment, and after a full disk until it is looked at again.
    for (const type of ['cue.arm', 'cue.go'] as const) {
      await until(() => this.command(type, { target }), { what: `${type} ${target}`, isQuiet: true });
    }
    const { openedAtMs, closesAtMs, ...aired } = await this.desk().cue(target);
    if (openedAtMs === undefined || closesAtMs === undefined) throw new Error(`${target} is ${aired.intake}`);
    return { ...aired, openedAtMs, closesAtMs };
  }

  /** Closes the poll where it is still open. */
  async close(target: string): Promise<void> {
    await until(
      async () => {
        if ((await this.desk().cue(target)).intake !== 'open') return true;
        return this.command('poll.close', { target, payload: { confirmed: true } });
      },
      { what: `${target} closes`, isQuiet: true },
    );
  }

  verified(target: string) {
    return until(
      async () => {
        const cue = await this.desk().cue(target);
        return cue.intake === 'verified' && cue;
      },
      { what: `${target} is verified`, isQuiet: true },
    );
  }

  /** Ends it in good order; what it leaves holds together. Removes its folder. */
  async end(): Promise<void> {
    expect(await this.server.stop()).toBe(0);
    expect(this.place.processes()).toEqual([]);
    const { journal, ledgerLive, ledgerRehearsal } = this.place.files;
    for (const ledger of [ledgerLive, ledgerRehearsal]) {
      const { holds, faults, runs } = await verifyLedger({ ledger, journal });
      expect([...faults, ...runs.flatMap((run) => run.faults)], ledger).toEqual([]);
      expect(holds, ledger).toBe(true);
      expect(runs.length, ledger).toBeGreaterThan(0);
    }
    this.links.close();
    this.disk?.remove();
    await this.place.clear();
  }

  /** Ends it after a failure; answers where a copy of its data folder is. Removes its folder. */
  async abandon(): Promise<string> {
    await this.killAll();
    this.links.close();
    const kept = keepFolder(this.place.data, basename(this.place.root));
    this.disk?.remove();
    await this.place.clear();
    return kept;
  }

  async #start({ show, mode, args }: { show: string | null; mode: Mode | null; args: string[] }): Promise<void> {
    const preloads = ['wall-clock.ts', 'edge-links-preload.ts'].map(
      (file) => `--import=${pathToFileURL(join(PROJECT, 'e2e/crash', file)).href}`,
    );
    const env = { NODE_OPTIONS: preloads.join(' '), [CLOCK_FILE]: this.#clockFile, [LINKS]: this.links.path };
    const server = await startServer({ place: this.place, show, mode, edges: EDGES, args, env });
    this.#before = this.#server === null ? [] : this.events;
    this.#server = server;
  }

  /** One poll before the show, so that the other ledger holds something as well. */
  async #rehearse(): Promise<void> {
    const { audienceUrl, ready } = this.server;
    const viewers = await crowdOf(REHEARSING, { audienceUrl, code: ready.rehearsalCode });
    await this.air(poll(REHEARSED, { durationMs: 60_000, graceMs: 0 }));
    const seesIt = () => viewers.every(({ state }) => state?.poll?.id === REHEARSED);
    await until(seesIt, { what: 'all see the rehearsal', isQuiet: true });
    for (const [n, viewer] of viewers.entries()) viewer.vote(REHEARSED, [optionOf(n)]);
    const ballots = viewers.flatMap((viewer) => viewer.ballots);
    await until(() => ballots.every(isAnswered), { what: 'all have voted', isQuiet: true });
    expect(acknowledged(ballots)).toHaveLength(REHEARSING);
    await this.close(REHEARSED);
    await this.verified(REHEARSED);
    await this.command('show.mode', { payload: { mode: 'live' } });
    for (const viewer of viewers) viewer.leave();
  }
}
