import type { CodeChange, SigningKey } from '../../shared/protocol/process.ts';
import type { KeyStore } from '../storage/key-store.ts';
import { type CodesInForce, codesWith, type Keys, type NextCode } from '../storage/keys.ts';

export interface KeyRingOptions {
  /** As loaded at the start. */
  keys: Keys;
  /** Where they came from. */
  store: KeyStore;
  /** TALLYROOM_SECRET signs in place of the file's keys. */
  signsFromEnvironment: boolean;
  /** Puts what was decided about a rehearsal code on the disk, again and again until it is there. */
  keepTrying: (write: () => Promise<void>) => void;
}

/** The keys that voters' tokens are signed with and the rehearsal's code, and their changes while edges run. */
export class KeyRing {
  readonly #options: KeyRingOptions;
  #signing: SigningKey[];
  #codes: CodesInForce;
  #nextCode: NextCode | null;

  constructor(options: KeyRingOptions) {
    this.#options = options;
    const { signing, rehearsalCode, formerCodes, nextCode } = options.keys;
    this.#signing = signing;
    this.#codes = { rehearsalCode, formerCodes };
    this.#nextCode = nextCode;
  }

  /** The first signs, all verify. */
  get signing(): SigningKey[] {
    return this.#signing;
  }

  /** In force, and those before it, the latest first. */
  get codes(): CodesInForce {
    return this.#codes;
  }

  /** Of a new code that is on disk and about which nothing has been decided; null where there is none. */
  get undecided(): CodeChange | null {
    return this.#nextCode?.change ?? null;
  }

  get rotates(): boolean {
    return !this.#options.signsFromEnvironment;
  }

  /**
   * A new key in two steps, so that a token signed with either holds at every edge at any moment: all edges verify with it
   * before the first one signs with it.
   *
   * @param spread gives the keys to every edge; resolves when each holds them
   * @throws StorageError when the file can't be written; the keys are whole then, and the old one signs
   */
  async rotate(spread: (keys: SigningKey[]) => Promise<void>): Promise<void> {
    if (!this.rotates) throw new Error('keys from the environment are rotated there');
    const { store } = this.#options;
    for (const step of [() => store.add(), () => store.promote(Date.now())]) {
      this.#signing = (await step()).signing;
      await spread(this.#signing);
    }
  }

  /**
   * Puts a new rehearsal code on the disk, beside the one in force, which stays in force until `decide`.
   *
   * @throws StorageError when the file can't be written
   */
  async prepareCode(change: CodeChange): Promise<void> {
    this.#nextCode = await this.#options.store.prepareCode(this.#codes, change);
  }

  /**
   * What the journal says of a code that was prepared. In force at once: the disk holds both, and the journal the decision.
   *
   * @returns whether another code is in force now
   */
  decide(changeId: string, isAccepted: boolean): boolean {
    const next = this.#nextCode;
    if (next?.change.id !== changeId) return false;
    this.#nextCode = null;
    if (isAccepted) this.#codes = codesWith(next, this.#codes);
    const codes = this.#codes;
    this.#options.keepTrying(() => this.#options.store.settleCode(codes, changeId));
    return isAccepted;
  }
}
