import type { EdgeMachine } from '../../shared/domain/edge-count.ts';
import type { ServerEvent } from '../../shared/protocol/process.ts';
import type { DataFolder } from '../storage/data-folder.ts';
import type { CoreMemory } from './core-memory.ts';
import type { KeyRing } from './key-ring.ts';
import type { RuntimeFolder } from './runtime-folder.ts';
import type { ServerFiles } from './server-files.ts';
import type { ServerLog } from './server-log.ts';
import type { Settings } from './settings.ts';
import type { SilenceLimits } from './silence-watch.ts';

/** How parts are started and how long everything may take; the real ones are in `main.ts`. */
export interface SupervisorWorld {
  coreCommand: [string, ...string[]];
  edgeCommand: [string, ...string[]];
  silence: SilenceLimits;
  /** From a core's start until another process stands by for its next one. */
  standbyAfterMs: number;
  /** How long an app that crashed has for coming back. */
  parentGraceMs: number;
  /** Edges leave first and hand over what they hold, then the core. */
  edgeLeaveMs: number;
  coreLeaveMs: number;
  /** How long a successor of an edge may take until it is ready. */
  successorMs: number;
}

export interface SupervisorOptions {
  files: DataFolder;
  settings: Settings;
  showFile: string | null;
  newShow: boolean;
  keys: KeyRing;
  machine: EdgeMachine;
  runtime: RuntimeFolder;
  ownFiles: ServerFiles;
  memory: CoreMemory;
  log: ServerLog;
  pages: { deskPageDir: string; audiencePageDir: string };
  world: SupervisorWorld;
  announce: (event: ServerEvent) => void;
  /** Everything is gone; the process may end with this code. */
  onStopped: (code: number) => void;
}
