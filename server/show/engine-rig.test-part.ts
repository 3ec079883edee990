/** Engines on a journal of their own, in a world where all is well and time passes when a test says so. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Who } from '../../shared/domain/roles.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import { monotonicMs } from '../../shared/domain/time.ts';
import { Command, type CommandType } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { Engine, type EngineOptions } from './engine.ts';
import type { FormerTime } from './former-times.ts';
import type { Applied } from './show-book.ts';

export const PRODUCER: Who = { actor: 'producer', roles: ['producer'], source: 'test' };
export const SECOND_DESK: Who = { actor: 'owner', roles: ['owner'], source: 'desk:2' };

export class EngineRig {
  #dir = '';
  /** Core time. */
  nowMs = 0;
  /** On the machine's monotonic clock. */
  elapsedMs = 0;
  former: FormerTime[] = [];
  applied: Applied[] = [];
  orders: HeldOrder[] = [];
  held: ShowState[] = [];
  fenced: string[] = [];
  readonly #open: Engine[] = [];

  /** Begins anew before each test and leaves nothing behind. */
  constructor() {
    beforeEach(() => {
      this.#dir = mkdtempSync(join(tmpdir(), 'tallyroom-engine-'));
      this.nowMs = 1_800_000_000_000;
      this.elapsedMs = 5_000;
      this.former = [];
      this.applied = [];
      this.orders = [];
      this.held = [];
      this.fenced = [];
    });
    afterEach(async () => {
      await this.closeAll();
      rmSync(this.#dir, { recursive: true, force: true });
    });
  }

  get path(): string {
    return join(this.#dir, 'journal.db');
  }

  journal(): Promise<Journal> {
    return openJournal(this.path, 1);
  }

  /** Another one, in the same folder. */
  journalNamed(name: string): Promise<Journal> {
    return openJournal(join(this.#dir, name), 1);
  }

  optionsOn(journal: Journal): EngineOptions {
    return {
      journal,
      epoch: 1,
      nowMs: () => this.nowMs,
      monotonicNow: () => monotonicMs(this.elapsedMs),
      formerTimes: () => this.former,
      world: () => ({ preflight: null, identityConnected: false, edgesRestarting: false, alarms: null }),
      recountMatches: async () => true,
      onApplied: (a) => this.applied.push(a),
      onOrders: (list) => {
        this.orders = [...list];
      },
      onHeld: ({ after }) => this.held.push(after),
      onFenced: (message) => this.fenced.push(message),
    };
  }

  engineOn(journal: Journal, more: Partial<EngineOptions> = {}): Engine {
    const engine = new Engine({ ...this.optionsOn(journal), ...more });
    this.#open.push(engine);
    return engine;
  }

  async closeAll(): Promise<void> {
    for (const engine of this.#open.splice(0)) await engine.close();
  }

  /** As a kill leaves it: nothing is closed, and no closing snapshot is written. */
  forget(engine: Engine): void {
    this.#open.splice(this.#open.indexOf(engine), 1);
  }

  /** On the cue `q1`, sent now, unless `more` says otherwise. */
  command(type: CommandType, more: object = {}): Command {
    return Command.parse({ id: randomUUID(), type, target: 'q1', clientTimeMs: this.nowMs, ...more });
  }
}
