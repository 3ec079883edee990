/** Something to do at a moment of the voting; ms from its start. */
export interface Moment {
  atMs: number;
  act: () => void | Promise<void>;
}
