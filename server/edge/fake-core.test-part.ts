/** The core's end of the backplane for tests: says what it is told to say and remembers what it heard. */
import { createServer, type Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type {
  BallotAnswer,
  BallotBatch,
  BallotRow,
  CoreToEdge,
  EdgeHeartbeat,
  EdgeToCore,
  RunRule,
} from '../../shared/protocol/backplane.ts';
import { type Mode, type OptionId, type PollId, runIdOf } from '../../shared/protocol/ids.ts';

/** The core's clock in tests is an hour off the machine's, so that nobody gets by with their own. */
export const CORE_AHEAD_MS = 3_600_000;
export const coreNowMs = () => Date.now() + CORE_AHEAD_MS;

export const accepted = (row: BallotRow): BallotAnswer => ({ status: 'accepted', ref: `ref-${row[2]}`, atMs: row[7] });

export function stateOf(more: Partial<PublicState>): PublicState {
  return {
    v: 1,
    epoch: 1,
    rev: 1,
    show: 'show',
    mode: 'live',
    hints: { level: 0, cadenceMs: 50, jitterMs: 200, retryAfterMs: 700, transport: 'ws' },
    ...more,
  };
}

/** An open single-choice run with the options a, b and c, unless told otherwise. */
export function ruleOf(id: string, more: Partial<RunRule>): RunRule {
  const pollId = id as PollId;
  const { mode, round } = { mode: 'live' as Mode, round: 1, ...more };
  return {
    runId: runIdOf(pollId, mode, round),
    pollId,
    mode,
    round,
    kind: 'single',
    intake: 'open',
    options: ['a', 'b', 'c'] as OptionId[],
    min: 1,
    max: 1,
    maxBallots: 1,
    graceMs: 2_000,
    openedAtMs: coreNowMs(),
    closesAtMs: coreNowMs() + 60_000,
    pausedAtMs: null,
    modeIsOn: true,
    ...more,
  };
}

export class FakeCore {
  readonly path: string;
  /** Everything but what comes with every beat, in order, over all connections. */
  readonly heard: Exclude<EdgeToCore, EdgeHeartbeat | { t: 'ping' | 'spent' }>[] = [];
  readonly spent: Extract<EdgeToCore, { t: 'spent' }>[] = [];
  heartbeat: EdgeHeartbeat | null = null;
  heartbeats = 0;
  states: PublicState[] = [stateOf({ mode: 'live' }), stateOf({ mode: 'rehearsal', message: 'rehearsing' })];
  rules: RunRule[] = [];
  /** The box's word on a ballot; null: no batch is answered until `answerBatch`. */
  judge: ((row: BallotRow) => BallotAnswer) | null = accepted;
  clockMs: () => number = coreNowMs;
  answersPings = true;
  /** What is said on a new connection before anything is heard. */
  onConnection: (say: (message: CoreToEdge) => void) => void = () => {};
  #rulesRev = 0;
  #http: Server | null = null;
  #sockets: WebSocket[] = [];

  constructor(path: string) {
    this.path = path;
  }

  get batches(): BallotBatch[] {
    return this.heard.flatMap((m) => (m.t === 'batch' ? [m] : []));
  }

  /** Rows of all batches, each batch number once. */
  get rows(): BallotRow[] {
    return [...new Map(this.batches.map((b) => [b.batchNo, b])).values()].flatMap((b) => b.ballots);
  }

  get connections(): number {
    return this.#sockets.filter((s) => s.readyState === WebSocket.OPEN).length;
  }

  async start(): Promise<void> {
    const http = createServer();
    this.#http = http;
    new WebSocketServer({ server: http }).on('connection', (socket) => {
      this.#sockets.push(socket);
      this.onConnection((message) => socket.send(JSON.stringify(message)));
      socket.on('message', (data) => this.#hear(socket, JSON.parse(String(data)) as EdgeToCore));
    });
    await new Promise<void>((resolve) => http.listen(this.path, resolve));
  }

  /** Dies without a word, like a killed process. */
  async die(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#sockets = [];
    const http = this.#http;
    if (http === null) return;
    this.#http = null;
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  }

  send(message: CoreToEdge): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(message));
  }

  publish(state: PublicState, now: boolean): void {
    this.states = [...this.states.filter((s) => s.mode !== state.mode), state];
    this.send({ t: 'state', state, now });
  }

  setRules(rules: RunRule[]): void {
    this.rules = rules;
    this.#rulesRev += 1;
    this.send({ t: 'runs', rulesRev: this.#rulesRev, rules, whole: true });
  }

  answerBatch(batch: BallotBatch): void {
    this.send({ t: 'answers', batchNo: batch.batchNo, answers: batch.ballots.map(this.judge ?? accepted) });
  }

  #hear(socket: WebSocket, message: EdgeToCore): void {
    const say = (answer: CoreToEdge) => socket.send(JSON.stringify(answer));
    switch (message.t) {
      case 'ping':
        if (this.answersPings) say({ t: 'pong', t0: message.t0, serverNowMs: this.clockMs() });
        return;
      case 'heartbeat':
        this.heartbeat = message;
        this.heartbeats += 1;
        return;
      case 'spent':
        this.spent.push(message);
        return;
      case 'hello':
        this.heard.push(message);
        say({ t: 'welcome', epoch: this.states[0]?.epoch ?? 1, serverNowMs: this.clockMs() });
        say({ t: 'runs', rulesRev: this.#rulesRev, rules: this.rules, whole: true });
        for (const state of this.states) say({ t: 'state', state, now: true });
        return;
      case 'batch':
        this.heard.push(message);
        if (this.judge !== null)
          say({ t: 'answers', batchNo: message.batchNo, answers: message.ballots.map(this.judge) });
        return;
      default:
        this.heard.push(message);
    }
  }
}
