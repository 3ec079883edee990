/** Finds in a system-call trace what became of one ballot. */

/**
 * A step on a ballot's way and the line of the trace where it is done (index from 0), or null where it isn't found.
 * @typedef {{ what: string, line: number | null, text: string }} Step
 */

/** `pid  seconds  rest`, as `strace -f -ttt -o FILE` writes it. */
const LINE = /^(\d+)\s+(\d+\.\d+)\s+(.*)$/;

/**
 * The trace names calls in the order of things: a call stands where it began, and when others came in between, its end
 * stands in a line of its own (`<... fsync resumed>`). One process writes the trace, so the order holds over processes.
 *
 * @param {string} trace written by `strace -f -ttt -y -s 8192`
 * @param {{ ballotId: string, corePid: number, edgePid: number }} ballot
 * @returns {{ steps: Step[], holds: boolean }} holds: each step is there, and later than the one before
 */
export function followBallot(trace, { ballotId, corePid, edgePid }) {
  const lines = trace.split('\n').map((text) => {
    const [, pid, , rest = ''] = LINE.exec(text) ?? [];
    return { pid: Number(pid), rest, text };
  });
  /** @param {number} from @param {(line: { pid: number, rest: string }) => boolean} found */
  const after = (from, found) => {
    const line = lines.findIndex((candidate, i) => i > from && found(candidate));
    return line === -1 ? null : line;
  };
  /** The line where the call that begins at `line` has ended. @param {number} line */
  const endOf = (line) => {
    const begun = lines[line];
    if (!begun?.rest.includes('<unfinished ...>')) return line;
    return after(line, ({ pid, rest }) => pid === begun.pid && rest.startsWith('<... '));
  };
  /** @param {{ pid: number, rest: string }} line */
  const isReceipt = ({ pid, rest }) =>
    pid === edgePid && rest.includes('\\"t\\":\\"receipt\\"') && rest.includes(ballotId);

  const writtenAt = after(
    -1,
    ({ rest }) => /^pwrite64\(\d+<[^>]*ledger-live\.db-wal>/.test(rest) && rest.includes(ballotId),
  );
  const syncBegins =
    writtenAt === null
      ? null
      : after(writtenAt, ({ rest }) => /^f(data)?sync\(\d+<[^>]*ledger-live\.db-wal>/.test(rest));
  const syncedAt = syncBegins === null ? null : endOf(syncBegins);
  // The first that says so at all, wherever it stands: one before the sync must be found, not passed over.
  const answeredAt = after(
    writtenAt ?? -1,
    ({ pid, rest }) => pid === corePid && rest.includes('\\"t\\":\\"answers\\"') && rest.includes('accepted'),
  );
  const toldAt = after(-1, isReceipt);

  const steps = [
    { what: 'core writes the ballot into the ledger', line: writtenAt },
    { what: "the ledger's sync has returned", line: syncedAt },
    { what: 'core answers the edge', line: answeredAt },
    { what: 'edge writes the receipt to the viewer', line: toldAt },
  ].map((step) => ({ ...step, text: step.line === null ? '' : (lines[step.line]?.text ?? '') }));
  const holds = steps.every(({ line }, i) => line !== null && line > (steps[i - 1]?.line ?? -1));
  return { steps, holds };
}
