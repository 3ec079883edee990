/** Asks before the app ends while something is on its way to air: the desk page first, a native dialog where no page can. */
import { type QuitDecision, quitDecision, type WindowReport } from './quit-rules.ts';

/** A page whose thread turns answers within milliseconds that it shows the question. */
const HEARD_WITHIN_MS = 3_000;

const WHY = {
  'nobody-said': 'No desk window has said whether something is on air.',
  unseen: 'Something is on its way to air on this machine’s own server, while the windows show another one.',
};

export interface QuitGuardOptions {
  serverRunning: () => boolean;
  windows: () => WindowReport[];
  /** Busy runs on this machine's server while the windows show another one. */
  unseenBusyRuns: () => number;
  /** Puts the question to the desk page; false where there is none to put it to. */
  askPage: () => boolean;
  askNatively: (why: string) => Promise<boolean>;
  /** Ends everything; called once. */
  leave: () => void;
}

export class QuitGuard {
  readonly #options: QuitGuardOptions;
  #asking: 'no' | 'page' | 'natively' = 'no';
  #unheard: NodeJS.Timeout | null = null;
  #left = false;

  constructor(options: QuitGuardOptions) {
    this.#options = options;
  }

  /** True once the app is on its way out: windows may close. */
  get left(): boolean {
    return this.#left;
  }

  /** Somebody wants to quit. `forced` (a signal) asks nobody. */
  want(forced: boolean): void {
    if (this.#left) return;
    // A second wish while the native question stands is the same wish. The page is asked again: it may have been loaded anew.
    if (this.#asking === 'natively' && !forced) return;
    this.#clear();
    const decision: QuitDecision = quitDecision({
      forced,
      serverRunning: this.#options.serverRunning(),
      windows: this.#options.windows(),
      unseenBusyRuns: this.#options.unseenBusyRuns(),
    });
    if (decision.kind === 'quit') this.#leave();
    else if (decision.kind === 'ask-natively') this.#askNatively(WHY[decision.why]);
    else if (this.#options.askPage()) {
      this.#asking = 'page';
      this.#unheard = setTimeout(() => this.pageLost(), HEARD_WITHIN_MS);
    } else this.#askNatively('Something is on its way to air and no desk window is there to ask.');
  }

  /** The page has got the question; `shown`: something in it shows it to the person. */
  heard(shown: boolean): void {
    if (this.#asking !== 'page') return;
    this.#clear();
    if (!shown) this.#askNatively('Something is on its way to air and the desk window is not ready to ask.');
  }

  answer(quit: boolean): void {
    if (this.#asking === 'no') return;
    // A page that was slow to show the question may be answered while the native one stands; its yes counts, its no leaves that one standing.
    if (quit) this.#leave();
    if (this.#asking === 'natively') return;
    this.#clear();
    this.#asking = 'no';
  }

  /** The page that may be showing the question died or hangs. */
  pageLost(): void {
    if (this.#asking === 'page')
      this.#askNatively('Something is on its way to air and the desk window does not react.');
  }

  #askNatively(why: string): void {
    this.#clear();
    this.#asking = 'natively';
    this.#options.askNatively(why).then(
      (quit) => {
        this.#asking = 'no';
        if (quit) this.#leave();
      },
      (error) => {
        this.#asking = 'no';
        throw error;
      },
    );
  }

  #clear(): void {
    if (this.#unheard) clearTimeout(this.#unheard);
    this.#unheard = null;
  }

  #leave(): void {
    if (this.#left) return;
    this.#clear();
    this.#left = true;
    this.#options.leave();
  }
}
