/** The core process: a child of the supervisor, which tells it what to do over IPC. */
import pino from 'pino';
import {
  type CoreInit,
  FENCED,
  FENCED_EXIT,
  type PartAlarm,
  type PartToSupervisor,
  type SupervisorToPart,
} from '../../shared/protocol/process.ts';
import { Fenced, JournalRefused } from '../journal/journal.ts';
import { partLogOut } from '../process/lossy-lines.ts';
import { StorageError } from '../storage/storage-error.ts';
import { startCore } from './core.ts';
import type { Core } from './core-options.ts';

const BEAT_MS = 500;
/** So long the last word of a core that has been replaced may take. */
const LAST_WORD_MS = 500;
const log = pino({ name: 'core' }, partLogOut());

function tell(message: PartToSupervisor): void {
  if (process.connected) process.send?.(message);
}

let core: Core | null = null;
let leaving = false;
/** Alarms that came before there was anybody to tell. */
const early: PartAlarm[] = [];
let earlyCode: Extract<SupervisorToPart, { t: 'recoded' }> | null = null;

/** Nothing is closed in good order: what is in the files is the other one's now. */
function endReplaced(message: string): void {
  leaving = true;
  log.fatal({ code: FENCED }, message);
  const end = () => process.exit(FENCED_EXIT);
  setTimeout(end, LAST_WORD_MS);
  if (process.connected) process.send?.({ t: 'fatal', code: FENCED, message } satisfies PartToSupervisor, end);
}

async function start(init: CoreInit): Promise<void> {
  try {
    core = await startCore({
      init,
      log,
      onAlarm: (code, message) => {
        log.warn({ code }, message);
        tell({ t: 'alarm', code, message });
      },
      onCodeUsed: (code) => tell({ t: 'code-used', code }),
      onRestartEdges: (reason) => tell({ t: 'restart-edges', reason }),
      onRecode: (change) => tell({ t: 'recode', change }),
      onRecodeDecided: (id, accepted) => tell({ t: 'recode-decided', id, accepted }),
      onOrders: (orders) => tell({ t: 'orders', orders }),
      onSessions: (book) => tell({ t: 'sessions', book }),
      onAnchor: (anchor) => tell({ t: 'anchor', anchor }),
      onEpoch: (epoch) => tell({ t: 'epoch', epoch }),
      onAlarmsTaken: (ids) => tell({ t: 'alarms-taken', ids }),
      onFenced: endReplaced,
    });
    for (const alarm of early.splice(0)) core.takeAlarm(alarm);
    if (earlyCode !== null) core.recoded(earlyCode.id, earlyCode.rehearsalCode);
    log.info({ port: core.port }, 'core ready');
    tell({ t: 'show', audience: core.audienceExpected() });
    tell({ t: 'ready', port: core.port });
  } catch (error) {
    // It has said why, and what fails after that is no other reason.
    if (leaving) return;
    if (error instanceof Fenced) return endReplaced(error.message);
    if (!(error instanceof JournalRefused || error instanceof StorageError)) throw error;
    log.fatal({ code: error.code }, error.message);
    tell({ t: 'fatal', code: error.code, message: error.message });
  }
}

async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  await core?.close();
  process.exit(0);
}

process.on('message', (message: SupervisorToPart) => {
  switch (message.t) {
    case 'init':
      // Not before it: one that stands by has nothing to say.
      setInterval(() => tell({ t: 'beat' }), BEAT_MS);
      if (message.part === 'core') void start(message);
      break;
    case 'code':
      core?.sessions.addCode(message.code);
      break;
    case 'audience':
      core?.audienceIsAt(message.networkUrl ?? message.audienceUrl);
      break;
    case 'edges':
      core?.edgesAre(message);
      break;
    case 'alarm':
      if (core === null) early.push(message.alarm);
      else core.takeAlarm(message.alarm);
      break;
    case 'recode-prepared':
      core?.recodePrepared(message.id, message.refusal);
      break;
    case 'recoded':
      // One that is only starting has the code of before in its init.
      if (core === null) earlyCode = message;
      else core.recoded(message.id, message.rehearsalCode);
      break;
    case 'notice':
      core?.notice(message);
      break;
    case 'stop':
      void leave();
      break;
  }
});
// A core without its supervisor has nobody to start it again: it ends in good order and leaves the ports free.
process.on('disconnect', () => void leave());
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!process.connected) void leave();
  });
}
