/** Raw bytes to a port and whatever comes back, many at the same time. */
import { connect } from 'node:net';

const AT_ONCE = 24;
/** What comes back beyond that is read and not kept. */
const MOST_HEARD = 1024 * 1024;

export interface Step {
  pieces: readonly Buffer[];
  /** Waits until the answer to this step holds this text (the empty one: until anything comes); null: goes on at once. */
  until: string | null;
  /** Not longer than this, since what is no whole request gets no answer. */
  withinMs: number;
}

/** Takes step after step, says that no more comes, and gives all that came back. */
export function exchange(port: number, steps: readonly Step[]): Promise<string> {
  return new Promise((resolve) => {
    const heard: Buffer[] = [];
    let bytes = 0;
    let onData = () => {};
    const text = () => Buffer.concat(heard).toString('latin1');
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk) => {
      if (bytes < MOST_HEARD) heard.push(chunk);
      bytes += chunk.length;
      onData();
    });
    // The other end may close while something is still being sent.
    socket.on('error', () => {});
    socket.on('close', () => resolve(text()));
    const take = (index: number): void => {
      const step = steps[index];
      if (step === undefined) {
        socket.end();
        return;
      }
      const { until, withinMs } = step;
      const from = bytes;
      const send = (i: number): void => {
        const piece = step.pieces[i];
        if (piece !== undefined) socket.write(piece, () => setImmediate(send, i + 1));
        else if (until === null) take(index + 1);
        else wait(until);
      };
      const wait = (wanted: string): void => {
        const isThere = () => bytes > from && (wanted === '' || text().includes(wanted, from));
        const goOn = () => {
          onData = () => {};
          clearTimeout(timer);
          take(index + 1);
        };
        const timer = setTimeout(goOn, withinMs);
        socket.once('close', () => clearTimeout(timer));
        onData = () => {
          if (isThere()) goOn();
        };
        onData();
      };
      send(0);
    };
    take(0);
  });
}

/** Does it so many times, some of them at the same time. */
export async function times(count: number, what: () => Promise<void>): Promise<void> {
  let left = count;
  const worker = async () => {
    for (; left > 0; ) {
      left -= 1;
      await what();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
