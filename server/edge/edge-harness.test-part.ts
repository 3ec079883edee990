/** An edge with a fake core and real sockets, for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { WebSocket } from 'ws';
import type { PublicState, ServerFrame } from '../../shared/protocol/audience.ts';
import type { EdgeInit } from '../../shared/protocol/process.ts';
import { createEdge, type Edge } from './edge.ts';
import { coreNowMs, FakeCore } from './fake-core.test-part.ts';
import { EDGE_LIMITS, type EdgeLimits } from './limits.ts';
import { VoterTokens } from './voter-token.ts';

export const KEYS = [{ kid: 'k1', secret: Buffer.alloc(32, 7).toString('base64url') }];
export const CODE = 'REHEARSE';
export const tokens = new VoterTokens(KEYS, CODE);

export interface Rig {
  core: FakeCore;
  edge: Edge;
  port: number;
  url: string;
  folder: string;
  call(path: string, more?: RequestInit): Promise<Response>;
  /** Casts a ballot over HTTP. */
  cast(token: string, ballot: object): Promise<Response>;
  viewer(): Promise<Viewer>;
  /** A viewer that has said hello. */
  joined(hello?: object): Promise<{ viewer: Viewer; welcome: Welcome }>;
  end(): Promise<void>;
}
export type Welcome = Extract<ServerFrame, { t: 'welcome' }>;

export function initOf(folder: string, more: Partial<EdgeInit>): EdgeInit {
  return {
    t: 'init',
    part: 'edge',
    edgeId: 'edge-1',
    backplanePath: join(folder, 'core.sock'),
    host: '127.0.0.1',
    port: 0,
    reusePort: false,
    keys: KEYS,
    rehearsalCode: CODE,
    formerCodes: [],
    trustedProxies: [],
    anchor: null,
    audiencePageDir: join(folder, 'page'),
    ...more,
  };
}

/** A test that fails half-way does not get to its end; its folder goes all the same. */
const folders = new Set<string>();
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallyroom-edge-'));
  folders.add(folder);
  return folder;
}

/** Close enough to be the core's time and not the machine's, which is an hour off; a busy machine takes its time. */
export function isCoreTime(ms: number): boolean {
  return Math.abs(ms - coreNowMs()) < 30_000;
}

/** What a voter's bucket can have let through in this time: 40 at once and ten a second. */
export function mostBallots(sinceMs: number): number {
  return 40 + Math.ceil((performance.now() - sinceMs) / 100);
}

/** `core: false` leaves the core dead until the test starts it. */
export async function startRig(
  more: { limits?: Partial<EdgeLimits>; init?: Partial<EdgeInit>; core?: boolean; folder?: string } = {},
): Promise<Rig> {
  const folder = more.folder ?? tempFolder();
  const init = initOf(folder, more.init ?? {});
  const core = new FakeCore(init.backplanePath);
  if (more.core !== false) await core.start();
  const edge = createEdge({
    init,
    limits: { ...EDGE_LIMITS, goodbyeMs: 100, leaveMs: 500, ...more.limits },
    log: pino({ level: 'silent' }),
    onWork: () => {},
  });
  const port = await edge.listen();
  if (more.core !== false) {
    await edge.firstState;
    await until(() => core.heartbeat?.ready === true);
  }
  const url = `http://127.0.0.1:${port}`;
  const viewers: Viewer[] = [];
  const rig: Rig = {
    core,
    edge,
    port,
    url,
    folder,
    call: (path, init_) => fetch(`${url}${path}`, init_),
    cast: (token, ballot) =>
      fetch(`${url}/v1/ballots`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(ballot),
      }),
    async viewer() {
      const viewer = await Viewer.connect(port);
      viewers.push(viewer);
      return viewer;
    },
    async joined(hello = {}) {
      const viewer = await rig.viewer();
      viewer.say({ t: 'hello', token: null, ...hello });
      return { viewer, welcome: await viewer.next('welcome') };
    },
    async end() {
      for (const viewer of viewers) viewer.socket.terminate();
      await edge.leave();
      await core.die();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

/** Waits for a condition, never for a time; fails after 15 s with the condition's own text. */
export async function until(condition: () => boolean): Promise<void> {
  const giveUpAtMs = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > giveUpAtMs) throw new Error(`never came true: ${condition}`);
    await delay(5);
  }
}

/** A viewer's WebSocket that keeps what it was told. */
export class Viewer {
  readonly socket: WebSocket;
  readonly frames: ServerFrame[] = [];
  closed: { code: number; reason: string } | null = null;
  #read = 0;

  static async connect(port: number): Promise<Viewer> {
    const viewer = new Viewer(new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, { perMessageDeflate: true }));
    await new Promise((resolve, reject) => {
      viewer.socket.once('open', resolve);
      viewer.socket.once('error', reject);
    });
    return viewer;
  }

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.frames.push(JSON.parse(String(data)) as ServerFrame));
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  say(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** The next unread frame, which has to be of this type. */
  async next<T extends ServerFrame['t']>(t: T): Promise<Extract<ServerFrame, { t: T }>> {
    await until(() => this.frames.length > this.#read);
    const frame = this.frames[this.#read];
    this.#read += 1;
    if (frame?.t !== t) throw new Error(`expected ${t}, got ${JSON.stringify(frame)}`);
    return frame as Extract<ServerFrame, { t: T }>;
  }

  get states(): PublicState[] {
    return this.frames.flatMap((f) => (f.t === 'state' ? [f.state] : []));
  }

  async end(): Promise<{ code: number; reason: string }> {
    await until(() => this.closed !== null);
    return this.closed ?? { code: 0, reason: '' };
  }
}
