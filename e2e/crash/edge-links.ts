import { connect, createServer, type Server, type Socket } from 'node:net';

/** What `edge-links-preload.ts` says before anything else on a connection. */
export interface Preface {
  pid: number;
  /** Where the edge wanted to go. */
  path: string;
}

/** Names the socket of `EdgeLinks` to the processes that are to go through it. */
export const LINKS = 'TALLYROOM_TEST_LINKS';

interface Link {
  isCut: boolean;
  isHeld: boolean;
  connections: Set<{ edge: Socket; core: Socket }>;
}

/**
 * The backplane of a server under test leads through here, so that the link of one edge can be cut or stall while edge and core
 * know nothing of it. What is on its way when a link is cut is lost, in both directions.
 */
export class EdgeLinks {
  readonly path: string;
  readonly #server: Server;
  readonly #links = new Map<number, Link>();

  /** @param path for a Unix socket */
  constructor(path: string) {
    this.path = path;
    this.#server = createServer((edge) => this.#accept(edge));
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(this.path, resolve);
    });
    this.#server.unref();
  }

  /** Ends this edge's connection, and each one that it makes until `mend`. */
  cut(pid: number): void {
    const link = this.#link(pid);
    link.isCut = true;
    for (const { edge, core } of link.connections) {
      edge.destroy();
      core.destroy();
    }
  }

  /** Nothing comes through until `mend`, and nothing is lost: neither side can see it. */
  hold(pid: number): void {
    const link = this.#link(pid);
    link.isHeld = true;
    for (const { edge, core } of link.connections) {
      edge.pause();
      core.pause();
    }
  }

  mend(pid: number): void {
    const link = this.#link(pid);
    link.isCut = false;
    link.isHeld = false;
    for (const { edge, core } of link.connections) {
      edge.resume();
      core.resume();
    }
  }

  close(): void {
    this.#server.close();
    for (const { connections } of this.#links.values()) {
      for (const { edge, core } of connections) {
        edge.destroy();
        core.destroy();
      }
    }
  }

  #link(pid: number): Link {
    const known = this.#links.get(pid);
    if (known !== undefined) return known;
    const link: Link = { isCut: false, isHeld: false, connections: new Set() };
    this.#links.set(pid, link);
    return link;
  }

  #accept(edge: Socket): void {
    let said = Buffer.alloc(0);
    edge.on('error', () => {});
    const read = (bytes: Buffer) => {
      said = Buffer.concat([said, bytes]);
      const end = said.indexOf('\n');
      if (end < 0) return;
      edge.off('data', read);
      edge.pause();
      const { pid, path } = JSON.parse(String(said.subarray(0, end))) as Preface;
      this.#join(edge, { link: this.#link(pid), path, said: said.subarray(end + 1) });
    };
    edge.on('data', read);
  }

  #join(edge: Socket, { link, path, said }: { link: Link; path: string; said: Buffer }): void {
    if (link.isCut) {
      edge.destroy();
      return;
    }
    const core = connect(path);
    const connection = { edge, core };
    link.connections.add(connection);
    for (const [from, to] of [
      [edge, core],
      [core, edge],
    ] as const) {
      from.on('data', (bytes: Buffer) => to.write(bytes));
      // What has come in before the end still goes out.
      from
        .on('error', () => {})
        .on('close', () => {
          link.connections.delete(connection);
          to.end();
        });
    }
    core.write(said);
    if (!link.isHeld) edge.resume();
    else core.pause();
  }
}
