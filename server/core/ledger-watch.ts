/**
 * What the journal knows and the ledgers must hold. A ledger by itself can't tell that it is an old one, or an empty one in the
 * place of the right one: whatever it holds is whole. So journal and ledgers name one show, the ledgers the journal's last entry
 * that they were told, and the journal the last head that each run's ledger told.
 */
import { basename } from 'node:path';
import type { Run, ShowState } from '../../shared/domain/show-state.ts';
import { Mode, type RunId } from '../../shared/protocol/ids.ts';
import type { Check } from '../../shared/protocol/vitals.ts';
import type { BallotBox, LedgerFault } from '../ballotbox/ballot-box.ts';
import type { KnownRun, RunHead } from '../ballotbox/ledger.ts';
import type { Journal } from '../journal/journal.ts';
import { StorageError } from '../storage/storage-error.ts';

const TELL_EVERY_MS = 1_000;
const SHOWN_FAULTS = 3;

export interface LedgerWatchOptions {
  box: BallotBox;
  journal: Journal;
  show: () => ShowState;
  /** Their paths, for people. */
  files: { journal: string; ledgers: Readonly<Record<Mode, string>> };
  alarm: (code: string, message: string) => void;
}

export class LedgerWatch {
  readonly #options: LedgerWatchOptions;
  readonly #told: Map<RunId, RunHead>;
  /** Where chains stood at the last look. */
  readonly #seen = new Map<RunId, RunHead>();
  #faults: Readonly<Record<Mode, readonly LedgerFault[]>> = { live: [], rehearsal: [] };
  /** Runs whose votes the ledgers did not hold at the start. */
  #lacking: ReadonlySet<RunId> = new Set();
  #timer: NodeJS.Timeout | null = null;
  #isTelling = false;

  constructor(options: LedgerWatchOptions) {
    this.#options = options;
    this.#told = new Map(options.journal.loaded.toldHeads.map((head) => [head.runId, head]));
  }

  /** @throws StorageError `journal-missing`, `journal-older`: on this journal the show would go on as if later votes had not been */
  async mayStart(): Promise<void> {
    const { box, journal, show, files } = this.#options;
    const { revision, showId } = show();
    for (const mode of Mode.options) {
      const binding = box.bindings[mode];
      const ledger = basename(files.ledgers[mode]);
      if (revision === 0) {
        if (binding.holdsRuns) throw journalMissing(files.journal, ledger);
        continue;
      }
      if (binding.showId !== showId || binding.journal === null) continue;
      const { seq, commandId } = binding.journal;
      if ((await journal.commandAt(seq)) !== commandId) {
        throw journalOlder(files.journal, { ledger, seq, revision });
      }
    }
  }

  /** Compares both ledgers with the journal, and has them keep what they belong to. */
  async start(): Promise<void> {
    const { box, journal, show, files, alarm } = this.#options;
    const { revision, showId, runs } = show();
    const commandId = await journal.commandAt(revision);
    if (commandId !== null) box.journalIs({ seq: revision, commandId });
    const [live, rehearsal] = await Promise.all(
      (['live', 'rehearsal'] as const).map((mode) => {
        const opened = Object.values(runs).filter((run) => run.mode === mode && run.openedAtMs !== null);
        return box.bind(mode, { showId, runs: opened.map((run) => this.known(run)) });
      }),
    );
    this.#faults = { live: live ?? [], rehearsal: rehearsal ?? [] };
    this.#lacking = new Set(Mode.options.flatMap((mode) => this.#faults[mode].flatMap(({ lacking }) => lacking)));
    const faulty = Mode.options.filter((mode) => this.#faults[mode].length > 0);
    if (faulty.length > 0) {
      const what = faulty.map((mode) => this.#sentence(mode)).join(' ');
      const which = faulty.map((mode) => basename(files.ledgers[mode])).join(' and ');
      alarm(
        'ledger-incomplete',
        `${what} Stop, put back the ${which} that belongs to this journal with the -wal beside it, and start again. Until then what is missing can't be verified, ARM asks for a reason, and a poll of these that is on air takes no votes and does not close: REVOKE, VOID or CLEAR AIR takes it off the screens. To go on without these votes, start with --new-show or in another folder.`,
      );
    }
    this.#timer = setInterval(() => void this.#tell(), TELL_EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** What the ledger must hold of a run. */
  known({ runId, head, tally }: Run): KnownRun {
    const sealed = head === null || tally === null ? null : { head, tally };
    return { runId, sealed, told: this.#told.get(runId) ?? null };
  }

  /** Whether a mode's ledger is another show's: then it proves nothing of this one, whatever it holds. */
  isOfAnother(mode: Mode): boolean {
    return this.#faults[mode].some(({ code }) => code === 'other-show');
  }

  /** Whether the ledger held at the start what the journal knows of the run. One that opens later is there. */
  isThere({ runId }: Run): boolean {
    return !this.#lacking.has(runId);
  }

  check(mode: Mode): Check {
    if (this.#faults[mode].length === 0) return { ok: true, text: 'holds what the journal knows' };
    return { ok: false, text: `${this.#sentence(mode)} Put the right one back and start again, or arm with a reason.` };
  }

  #sentence(mode: Mode): string {
    const faults = this.#faults[mode];
    const shown = faults.slice(0, SHOWN_FAULTS).map(({ message }) => message);
    const left = faults.length - shown.length;
    const more = left > 0 ? [`And ${left} more.`] : [];
    const name = basename(this.#options.files.ledgers[mode]);
    return [`${name} does not hold what the journal knows.`, ...shown, ...more].join(' ');
  }

  /**
   * Tells the journal where the chains stood a second ago: what is younger can go with the power before anybody has been
   * answered, and would then be missed in a ledger that lost nothing. What does not hold now is told no more, or the next start
   * would find everything in order.
   */
  async #tell(): Promise<void> {
    if (this.#isTelling) return;
    const { box, journal, show } = this.#options;
    const heads: RunHead[] = [];
    for (const run of Object.values(show().runs)) {
      if (run.openedAtMs === null || run.head !== null || !this.isThere(run)) continue;
      const live = box.live(run.runId);
      if (live === null || live.link === 0) continue;
      const before = this.#seen.get(run.runId);
      if (before !== undefined && before.link !== this.#told.get(run.runId)?.link) heads.push(before);
      if (before?.link !== live.link) {
        this.#seen.set(run.runId, { runId: run.runId, head: live.head, link: live.link, tally: live.tally });
      }
    }
    if (heads.length === 0) return;
    this.#isTelling = true;
    try {
      await journal.tellHeads(heads);
      for (const head of heads) this.#told.set(head.runId, head);
    } catch {
      // The disk takes nothing: newer heads are told when it does.
    } finally {
      this.#isTelling = false;
    }
  }
}

function journalMissing(journal: string, ledger: string): StorageError {
  return new StorageError(
    'journal-missing',
    `${journal} is missing or empty, and ${ledger} beside it holds the votes of a show. Put the journal back that belongs to it; or start with --new-show, which puts everything of the old show aside.`,
  );
}

function journalOlder(
  journal: string,
  { ledger, seq, revision }: { ledger: string; seq: number; revision: number },
): StorageError {
  const what =
    seq > revision
      ? `it ends with entry ${revision}, and ${ledger} knows its entry ${seq}`
      : `its entry ${seq} is not the one that ${ledger} knows`;
  return new StorageError(
    'journal-older',
    `${journal} is older than the ledgers beside it: ${what}. Put the newest journal back, with the -wal beside it; or start with --new-show, which puts everything of the old show aside.`,
  );
}
