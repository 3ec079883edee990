import type { PartToSupervisor, SupervisorToPart } from '../../shared/protocol/process.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { EdgeFleet } from './edge-fleet.ts';
import type { KeyRing } from './key-ring.ts';
import { within } from './within.ts';

/** An edge that does not answer is hung or dying; the next one in its place is born with the new code. */
const SPREAD_WITHIN_MS = 1_000;

export type RecodingNews = Extract<PartToSupervisor, { t: 'recode' | 'recode-decided' }>;

export interface RecodingOptions {
  keys: KeyRing;
  fleet: EdgeFleet;
  /** To the core. */
  send: (message: SupervisorToPart) => void;
  onNewCode: (rehearsalCode: string) => void;
}

/**
 * The supervisor's side of a new rehearsal code. The core asks for one, which is put on disk; journals the command; and says what
 * became of it. Only then is the code anybody's.
 */
export class Recoding {
  readonly #options: RecodingOptions;
  #lastRef = 0;

  constructor(options: RecodingOptions) {
    this.#options = options;
  }

  heard(news: RecodingNews): void {
    if (news.t === 'recode') void this.#prepare(news);
    else void this.#decided(news);
  }

  async #prepare({ change }: Extract<RecodingNews, { t: 'recode' }>): Promise<void> {
    const { keys, send } = this.#options;
    const refusal = await keys.prepareCode(change).then(() => null, sentenceOf);
    send({ t: 'recode-prepared', id: change.id, refusal });
  }

  async #decided({ id, accepted }: Extract<RecodingNews, { t: 'recode-decided' }>): Promise<void> {
    const { keys, fleet, send, onNewCode } = this.#options;
    if (!keys.decide(id, accepted)) return;
    const { rehearsalCode, formerCodes } = keys.codes;
    const told = fleet.parts.map((edge) =>
      edge.ask({ t: 'rehearsal-code', ref: ++this.#lastRef, rehearsalCode, formerCodes }),
    );
    await within(SPREAD_WITHIN_MS, Promise.all(told));
    // Another one may have taken its place while an edge was waited for.
    if (keys.codes.rehearsalCode !== rehearsalCode) return;
    onNewCode(rehearsalCode);
    send({ t: 'recoded', id, rehearsalCode });
  }
}

/** @throws what is a fault of ours */
function sentenceOf(error: unknown): string {
  if (error instanceof StorageError) return error.message;
  throw error;
}
