/** Between a test and what it has preloaded into the server's processes. */

/** Environment variable: the folder through which a process is asked, and answers. */
export const PROBE_DIR = 'TALLYROOM_TEST_PROBE_DIR';

export const askFileOf = (pid: number): string => `${pid}.ask`;
export const answerFileOf = (pid: number): string => `${pid}.json`;

/** A stretch of a process's life, from one question to the next. */
export interface Probed {
  /** How long a timer had to wait beyond its time, ms: what everybody else on the event loop waits too. */
  loopDelay: { p99Ms: number; maxMs: number };
  /** The same without what the thread was ready to run and other processes had the machine, where the system tells that. */
  ownDelay: { p99Ms: number; maxMs: number };
  /**
   * CPU time of the thread from one tick of 10 ms to the next, ms: no single piece of work was longer, however little of the
   * machine the process was given.
   */
  loopWork: { p99Ms: number; maxMs: number };
  /** Before it collected, MB. */
  residentMb: number;
  /** What is held after everything that can be collected has been, MB. */
  heldMb: { heap: number; external: number; resident: number };
}
