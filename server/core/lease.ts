/** The right to be the one core of a show. */
export interface CoreLease {
  /** @returns the epoch of this holder's life and core time at that moment; null while another holds it */
  take(me: LeaseHolder): Promise<{ epoch: number; coreNowMs: number } | null>;
  /** To be called twice a second. @returns whether it is still held under this epoch; then never again */
  renew(epoch: number, coreNowMs: number): Promise<boolean>;
  /** For whoever waits for it. One that is not held any more is left alone. */
  release(epoch: number): Promise<void>;
}

export interface LeaseHolder {
  name: string;
  /** Where its desk can be reached, for those who stand by. */
  deskUrl: string;
}

/** One that has to be renewed is renewed so often, ms. */
export const RENEW_MS = 500;

/**
 * The lease of a show that lives in one folder: whoever has started this core holds the folder's owner lock, for as long as it
 * runs. A core that gets a journal under it that another writes is told by the journal (`Fenced`).
 *
 * @param epoch as the journal has counted it up
 */
export function ownerLockLease({ epoch, nowMs }: { epoch: number; nowMs: () => number }): CoreLease {
  return {
    take: async () => ({ epoch, coreNowMs: nowMs() }),
    renew: async (held) => held === epoch,
    release: async () => {},
  };
}
