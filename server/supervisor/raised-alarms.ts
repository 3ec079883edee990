import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { PartAlarm, ServerEvent, SupervisorToPart } from '../../shared/protocol/process.ts';

/** So long without a core that takes them, the newest are what people need. */
const MOST_UNTAKEN = 100;
/** A fault that comes again and again is told once; of so many different ones. */
const MOST_FAULTS_TOLD = 20;

export interface RaisedAlarmsOptions {
  log: Logger;
  /** To whoever reads standard output, or listens at the control socket. */
  tell: (event: ServerEvent) => void;
  /** To the core that runs now, if one does. */
  send: (message: SupervisorToPart) => void;
}

/**
 * What goes wrong around the parts, told to the log, to the server's events and to every desk. What no core has taken yet is kept
 * here, so that it outlives the core, whose death it may tell.
 */
export class RaisedAlarms {
  readonly #options: RaisedAlarmsOptions;
  #untaken: PartAlarm[] = [];
  readonly #faultsTold = new Set<string>();

  constructor(options: RaisedAlarmsOptions) {
    this.#options = options;
  }

  /** For the next core's init, the oldest first. */
  get untaken(): PartAlarm[] {
    return [...this.#untaken];
  }

  /** An event, and news for the desks. */
  raise(code: string, message: string): void {
    this.tellEvent('supervisor', code, message);
    this.tellDesks(code, message);
  }

  /** @param from which part it is about */
  tellEvent(from: string, code: string, message: string): void {
    this.#options.log.error({ child: from, code }, message);
    this.#options.tell({ event: 'alarm', code, message, ...(from === 'core' ? { part: 'core' } : {}) });
  }

  /** Now, and at every start of a core until one has taken it. */
  tellDesks(code: string, message: string): void {
    const alarm: PartAlarm = { id: randomUUID(), code, message };
    this.#untaken = [...this.#untaken, alarm].slice(-MOST_UNTAKEN);
    this.#options.send({ t: 'alarm', alarm });
  }

  /** To a core that has become ready: what was raised while it started came before it could hear. It knows them apart by their ids. */
  sendUntaken(): void {
    for (const alarm of this.#untaken) this.#options.send({ t: 'alarm', alarm });
  }

  taken(ids: readonly string[]): void {
    this.#untaken = this.#untaken.filter(({ id }) => !ids.includes(id));
  }

  /** Something of ours can't be written, and is tried again. @param why which file, and what the system says */
  storageTrouble(why: string): void {
    this.raise(
      'supervisor-storage',
      `The server can't write its own files (${why}). The show goes on, and they are written as soon as the disk takes them: make room on it, or see to the folder's rights.`,
    );
  }

  storageIsBack(): void {
    this.#options.log.info('what the disk did not take is written now');
  }

  /** An exception that nobody caught, and that has not ended the parts. */
  fault(error: unknown): void {
    this.#options.log.error({ err: error }, 'a fault of the supervisor');
    const what = error instanceof Error ? error.message : String(error);
    if (this.#faultsTold.has(what) || this.#faultsTold.size >= MOST_FAULTS_TOLD) return;
    this.#faultsTold.add(what);
    this.raise(
      'supervisor-fault',
      `The supervisor met a fault of its own and went on: ${what}. Core and edges run as before; the log has more.`,
    );
  }
}
