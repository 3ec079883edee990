import type { LinkedEdge } from '../backplane/linked-edge.ts';

/** Tells once of each edge that becomes full, and again when it has had room meanwhile. */
export class FullEdges {
  readonly #alarm: (code: string, message: string) => void;
  #full: ReadonlySet<string> = new Set();

  constructor(alarm: (code: string, message: string) => void) {
    this.#alarm = alarm;
  }

  follow(links: readonly Pick<LinkedEdge, 'edgeId' | 'heartbeat'>[]): void {
    const full = new Set(links.filter(({ heartbeat }) => heartbeat?.full === true).map(({ edgeId }) => edgeId));
    for (const edgeId of full) {
      if (this.#full.has(edgeId)) continue;
      this.#alarm(
        'edge-full',
        `${edgeId} is full. Who comes is turned away, or takes the place of a connection that says nothing. Look whether this is the audience or an attack, and start more edges if it is the audience.`,
      );
    }
    this.#full = full;
  }
}
