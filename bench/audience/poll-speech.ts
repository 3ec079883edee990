import type { SeededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { pollCadenceMs } from '../../renderer/audience/backoff.ts';
import type { Clockwork } from './clockwork.ts';
import type { Ears, Speech } from './ears.ts';
import type { HttpDoor } from './http-door.ts';
import { readAnswer } from './http-reader.ts';
import type { HeldBallot, Viewer } from './viewer.ts';

export interface PollSpeechOptions {
  ears: Ears;
  door: HttpDoor;
  clockwork: Clockwork;
  random: SeededRandom;
}

/** Polling: join, then the state as often as the server's hints say, on one kept connection; ballots beside it. */
export class PollSpeech implements Speech {
  readonly #options: PollSpeechOptions;

  constructor(options: PollSpeechOptions) {
    this.#options = options;
  }

  connected(viewer: Viewer): void {
    viewer.httpStep = 'joining';
    viewer.wire?.write(this.#options.door.join(viewer, ''));
  }

  read(viewer: Viewer, bytes: Buffer, start: number, end: number): number {
    const { ears, door } = this.#options;
    const answer = readAnswer(bytes, start, end);
    if (answer === null) return start;
    if (viewer.httpStep === 'joining') {
      if (!door.joined(viewer, answer, bytes)) return end;
      viewer.httpStep = 'asking';
      viewer.phase = 'greeting';
      this.#ask(viewer);
      return answer.bodyEnd;
    }
    const isNew = answer.status === 200;
    if (!isNew && answer.status !== 304) {
      ears.fault('no-state', bytes.toString('utf8', start, Math.min(end, start + 300)));
    }
    const state = isNew ? ears.reader.read(bytes, answer.bodyStart, answer.bodyEnd) : viewer.state;
    if (isNew && state !== null && answer.etag !== `"${state.epoch}-${state.rev}"`) {
      ears.fault('etag-of-another-state', `${answer.etag} on ${state.epoch}-${state.rev}`);
    }
    if (state !== null && viewer.phase === 'greeting') {
      ears.welcomed(viewer, { token: null, voterId: viewer.joinedAs }, state);
    } else if (state !== null && isNew) {
      ears.shown(viewer, state);
    }
    this.#askLater(viewer);
    return answer.bodyEnd;
  }

  cast(viewer: Viewer, ballot: HeldBallot): void {
    this.#options.door.cast(viewer, ballot);
  }

  goodbye({ wire }: Viewer): void {
    wire?.end();
  }

  #ask(viewer: Viewer): void {
    const { state, wire } = viewer;
    const since = state === null ? '' : `If-None-Match: "${state.epoch}-${state.rev}"\r\n`;
    wire?.write(this.#options.door.get('/v1/state', since));
  }

  /** Spread over a cadence around it, so that a crowd which came together does not ask together. */
  #askLater(viewer: Viewer): void {
    const { clockwork, random } = this.#options;
    const { wire, state } = viewer;
    if (state === null) return;
    clockwork.later(pollCadenceMs(state.hints) * (0.9 + random.next() * 0.2), () => {
      if (viewer.wire === wire) this.#ask(viewer);
    });
  }
}
