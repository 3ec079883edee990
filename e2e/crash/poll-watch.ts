import type { WsViewer } from '../server/testing/ws-viewer.ts';
import type { CrashStage } from './crash-stage.ts';

const LOOK_EVERY_MS = 10;

/** Sees, by a clock that nobody sets, when a poll ended for viewers and when parts came back. All ms of `performance.now()`. */
export class PollWatch {
  /** Some viewer has seen that it takes nothing more; null while nobody has. */
  endSeenMs: number | null = null;
  /** Until then something stood in the way of its end: a part was away, a disk was full. */
  hinderedMs = 0;
  readonly #timer: NodeJS.Timeout;

  /** Begins when every viewer sees it open. */
  constructor(stage: CrashStage, { cueId, viewers }: { cueId: string; viewers: readonly WsViewer[] }) {
    let known = stage.events.length;
    this.#timer = setInterval(() => {
      const { events } = stage;
      if (events.slice(known).some(({ event }) => event === 'restarted' || event === 'ready')) this.hindered();
      known = events.length;
      const isOpen = viewers.every(({ state }) => state?.poll?.id === cueId && state.poll.intake === 'open');
      if (!isOpen) this.endSeenMs ??= performance.now();
    }, LOOK_EVERY_MS);
  }

  /** Until now something stood in its way. */
  hindered(): void {
    this.hinderedMs = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
