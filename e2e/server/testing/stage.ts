import type { CommandAnswer } from '../../../shared/protocol/commands.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { DeskClient } from './desk-client.ts';
import { poll, type TestCue } from './place.ts';
import { until, untilTime } from './until.ts';

let cuesMade = 0;

/** A poll between `a`, `b` and `c` under a name that no other test uses; an hour long, and with no grace, unless said. */
export function newPoll(fields: Partial<TestCue> = {}): TestCue {
  cuesMade += 1;
  return { ...poll(`p${cuesMade}`, { durationMs: 3_600_000, graceMs: 0 }), ...fields };
}

export type AiredCue = DeskCue & { openedAtMs: number; closesAtMs: number };

/** What a producer does before and after the moment that a test is about. */
export class Stage {
  readonly #desk: DeskClient;

  constructor(desk: DeskClient) {
    this.#desk = desk;
  }

  /** Puts a new cue into the rundown, ready to be armed. */
  async add(cue: TestCue): Promise<DeskCue> {
    await this.#desk.command('cue.add', null, { cue });
    const added = await this.#desk.cue(cue.id);
    if (added.intake === 'draft') await this.#desk.command('cue.ready', cue.id);
    return this.#desk.cue(cue.id);
  }

  /** Adds a cue and puts it on air; what is in its lane is closed first. */
  async air(cue: TestCue): Promise<AiredCue> {
    await this.add(cue);
    return this.go(cue.id);
  }

  /** ARM and GO, as soon as the second between two GOs has passed. */
  async go(cueId: string): Promise<AiredCue> {
    await this.freeLanes();
    await this.#desk.command('cue.arm', cueId);
    for (;;) {
      const answer = (await this.#desk.send({ type: 'cue.go', target: cueId })).body as CommandAnswer;
      if (answer.status === 'accepted') break;
      if (answer.code !== 'too-soon' || answer.nextAllowedAtMs === undefined) throw new Error(JSON.stringify(answer));
      await untilTime(answer.nextAllowedAtMs);
    }
    return this.onAir(cueId);
  }

  async onAir(cueId: string): Promise<AiredCue> {
    const cue = await this.#desk.cue(cueId);
    if (cue.openedAtMs === undefined || cue.closesAtMs === undefined) throw new Error(`${cueId} is ${cue.intake}`);
    return { ...cue, openedAtMs: cue.openedAtMs, closesAtMs: cue.closesAtMs };
  }

  async freeLanes(): Promise<void> {
    const { onAir } = await this.#desk.state();
    for (const cueId of Object.values(onAir)) {
      if (cueId !== null) await this.#desk.command('poll.close', cueId, { confirmed: true });
    }
  }

  /** CLOSE, and on to the end of its grace and its count. */
  async close(cueId: string): Promise<DeskCue> {
    await this.#desk.command('poll.close', cueId, { confirmed: true });
    return this.verified(cueId);
  }

  verified(cueId: string): Promise<DeskCue> {
    return until(
      async () => {
        const cue = await this.#desk.cue(cueId);
        return cue.intake === 'verified' && cue;
      },
      { what: `${cueId} is verified`, isQuiet: true },
    );
  }
}
