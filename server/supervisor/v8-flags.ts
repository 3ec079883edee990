const SMALL_YOUNG_GENERATION = '--max-semi-space-size=4';

/**
 * V8 options of every edge, chosen by measurement; no setting of a person's.
 *
 * A small young generation. An edge's memory is mostly viewers that live long; a large young generation lets the garbage of
 * an arrival lie among them, and V8 gives the pages that it then holds half full back late or never. A very small one
 * collects so often that it shows in the CPU of arrivals, which is what runs out first. Measured with Node 24.21 on two
 * cores, generator included: 50,000 viewers arrive at three edges in 10 s, then vote (`npm run bench -- arrivals`).
 *
 * | options                                        | CPU for an arrival | KiB a viewer, idle | after a state and a ballot |
 * | ---------------------------------------------- | ------------------ | ------------------ | -------------------------- |
 * | `--max-semi-space-size=1`                      | 199, 204, 242 µs   | 2.2                | 2.6                        |
 * | `--max-semi-space-size=4`                      | 191 µs             | 2.3                | 2.9                        |
 * | `--max-semi-space-size=16` (V8's own)          | 198 µs             | 3.4                |                            |
 * | `--max-semi-space-size=1 --single-threaded-gc` | 266 µs             | 2.2                | 2.7                        |
 * | `--max-semi-space-size=4 --single-threaded-gc` | 233 µs             | 2.4                | 2.9                        |
 *
 * Runs of the same differ by a fifth. `--optimize-for-size` was left out after an earlier look: it holds most, and costs a
 * quarter to a half more CPU for good. `--expose-gc` is for the collection of an edge that everyone has left.
 */
export const EDGE_V8_FLAGS: readonly string[] = [SMALL_YOUNG_GENERATION, '--expose-gc'];

/**
 * V8 options of the core, which hold for its threads as well. With V8's own young generation the thread that writes the
 * ledger holds 147 MB after an evening of votes, of which 15 to 60 are used; with this one 25 MB, of which 15 are, at the
 * same CPU per ballot (1.2 million ballots in 60 runs: 300 MB resident against 200, 37 s of CPU each).
 */
export const CORE_V8_FLAGS: readonly string[] = [SMALL_YOUNG_GENERATION];
