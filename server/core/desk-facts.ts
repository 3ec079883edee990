import type { CoreFacts } from '../../shared/domain/desk-view.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { MeasuresWatch } from './measures.ts';
import type { ShowNow } from './show-now.ts';

export interface DeskFactsOptions {
  show: ShowNow;
  measures: Pick<MeasuresWatch, 'now' | 'inForce'>;
  /** What a start found in the journal; null where it found none. */
  restored: string | null;
  publicUrl: string | null;
  audienceUrl: string | null;
  rehearsalCode: string;
}

/** What desks are told beside the show: it stands in no journal entry, so a change of it is a whole snapshot for everybody. */
export class DeskFacts {
  readonly #options: DeskFactsOptions;
  /** Null until the audience port is known. */
  audienceUrl: string | null;
  /** In force now. */
  rehearsalCode: string;

  constructor(options: DeskFactsOptions) {
    this.#options = options;
    this.audienceUrl = options.audienceUrl;
    this.rehearsalCode = options.rehearsalCode;
  }

  now(): CoreFacts {
    const { show, measures, restored, publicUrl } = this.#options;
    const base = publicUrl ?? this.audienceUrl;
    return {
      restored,
      viewerUrl: viewerUrl({ base, mode: show.state.mode, code: this.rehearsalCode }),
      inForce: measures.inForce(),
      unjournaled: show.orders.length,
    };
  }
}

/** The page for viewers of this mode; null until the audience port is known. */
function viewerUrl({ base, mode, code }: { base: string | null; mode: Mode; code: string }): string | null {
  if (base === null) return null;
  return mode === 'rehearsal' ? `${base}/?code=${encodeURIComponent(code)}` : `${base}/`;
}
