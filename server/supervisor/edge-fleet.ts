import type { Part } from './part.ts';

export interface EdgeFleetOptions {
  /** A part for an edge of this name, not started. `onReady` is told at each of its lives. */
  newPart: (edgeId: string, onReady: (port: number) => void) => Part;
  /** An edge in its place is ready: for the first time, or again after it died. */
  onReady: (port: number) => void;
  /** A successor stands in its place: its predecessor is gone. */
  onReplaced: () => void;
  /** How long an edge may take to leave. */
  leaveMs: number;
  /** How long a successor may take to become ready. */
  successorMs: number;
  /** Whether a successor can listen beside its predecessor. */
  sharesPort: boolean;
}

/** The edges, each in its place, and while they are restarted their predecessors or successors beside them. */
export class EdgeFleet {
  readonly #options: EdgeFleetOptions;
  #edges: Part[] = [];
  /** Successors that are not in place yet, and predecessors that are leaving. */
  readonly #beside = new Set<Part>();

  constructor(options: EdgeFleetOptions) {
    this.#options = options;
  }

  /** Every process of theirs. */
  get parts(): Part[] {
    return [...this.#edges, ...this.#beside];
  }

  get pids(): number[] {
    return this.#edges.map(({ pid }) => pid);
  }

  get ready(): boolean {
    return this.#edges.length > 0 && this.#edges.every((edge) => edge.ready);
  }

  /** So many places, and the first edge, which finds the port. */
  open(count: number): void {
    this.#edges = Array.from({ length: count }, (_, place) => this.#newPart(place));
    this.#edges[0]?.start();
  }

  startOthers(): void {
    for (const edge of this.#edges.slice(1)) edge.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.stop(this.#options.leaveMs)));
  }

  /** Each is ended and started again in its place; all that a system allows on which a port can't be shared. */
  async restartInPlace(isStopping: () => boolean): Promise<boolean> {
    const { leaveMs, successorMs } = this.#options;
    for (const edge of this.#edges) {
      if (isStopping()) return false;
      await edge.restart(leaveMs);
      if (!(await edge.becomesReady(successorMs))) return false;
    }
    return true;
  }

  /**
   * Replaces every edge without a moment in which nobody listens: all successors first, then the predecessors leave one by
   * one. Those stop listening before the first of them leaves: the system spreads who comes back over all that listen, and
   * the last of eight edges would have to hold more than twice its share when its turn came.
   *
   * @returns false when a successor did not become ready, and everything is as it was; or when the server stops meanwhile
   */
  async replaceOneByOne(isStopping: () => boolean): Promise<boolean> {
    const { leaveMs, successorMs, onReplaced } = this.#options;
    const successors: Part[] = [];
    for (const place of this.#edges.keys()) {
      if (isStopping()) return false;
      const successor = this.#newPart(place);
      successors.push(successor);
      this.#beside.add(successor);
      successor.start();
      if (await successor.becomesReady(successorMs)) continue;
      await Promise.all(successors.map((part) => part.stop(leaveMs)));
      for (const part of successors) this.#beside.delete(part);
      return false;
    }
    const predecessors = this.#edges;
    for (const edge of predecessors) edge.retire();
    for (const [place, edge] of predecessors.entries()) {
      const successor = successors[place];
      if (isStopping() || successor === undefined) return false;
      this.#beside.delete(successor);
      this.#beside.add(edge);
      this.#edges = this.#edges.with(place, successor);
      await edge.stop(leaveMs);
      this.#beside.delete(edge);
      if (!isStopping()) onReplaced();
    }
    return true;
  }

  /** One by one, by the better of the two ways that this system allows. */
  restart(isStopping: () => boolean): Promise<boolean> {
    return this.#options.sharesPort ? this.replaceOneByOne(isStopping) : this.restartInPlace(isStopping);
  }

  #newPart(place: number): Part {
    const part: Part = this.#options.newPart(`edge-${place + 1}`, (port) => {
      if (!this.#beside.has(part)) this.#options.onReady(port);
    });
    return part;
  }
}
