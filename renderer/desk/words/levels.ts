/** Degradation levels by number. */
export const LEVELS: readonly string[] = ['Normal', 'Economy', 'Essential', 'Votes first', 'Protect', 'Hold'];
