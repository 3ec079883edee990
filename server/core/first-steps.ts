/** What a core does with the journal it has found, before edges and desks are let in. */
import type { Logger } from 'pino';
import { isCalm, type ShowState } from '../../shared/domain/show-state.ts';
import type { CoreInit } from '../../shared/protocol/process.ts';
import type { Notice } from '../../shared/protocol/vitals.ts';
import type { Journal } from '../journal/journal.ts';
import type { Engine } from '../show/engine.ts';
import { importNoticeOf, readShow } from './show-import.ts';

type ShowToImport = ReturnType<typeof readShow>;

/** An empty folder gets the show file's show, or an empty one. @throws StorageError `show-file` */
export function showToImport({ showFile }: Pick<CoreInit, 'showFile'>): ShowToImport {
  return showFile === null ? { show: { title: 'Untitled show', cues: [] }, warnings: [] } : readShow(showFile);
}

/**
 * A core died, or the whole server, between the two halves of a new rehearsal code: whether that code is to be in force, which the
 * journal decides. Where the journal that knows has been put aside it is the new one: somebody wanted the old one to end.
 */
export async function isCodeTaken(
  change: NonNullable<CoreInit['undecidedCode']>,
  journal: Pick<Journal, 'answerTo'> | null,
): Promise<boolean> {
  const answer = journal === null ? null : await journal.answerTo(change.actor, change.commandId);
  return journal === null || answer?.status === 'accepted';
}

export interface ShowBeginning {
  init: CoreInit;
  engine: Engine;
  /** The journal held no entry when it was opened. */
  isFresh: boolean;
  /** What was read before anything was put aside; null where there was a journal. */
  early: ShowToImport | null;
  nowMs: () => number;
  alarm: (code: string, message: string) => void;
  log: Logger;
}

/** A fresh journal gets its show, another one the mode that was asked for. @returns what desks are to be told of the show file */
export async function beginShow({
  init,
  engine,
  isFresh,
  early,
  nowMs,
  alarm,
  log,
}: ShowBeginning): Promise<Notice | null> {
  if (isFresh) {
    // A journal without a show: the last core ended while it imported.
    const { show, warnings } = early ?? showToImport(init);
    await engine.importShow(show, init.mode ?? 'rehearsal');
    log.info({ title: show.title, cues: show.cues.length }, 'show imported');
    return importNoticeOf(warnings, nowMs());
  }
  if (init.mode !== null && init.mode !== engine.state.mode) {
    const answer = await engine.setMode(init.mode);
    if (answer.status === 'refused') alarm('mode-busy', `The mode stays ${engine.state.mode}: ${answer.message}`);
  }
  return null;
}

/** What people have to know of how this core began: what its time hangs on was lost, or part of the journal is damaged. */
export function firstAlarms(
  state: ShowState,
  { anchorLost, damagedSnapshots }: { anchorLost: string | null; damagedSnapshots: readonly number[] },
): [code: string, message: string][] {
  const alarms: [string, string][] = [];
  if (anchorLost !== null && !isStill(state)) alarms.push(['anchor-lost', anchorLost]);
  if (damagedSnapshots.length > 0) {
    const which = damagedSnapshots.join(' and ');
    const message = `Part of the journal is damaged: its snapshot ${which} can't be read. The show was put together from the entries before and after, and nothing is lost; look after the disk.`;
    alarms.push(['journal-snapshot', message]);
  }
  return alarms;
}

/** Nothing at all waits for a time. */
function isStill(state: ShowState): boolean {
  return isCalm(state) && !Object.values(state.switches).some(({ revertsAtMs }) => revertsAtMs !== null);
}
