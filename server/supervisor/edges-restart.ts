import type { EdgesNoticeCode, EdgesRefusal, SigningKey } from '../../shared/protocol/process.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { EdgeFleet } from './edge-fleet.ts';
import type { KeyRing } from './key-ring.ts';

export interface EdgesRestartOptions {
  fleet: EdgeFleet;
  keys: KeyRing;
  /** The server has been ready once. */
  isReady: () => boolean;
  isStopping: () => boolean;
  /** Whether one is under way has changed. */
  onChange: () => void;
  notice: (code: EdgesNoticeCode, level: 'info' | 'warn', message: string) => void;
  /** It was begun and failed: for whoever is not there to read the notice. */
  onFailure: (message: string) => void;
}

/** The edges, restarted one by one while the show goes on; one such restart at a time. */
export class EdgesRestart {
  readonly #options: EdgesRestartOptions;
  #underWay = false;
  #lastRef = 0;

  constructor(options: EdgesRestartOptions) {
    this.#options = options;
  }

  get underWay(): boolean {
    return this.#underWay;
  }

  /** Begins, or says why not. @param why who wants it, as a sentence's end: "asked for at a desk" */
  begin(why: string, rotateKey: boolean): EdgesRefusal | null {
    const refusal = this.#refusal(rotateKey);
    if (refusal !== null) {
      this.#options.notice('edges-not-restarted', 'warn', `The edges are not restarted (${why}): ${refusal.message}`);
      return refusal;
    }
    this.#underWay = true;
    this.#options.onChange();
    void this.#run(why, rotateKey).finally(() => {
      this.#underWay = false;
      this.#options.onChange();
    });
    return null;
  }

  #refusal(rotateKey: boolean): EdgesRefusal | null {
    const { isReady, isStopping, keys } = this.#options;
    if (this.#underWay) return { code: 'restart-under-way', message: 'They are being restarted already.' };
    if (!isReady() || isStopping()) return { code: 'not-ready', message: 'The server is not ready.' };
    if (!rotateKey || keys.rotates) return null;
    return {
      code: 'keys-from-environment',
      message: 'TALLYROOM_SECRET signs the tokens of voters; a new key is set there, at a start.',
    };
  }

  async #run(why: string, rotateKey: boolean): Promise<void> {
    const { fleet, isStopping, notice, onFailure } = this.#options;
    const failed = (message: string) => {
      notice('edges-not-restarted', 'warn', message);
      onFailure(message);
    };
    const begun = rotateKey ? 'Tokens get a new signing key, then the edges' : 'The edges';
    notice('edges-restarting', 'info', `${begun} are restarted one by one (${why}). Viewers move over by themselves.`);
    const failure = rotateKey ? await this.#rotateKey() : null;
    if (failure !== null) {
      failed(`The edges are not restarted: ${failure}`);
      return;
    }
    const done = await fleet.restart(isStopping);
    if (isStopping()) return;
    if (done) notice('edges-restarted', 'info', 'All edges have been restarted.');
    else failed('A new edge did not become ready. Look at the log; the edges that were there go on.');
  }

  async #rotateKey(): Promise<string | null> {
    try {
      await this.#options.keys.rotate((keys) => this.#spread(keys));
      return null;
    } catch (error) {
      if (error instanceof StorageError) return error.message;
      throw error;
    }
  }

  async #spread(keys: SigningKey[]): Promise<void> {
    await Promise.all(this.#options.fleet.parts.map((edge) => edge.ask({ t: 'keys', ref: ++this.#lastRef, keys })));
  }
}
