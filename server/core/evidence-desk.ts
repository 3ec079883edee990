/** Which run's evidence a desk may have, and when. */
import { deskVisibility } from '../../shared/domain/desk-view.ts';
import { maySeeEvidence } from '../../shared/domain/roles.ts';
import { currentRun, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import type { DeskErrorCode, Role } from '../../shared/protocol/desk.ts';
import { type PollId, runIdOf } from '../../shared/protocol/ids.ts';
import type { EvidenceRun } from '../evidence/evidence-messages.ts';
import type { EvidenceRoom, PackedEvidence } from '../evidence/evidence-room.ts';

export interface EvidenceWish {
  pollId: PollId;
  /** Null: the poll's current run. */
  round: number | null;
}

export type EvidenceAnswer =
  | { kind: 'packed'; evidence: PackedEvidence; fileName: string }
  | {
      kind: 'refused';
      code: Extract<DeskErrorCode, 'role' | 'not-found' | 'not-closed' | 'rate-limited'>;
      message: string;
    };

export type EvidenceFor = (roles: readonly Role[], wish: EvidenceWish) => Promise<EvidenceAnswer>;

export function evidenceDesk({ room, show }: { room: EvidenceRoom; show: () => ShowState }): EvidenceFor {
  return async (roles, { pollId, round }) => {
    if (!maySeeEvidence(roles)) {
      return refused('role', 'Evidence is for an owner, a producer or a verifier.');
    }
    const state = show();
    const run = round === null ? currentRun(state, pollId) : (state.runs[runIdOf(pollId, state.mode, round)] ?? null);
    if (run === null) return refused('not-found', 'There is no such run.');
    if (deskVisibility(run, roles) !== 'counts') {
      return refused('role', 'The numbers of this poll are hidden from the desk.');
    }
    if (run.head === null) return refused('not-closed', 'There is evidence of a poll once it is closed and sealed.');
    const evidence = await room.pack(evidenceRun(run, state.title));
    if (evidence === 'busy') {
      return refused('rate-limited', 'Other evidence is being packed. Try again in a moment.');
    }
    return { kind: 'packed', evidence, fileName: `tallyroom-evidence-${run.runId.replaceAll(':', '-')}.zip` };
  };
}

function refused(code: Extract<EvidenceAnswer, { kind: 'refused' }>['code'], message: string): EvidenceAnswer {
  return { kind: 'refused', code, message };
}

function evidenceRun(run: Run, showTitle: string): EvidenceRun {
  const { runId, cueId, mode, round, intake, openedAtMs, closedAtMs } = run;
  const { text, kind, class: pollClass, maxBallots, options } = run.text;
  return {
    runId,
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
