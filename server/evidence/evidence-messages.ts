/** Between the core and the thread that packs evidence. */
import type { Intake } from '../../shared/protocol/desk-state.ts';
import type { Mode, PollId, RunId } from '../../shared/protocol/ids.ts';
import type { CueKind, CueOption, PollClass } from '../../shared/protocol/show-file.ts';

/** What the show knows of the run that is packed. */
export interface EvidenceRun {
  runId: RunId;
  showId: string;
  pollId: PollId;
  mode: Mode;
  round: number;
  showTitle: string;
  text: string;
  kind: CueKind;
  class: PollClass;
  maxBallots: number;
  options: CueOption[];
  intake: Intake;
  openedAtMs: number | null;
  closedAtMs: number | null;
  /** Whether everybody may know the right answer. */
  isAnswerRevealed: boolean;
}

export interface EvidenceWork {
  run: EvidenceRun;
  ledger: string;
  journal: string;
  /** An empty folder, for the files and the zip made of them. */
  dir: string;
  /** Core time. */
  packedAtMs: number;
}

export interface PackerCalls {
  /** Gives the path of the zip. */
  pack(work: EvidenceWork): Promise<string>;
}
