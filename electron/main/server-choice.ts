/** Which server the windows talk to: this machine's own, or another one whose link somebody pasted. */
import type { DeskConnection, ServerStatus, SwitchOutcome } from '../../shared/protocol/bridge.ts';
import { parseDeskLink, type Refusal, refused } from './desk-link.ts';
import { log, wordsOf } from './main-log.ts';
import type { RemoteMemory } from './remote-memory.ts';
import { buyRemoteSession, type RemoteSession } from './remote-session.ts';

export interface ServerChoiceOptions {
  own: {
    status: () => ServerStatus;
    connection: () => Promise<DeskConnection>;
    /** Runs on this machine's server that are armed, open, paused or closing. @throws when it doesn't answer */
    busyRuns: () => Promise<number>;
  };
  memory: RemoteMemory;
  /** Another server is in use from now on. */
  onSwitched: () => void;
}

/** This machine's server is never stopped by a switch: it idles, and is there at once when somebody comes back to it. */
export class ServerChoice {
  readonly #options: ServerChoiceOptions;
  #remote: RemoteSession | null;
  /** One switch at a time: each spends a code. */
  #switching: Promise<SwitchOutcome> | null = null;

  constructor(options: ServerChoiceOptions) {
    this.#options = options;
    this.#remote = options.memory.inUse;
  }

  /** Address of the other server in use; null: this machine's is. */
  get remote(): string | null {
    return this.#remote?.deskUrl ?? null;
  }

  /** Of the server in use; null while there is none. */
  get deskUrl(): string | null {
    const { status } = this;
    return status.kind === 'running' ? status.deskUrl : null;
  }

  /** Of the server in use. Whether another machine's is there is for the page to find out: its link says so. */
  get status(): ServerStatus {
    return this.#remote === null
      ? this.#options.own.status()
      : { kind: 'running', deskUrl: this.#remote.deskUrl, adopted: false };
  }

  connection(): Promise<DeskConnection> {
    return this.#remote === null
      ? this.#options.own.connection()
      : Promise.resolve({ kind: 'session', ...this.#remote });
  }

  connectTo(link: string): Promise<SwitchOutcome> {
    this.#switching ??= this.#connectTo(link).finally(() => {
      this.#switching = null;
    });
    return this.#switching;
  }

  useOwn(): void {
    if (this.#remote === null) return;
    log('info', 'The windows go back to this machine’s server.', { from: this.#remote.deskUrl });
    this.#use(null);
  }

  async #connectTo(text: string): Promise<SwitchOutcome> {
    const link = parseDeskLink(text);
    if (link.kind === 'refused') return link;
    const own = this.#options.own.status();
    if (own.kind === 'running' && own.deskUrl === link.deskUrl) {
      return refused('own-server', 'This is the link of this machine’s own server.');
    }
    // Before the code is spent, so that the same link works once the reason is gone.
    const held = this.#remote === null ? await this.#whyStay(own) : null;
    if (held !== null) return held;
    const bought = await buyRemoteSession(link);
    if (bought.kind === 'refused') return bought;
    log('info', 'The windows go to another machine’s server.', { to: bought.deskUrl });
    this.#use({ deskUrl: bought.deskUrl, session: bought.session });
    return { kind: 'switched' };
  }

  /** A desk never walks away from what it has on air. */
  async #whyStay(own: ServerStatus): Promise<Refusal | null> {
    if (own.kind !== 'running') return null;
    try {
      const busy = await this.#options.own.busyRuns();
      if (busy === 0) return null;
      const what = busy === 1 ? 'A cue is' : `${busy} cues are`;
      return refused('busy', `${what} armed or on air on this machine’s server. Disarm or close first.`);
    } catch (error) {
      const reason = wordsOf(error);
      log('warn', 'This machine’s server did not say whether anything is on air.', { reason });
      return refused(
        'unsure',
        'This machine’s server does not answer, so nobody knows whether anything is on air there. Try again in a moment.',
      );
    }
  }

  #use(remote: RemoteSession | null): void {
    this.#remote = remote;
    this.#options.memory.remember(remote);
    this.#options.onSwitched();
  }
}
