/** Which run's evidence a desk may have, and when. */
import { evidenceFileName, evidenceRefusal } from '../../shared/domain/evidence.ts';
import { currentRun, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import type { DeskErrorCode, Role } from '../../shared/protocol/commands.ts';
import { type PollId, runIdOf } from '../../shared/protocol/ids.ts';
import type { EvidenceRun } from './evidence-messages.ts';
import { EvidenceFailed, type EvidenceRoom, type PackedEvidence } from './evidence-room.ts';

export interface EvidenceWish {
  pollId: PollId;
  /** Null: the poll's current run. */
  round: number | null;
}

export type EvidenceAnswer =
  | { kind: 'packed'; evidence: PackedEvidence; fileName: string }
  | {
      kind: 'refused';
      code: Extract<DeskErrorCode, 'role' | 'not-found' | 'not-closed' | 'rate-limited' | 'unavailable'>;
      message: string;
    };

export type EvidenceFor = (roles: readonly Role[], wish: EvidenceWish) => Promise<EvidenceAnswer>;

export function evidenceDesk({ room, show }: { room: EvidenceRoom; show: () => ShowState }): EvidenceFor {
  return async (roles, { pollId, round }) => {
    const state = show();
    const run = round === null ? currentRun(state, pollId) : (state.runs[runIdOf(pollId, state.mode, round)] ?? null);
    if (run === null) return refused('not-found', 'There is no such run.');
    const refusal = evidenceRefusal(roles, { isSealed: run.head !== null, onDesk: run.visibility.desk });
    if (refusal !== null) return refused(refusal.code, refusal.message);
    const evidence = await room.pack(evidenceRun(run, state)).catch(whyNot);
    if (evidence instanceof EvidenceFailed) {
      return refused('unavailable', `The evidence can't be packed now: ${evidence.message}`);
    }
    if (evidence === 'busy') {
      return refused('rate-limited', 'Other evidence is being packed. Try again in a moment.');
    }
    return { kind: 'packed', evidence, fileName: evidenceFileName(run.runId) };
  };
}

function whyNot(error: unknown): EvidenceFailed {
  if (error instanceof EvidenceFailed) return error;
  throw error;
}

function refused(code: Extract<EvidenceAnswer, { kind: 'refused' }>['code'], message: string): EvidenceAnswer {
  return { kind: 'refused', code, message };
}

function evidenceRun(run: Run, { title: showTitle, showId }: ShowState): EvidenceRun {
  const { runId, cueId, mode, round, intake, openedAtMs, closedAtMs } = run;
  const { text, kind, class: pollClass, maxBallots, options } = run.text;
  return {
    runId,
    showId,
    pollId: cueId,
    mode,
    round,
    showTitle,
    text,
    kind,
    class: pollClass,
    maxBallots,
    options,
    intake,
    openedAtMs,
    closedAtMs,
    isAnswerRevealed: run.answer.state === 'revealed',
  };
}
