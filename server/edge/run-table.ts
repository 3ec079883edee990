import { laneOf, takesBallots } from '../../shared/domain/cue-rules.ts';
import { isOnAir } from '../../shared/domain/intakes.ts';
import type { RunRule } from '../../shared/protocol/backplane.ts';
import { type Mode, type PollId, type RunId, runIdOf } from '../../shared/protocol/ids.ts';

/** What the core last said of each run. An edge uses it to refuse what is no ballot, and for nothing else. */
export class RunTable {
  #rules = new Map<RunId, RunRule>();
  #rulesRev = 0;

  get rulesRev(): number {
    return this.#rulesRev;
  }

  /** `whole`: these rules replace everything known before. */
  apply(message: { rulesRev: number; rules: readonly RunRule[]; whole: boolean }): void {
    if (message.whole) this.#rules = new Map();
    for (const rule of message.rules) this.#rules.set(rule.runId, rule);
    this.#rulesRev = message.rulesRev;
  }

  get(pollId: PollId, mode: Mode, round: number): RunRule | null {
    return this.#rules.get(runIdOf(pollId, mode, round)) ?? null;
  }

  /**
   * The rule that a ballot's choice can be held against, or null. A run that was never open has none: a 400 would tell
   * a guesser which options a hidden poll has.
   */
  choiceRule(pollId: PollId, mode: Mode, round: number): RunRule | null {
    const rule = this.get(pollId, mode, round);
    return rule !== null && rule.openedAtMs !== null && takesBallots(rule.kind) ? rule : null;
  }

  /** Where an attempt in this mode is counted: the run it names, else the run now open in the poll lane, else nowhere. */
  accountFor(named: { pollId: PollId; round: number } | null, mode: Mode): RunId | null {
    const rule = named === null ? null : this.get(named.pollId, mode, named.round);
    return rule?.runId ?? this.#openPoll(mode)?.runId ?? null;
  }

  #openPoll(mode: Mode): RunRule | null {
    for (const rule of this.#rules.values()) {
      const onAir = isOnAir(rule);
      if (onAir && rule.mode === mode && laneOf(rule.kind) === 'poll') return rule;
    }
    return null;
  }
}
