import type { SeededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { clientText } from './client-frames.ts';
import type { Clockwork } from './clockwork.ts';
import type { Speech } from './ears.ts';
import type { BefallOrder, Fate } from './messages.ts';
import type { Notebook } from './notebook.ts';
import { plannedMs } from './plans.ts';
import type { PollingPlace } from './polling-place.ts';
import type { Transport, Viewer } from './viewer.ts';

const NEXT: Record<Transport, Transport> = { ws: 'sse', sse: 'poll', poll: 'ws' };

/**
 * A few bytes that are answered with ninety. A system keeps some four megabytes for a reader who doesn't read, and only
 * what it won't take waits at the server: so much has to be said before anybody counts as slow.
 */
const SHOUT_FRAME = clientText('{"t":"?"}');
const SHOUTS_AT_ONCE = 4_000;
const SHOUTS = Buffer.concat(Array.from({ length: SHOUTS_AT_ONCE }, () => SHOUT_FRAME));
const TIMES = 24;
const SHOUT_EVERY_MS = 100;
/** Whoever has shouted and is still listened to after so many more times of the silence was never found slow. */
const VERDICT_TIMES = 10;
/** Draws before all who are here are looked through. */
const DRAWS = 20;

export interface FatesOptions {
  book: Notebook;
  clockwork: Clockwork;
  random: SeededRandom;
  place: PollingPlace;
  /** Everyone who has not left. */
  viewers: Viewer[];
  speechOf: (viewer: Viewer) => Speech;
  /** Opens a connection over the viewer's transport. */
  connect: (viewer: Viewer) => void;
}

/** What befalls viewers while they are here. */
export class Fates {
  readonly #options: FatesOptions;

  constructor(options: FatesOptions) {
    this.#options = options;
  }

  plan({ fate, count, startAtMs, plan, forMs }: BefallOrder): void {
    const { book, clockwork, random } = this.#options;
    clockwork.plan({
      times: plannedMs(plan, count, random).map((ms) => startAtMs + ms),
      act: (_i, atMs) => {
        const viewer = this.#draw(fate);
        if (viewer === null) return;
        book.bump(book.fates, fate);
        this.#meet(viewer, fate, { atMs, forMs });
      },
    });
  }

  #meet(viewer: Viewer, fate: Fate, { atMs, forMs }: { atMs: number; forMs: number }): void {
    switch (fate) {
      case 'leaves':
        this.#options.speechOf(viewer).goodbye(viewer);
        viewer.wire?.letGo();
        this.#forget(viewer);
        break;
      case 'vanishes':
        viewer.wire?.letGo();
        viewer.wire?.destroy();
        this.#forget(viewer);
        break;
      case 'loses':
        viewer.wire?.resetAndDestroy();
        break;
      case 'switches':
        this.#switch(viewer, atMs);
        break;
      case 'stalls':
        this.#deafen(viewer);
        this.#hearAgain(viewer, forMs);
        break;
      case 'shouts':
        this.#deafen(viewer);
        viewer.hasShouted = true;
        this.#shout(viewer, TIMES, forMs);
        break;
      case 'repeats':
        this.#options.place.repeat(viewer);
    }
  }

  #forget(viewer: Viewer): void {
    const { book, place, viewers } = this.#options;
    viewer.wire = null;
    viewer.phase = 'gone';
    book.count.here -= 1;
    book.count.left += 1;
    book.sees(null, viewer.state);
    place.leaves(viewer);
    const at = viewers.indexOf(viewer);
    const last = viewers.pop();
    if (last !== undefined && last !== viewer) viewers[at] = last;
  }

  #switch(viewer: Viewer, atMs: number): void {
    const { book, speechOf, connect } = this.#options;
    speechOf(viewer).goodbye(viewer);
    viewer.wire?.letGo();
    viewer.wire = null;
    book.count.here -= 1;
    viewer.transport = NEXT[viewer.transport];
    viewer.isSwitching = true;
    viewer.isDeaf = false;
    viewer.hasShouted = false;
    viewer.plannedMs = atMs;
    connect(viewer);
  }

  #deafen(viewer: Viewer): void {
    viewer.isDeaf = true;
    viewer.wire?.pause();
  }

  #hearAgain(viewer: Viewer, afterMs: number): void {
    const { wire } = viewer;
    this.#options.clockwork.later(afterMs, () => {
      if (viewer.wire !== wire) return;
      viewer.isDeaf = false;
      wire?.resume();
      if (viewer.hasShouted) this.#judge(viewer, afterMs * VERDICT_TIMES);
    });
  }

  #shout(viewer: Viewer, times: number, forMs: number): void {
    const { wire } = viewer;
    if (times === 0) {
      this.#hearAgain(viewer, forMs);
      return;
    }
    wire?.write(SHOUTS);
    this.#options.clockwork.later(SHOUT_EVERY_MS, () => {
      if (viewer.wire === wire) this.#shout(viewer, times - 1, forMs);
    });
  }

  #judge(viewer: Viewer, afterMs: number): void {
    const { book, clockwork } = this.#options;
    const { wire } = viewer;
    clockwork.later(afterMs, () => {
      if (viewer.wire === wire) book.faults.note('slow-reader-kept', `viewer ${viewer.index}`);
    });
  }

  #draw(fate: Fate): Viewer | null {
    const { viewers, random } = this.#options;
    const canMeet = ({ phase, isDeaf, transport }: Viewer) =>
      phase === 'here' && (!isDeaf || fate !== 'stalls') && (fate !== 'shouts' || (!isDeaf && transport === 'ws'));
    for (let draws = 0; draws < DRAWS && viewers.length > 0; draws++) {
      const viewer = random.pick(viewers);
      if (canMeet(viewer)) return viewer;
    }
    return viewers.find(canMeet) ?? null;
  }
}
