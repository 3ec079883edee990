import type { ReceiptStatus } from '../protocol/audience.ts';
import type { RunRule } from '../protocol/backplane.ts';
import type { OptionId } from '../protocol/ids.ts';
import type { CueKind } from '../protocol/show-file.ts';
import { choiceFault } from './ballot-choice.ts';
import { isBeforeGo, isUnderWay } from './intakes.ts';

export type Verdict = ReceiptStatus | 'malformed' | 'paused' | 'unavailable';

/** What is known of the run that a ballot names. */
export interface RunFacts {
  /** Null when nobody has told of this run. */
  rule: RunRule | null;
  /** The run has been on before. */
  inLedger: boolean;
  sealed: boolean;
  saltDestroyed: boolean;
}

const WITHOUT_BALLOTS: ReadonlySet<CueKind> = new Set<CueKind>(['note', 'cta', 'reaction']);

/**
 * Whether a ballot counts, given that the box hasn't seen it before. The order of the questions is part of the wire
 * contract. Late is judged by when an edge received the ballot, never by when the viewer says it was cast.
 *
 * @param slotsUsed counted ballots of this voter in this run
 */
export function judge(
  ballot: { choice: readonly OptionId[]; receivedAtMs: number },
  { rule, inLedger, sealed, saltDestroyed }: RunFacts,
  slotsUsed: number,
): Verdict {
  if (rule === null) {
    if (sealed || saltDestroyed) return 'late';
    // After a restart the core may not have told of this run yet: a receipt now could be wrong for good.
    return inLedger ? 'unavailable' : 'not-eligible';
  }
  if (isBeforeGo(rule)) return 'not-eligible';
  // It has options to tap, but no choice of them is a ballot.
  if (WITHOUT_BALLOTS.has(rule.kind)) return 'not-eligible';
  if (choiceFault(rule, ballot.choice) !== null) return 'malformed';
  if (!rule.modeIsOn) return 'not-eligible';
  if (sealed || saltDestroyed || !isUnderWay(rule)) return 'late';
  if (rule.closesAtMs !== null && ballot.receivedAtMs > rule.closesAtMs + rule.graceMs) return 'late';
  if (rule.intake === 'paused' && (rule.pausedAtMs === null || ballot.receivedAtMs >= rule.pausedAtMs)) return 'paused';
  if (slotsUsed >= rule.maxBallots) return rule.maxBallots === 1 ? 'duplicate' : 'over-limit';
  return 'accepted';
}
