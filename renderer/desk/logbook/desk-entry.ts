import type { LogEntry } from '../../../shared/protocol/logbook.ts';

/** A desk's own entry. `waits`: the core, which keeps it, has not got all of it yet. */
export type DeskEntry = LogEntry & { waits?: boolean };
