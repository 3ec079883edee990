/**
 * V8 options of every edge, chosen by measurement; no setting of a person's.
 *
 * A small young generation. An edge's memory is mostly viewers that live long; a large young generation lets the garbage of
 * an arrival lie among them, and V8 gives the pages that it then holds half full back late or never. Measured with Node
 * 24.21 on two cores that others used too: one edge, viewers on WebSockets who arrive, vote four times and get twenty
 * states; KB of resident memory for each viewer above an empty edge, 12 s after that, and the edge's CPU for the traffic.
 *
 * | options                       | 10,000 viewers | 18,000 viewers | CPU for the traffic of 18,000 | CPU for an arrival |
 * | ----------------------------- | -------------- | -------------- | ----------------------------- | ------------------ |
 * | none                          | 16.2, 16.6     | 11.3           | 7.5 s                         | 408 to 439 µs      |
 * | `--max-semi-space-size=8`     | 7.5            |                |                               |                    |
 * | `--max-semi-space-size=4`     | 6.1            | 8.1            | 6.1 s                         |                    |
 * | `--max-semi-space-size=2`     | 6.7            | 6.9            | 7.0 s                         | 476, 488 µs        |
 * | `--max-semi-space-size=1`     | 6.0            | 5.6            | 6.2 s                         | 468, 489 µs        |
 * | `--optimize-for-size`         | 3.5, 3.9       | 3.8            | 10.2 s                        |                    |
 * | `--max-lazy`                  | 10.0           |                |                               |                    |
 * | `--single-threaded-gc`        | 17.6           |                |                               |                    |
 *
 * The smallest one keeps the budget of 6 KB, for an eighth more CPU at the arrival. `--optimize-for-size` holds most, and
 * costs a quarter to a half more CPU for good, which is what runs out first. Runs differ by a fifth, and the fan-out was
 * rebuilt between the two columns of memory.
 */
export const EDGE_V8_FLAGS: readonly string[] = ['--max-semi-space-size=1'];
