/** How long a pin may stand before it goes back to automatic by itself. */
export interface RevertTime {
  label: string;
  /** Null: it stays until somebody changes it. */
  ms: number | null;
}

const minutes = (n: number): RevertTime => ({ label: `${n} min`, ms: n * 60_000 });

/** A pin that is forgotten does harm for the rest of the evening, so a time is chosen unless somebody chooses none. */
export const DEFAULT_REVERT = minutes(15);
export const REVERT_TIMES: readonly RevertTime[] = [
  minutes(5),
  DEFAULT_REVERT,
  minutes(30),
  { label: 'end of show', ms: null },
];
