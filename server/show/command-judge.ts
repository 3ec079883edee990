import { decide } from '../../shared/domain/decide.ts';
import { deskState, NO_CORE_FACTS } from '../../shared/domain/desk-view.ts';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { type CommandIntent, type GuardContext, mayCommand } from '../../shared/domain/guards.ts';
import { type Refusal, refuse } from '../../shared/domain/refusal.ts';
import type { Who } from '../../shared/domain/roles.ts';
import { currentRun, type ShowState } from '../../shared/domain/show-state.ts';
import { takesAway } from '../../shared/domain/takes-away.ts';
import { afterMs, type MonotonicMs, NEVER, sinceMs } from '../../shared/domain/time.ts';
import type { Command } from '../../shared/protocol/commands.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import { ageByItsTime, type FormerTime } from './former-times.ts';

/** A command older than this on arrival is refused: nothing fires late. */
export const MAX_COMMAND_AGE_MS = 2_000;

/** A command on its way: when it came in. */
export interface Arrival {
  command: Command;
  who: Who;
  /** Core time as it was then. */
  arrivedAtMs: number;
  arrived: MonotonicMs;
  /** What core time had been shortly before that. */
  former: readonly FormerTime[];
  queued: MonotonicMs;
}

export type RecountVerdict = 'matches' | 'differs';

export interface JudgeContext {
  state: ShowState;
  /** Core time. */
  nowMs: number;
  recount: RecountVerdict;
}

export interface CommandJudgeOptions {
  monotonicNow: () => MonotonicMs;
  /** The world's part of the guards, at this moment. */
  world: () => Pick<GuardContext, 'preflight' | 'identityConnected' | 'edgesRestarting' | 'alarms'>;
  /** Whether a closed run's recount equals its live count. @throws when the ledger can't be read */
  recountMatches: (runId: RunId) => Promise<boolean>;
}

/** Whether a command may be given at this moment, and what follows from it. */
export class CommandJudge {
  readonly #options: CommandJudgeOptions;
  #lastGo: MonotonicMs = NEVER;

  constructor(options: CommandJudgeOptions) {
    this.#options = options;
  }

  /** What the last core measured is gone. By the clock, which may have been set since, it costs a second at most. */
  restoreLastGo(lastGoAtMs: number, nowMs: number): void {
    const sinceGoMs = Math.min(Math.max(nowMs - lastGoAtMs, 0), MAX_COMMAND_AGE_MS);
    this.#lastGo = afterMs(this.#options.monotonicNow(), -sinceGoMs);
  }

  /** A run was opened at this moment. */
  opened(at: MonotonicMs): void {
    this.#lastGo = at;
  }

  /** Whether it comes in time and may be given, and what follows. */
  judge(arrival: Arrival, ctx: JudgeContext): ShowEvent[] | Refusal {
    const { command, who, arrivedAtMs, arrived, former, queued } = arrival;
    const onItsWayMs = ageByItsTime({ ageMs: arrivedAtMs - command.clientTimeMs, arrived }, former);
    // Behind a disk that stalls it grows old here as well, and nothing fires late.
    const ageMs = onItsWayMs + Math.round(sinceMs(this.#options.monotonicNow(), queued));
    if (Math.abs(ageMs) > MAX_COMMAND_AGE_MS) return refuse('too-old', ageSentence(ageMs));
    if (isFromElsewhere(command, ctx.state)) {
      return refuse('stale-revision', 'It was given by another state of this show. Look again, then press again.');
    }
    return this.decide(command, who, { ...ctx, scheduled: false });
  }

  /** The same of an intent of whatever age; `scheduled`: the schedule's and not a person's. */
  decide(intent: CommandIntent, who: Who, ctx: JudgeContext & { scheduled: boolean }): ShowEvent[] | Refusal {
    const { state, nowMs, recount, scheduled } = ctx;
    const { monotonicNow, world } = this.#options;
    const view = deskState(state, { roles: ['owner'], serverNowMs: nowMs, facts: NO_CORE_FACTS });
    const guard: GuardContext = {
      nowMs,
      actor: who.actor,
      roles: who.roles,
      scheduled,
      sinceGoMs: sinceMs(monotonicNow(), this.#lastGo),
      recount,
      ...world(),
    };
    return mayCommand(view, intent, guard) ?? decide(state, intent, { nowMs, actor: who.actor, scheduled });
  }

  /** The run that this command would verify; null while it is not closed, or where the command is another. */
  verifiable(command: Command, state: ShowState): RunId | null {
    if (command.type !== 'poll.verify') return null;
    const run = currentRun(state, command.target);
    return run?.intake === 'closed' ? run.runId : null;
  }

  async recounted(runId: RunId): Promise<RecountVerdict> {
    // A ledger that can't be read verifies nothing.
    return (await this.#options.recountMatches(runId).catch(() => false)) ? 'matches' : 'differs';
  }
}

/** It names a moment that this journal has not come to: its sender looked at another, such as the show before this one. */
function isFromElsewhere(command: Command, { revision }: ShowState): boolean {
  return command.expectedRevision !== undefined && command.expectedRevision > revision && !takesAway(command);
}

function ageSentence(ageMs: number): string {
  if (ageMs > 0) return `It took ${(ageMs / 1000).toFixed(1)} s to get here; after 2 s nothing is carried out.`;
  return `Its time is ${(-ageMs / 1000).toFixed(1)} s ahead of the server's; the desk's clock estimate is off.`;
}
