import { deskVisibility, showsTotal, visibleTally } from '../../shared/domain/desk-view.ts';
import { maySeeAnswers } from '../../shared/domain/roles.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import type { Concentration, Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';

/**
 * A journal entry as far as a desk with these roles may read it. Right answers and numbers that are hidden from the desk
 * would otherwise stand in the log for everybody.
 */
export function shownEntry(entry: JournalEntry, roles: readonly Role[], state: ShowState): JournalEntry {
  if (!maySeeAnswers(roles) && holdsAnswers(entry.type)) return { ...entry, command: null };
  if (entry.type !== 'system.seal') return entry;
  const { tally, concentrated, ...seal } = entry.command as {
    runId: RunId;
    tally: Tally;
    concentrated?: Concentration;
  };
  const run = state.runs[seal.runId];
  const visibility = run === undefined ? 'hidden' : deskVisibility(run, roles);
  const visible = visibleTally(tally, visibility);
  return {
    ...entry,
    command: {
      ...seal,
      ...(visible === null ? {} : { tally: visible }),
      ...(concentrated !== undefined && showsTotal(visibility) ? { concentrated } : {}),
    },
  };
}

/** Journal entries whose command may hold a right answer. */
function holdsAnswers(type: string): boolean {
  return type === 'cue.add' || type === 'cue.edit' || type === 'poll.answer';
}
