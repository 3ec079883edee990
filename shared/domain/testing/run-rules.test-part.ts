import type { RunRule } from '../../protocol/backplane.ts';
import { type Mode, type OptionId, type PollId, runIdOf } from '../../protocol/ids.ts';

/** Core time in the tests' stories, epoch ms. */
export const NOW_MS = 1_760_000_000_000;

/** An open single choice between a, b and c, unless said otherwise; the id follows from poll, mode and round. */
export function ruleOf(changes: Partial<Omit<RunRule, 'runId'>>): RunRule {
  const rule = {
    pollId: 'poll' as PollId,
    mode: 'live' as Mode,
    round: 1,
    kind: 'single' as const,
    intake: 'open' as const,
    options: ['a', 'b', 'c'] as OptionId[],
    min: 1,
    max: 1,
    maxBallots: 1,
    graceMs: 2_000,
    openedAtMs: NOW_MS,
    closesAtMs: NOW_MS + 60_000,
    pausedAtMs: null,
    modeIsOn: true,
    ...changes,
  };
  return { ...rule, runId: runIdOf(rule.pollId, rule.mode, rule.round) };
}
