import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { rawMs } from '../../shared/domain/time.ts';
import type { EdgeInit, SigningKey } from '../../shared/protocol/process.ts';
import { monotonicNow } from '../process/clocks.ts';
import { descriptorLimit } from '../process/descriptor-limit.ts';
import { LoopDelay } from '../process/loop-delay.ts';
import { Networks } from '../process/network.ts';
import { AckTimes } from './ack-times.ts';
import { Admission, type RehearsalCodes } from './admission.ts';
import { AudienceHttp } from './audience-http.ts';
import { AudiencePage } from './audience-page.ts';
import { createAudienceServer } from './audience-server.ts';
import { BallotIntake } from './ballot-intake.ts';
import { takeWord } from './core-words.ts';
import { Doors } from './doors.ts';
import { EdgeClock } from './edge-clock.ts';
import { FanOut } from './fan-out.ts';
import { sayGoodbye } from './goodbye.ts';
import { Guests } from './guests.ts';
import { HouseLimits } from './house-buckets.ts';
import { EVERYTHING, IdleCollector } from './idle-collector.ts';
import type { EdgeLimits } from './limits.ts';
import { MeasuresInForce } from './measures-in-force.ts';
import { partsFor } from './parts-for.ts';
import { PollCensus } from './poll-census.ts';
import { PublicStates } from './public-states.ts';
import { RepeatPolls } from './repeat-polls.ts';
import { FEW, RoomMaker } from './room-maker.ts';
import { RunTable } from './run-table.ts';
import { SseGateway } from './sse-gateway.ts';
import { StateAnswers } from './state-answers.ts';
import { Strangers } from './strangers.ts';
import type { ViewerSocket } from './viewer-socket.ts';
import { VitalSigns } from './vital-signs.ts';
import { VoterTokens } from './voter-token.ts';
import { WriteQueue } from './write-queue.ts';
import { WsGateway } from './ws-gateway.ts';

const SWEEP_MS = 1_000;
const PURGE_EVERY_SWEEPS = 10;
/** A core that restarts is back within this; an edge that has no core for longer should get no new viewers. */
const READY_WITHOUT_CORE_MS = 10_000;
/** Descriptors of a process that serves nobody: files of the runtime, pipes to the supervisor, the backplane, the doors. */
const OWN_DESCRIPTORS = 40;
/** For what a process opens now and then: a page's file, another link to the core, a look at its own memory. */
const SPARE_DESCRIPTORS = 60;

export interface EdgeOptions {
  init: EdgeInit;
  limits: EdgeLimits;
  log: Logger;
  /** Told of every unit of work: a frame, an answer. */
  onWork: () => void;
}

export interface Edge {
  /** Starts listening and looking for the core; gives the port. Rejects when the address can't be listened on. */
  listen(): Promise<number>;
  /** Resolves with the first public state from the core: from then on viewers can come in. */
  readonly firstState: Promise<void>;
  /** Resolves once the core knows that viewers can come in here, so that a poll can be armed. */
  readonly ready: Promise<void>;
  /** How long the core has been away, ms. */
  coreAwayMs(): number;
  /** Holds these keys from now on; the first signs. */
  holdKeys(keys: readonly SigningKey[]): void;
  /** The rehearsal has another code: tokens of the old one hold no more, and who sits in the rehearsal with one leaves. */
  recode(codes: RehearsalCodes): void;
  /** Takes nobody new, because successors listen on its port; whoever is here stays. */
  retire(): void;
  /** The answers still owed and goodbyes to everyone, then its word to the core, then the end; within `EDGE_LEAVE_MS`. */
  leave(): Promise<void>;
}

/** Puts an edge together. It keeps no file and no state of its own: whatever it knows, the core told it. */
export function createEdge({ init, limits, log, ...options }: EdgeOptions): Edge {
  const monotonicMs = () => rawMs(monotonicNow());
  const clock = new EdgeClock({ monotonicNow, wallMs: Date.now, anchor: init.anchor });
  const tokens = new VoterTokens(init.keys, init.rehearsalCode);
  const networks = new Networks(init.trustedProxies, (hop) =>
    log.warn(
      { hop },
      'X-Forwarded-For or Forwarded of a trusted proxy can not be read: all who come through it count as one network',
    ),
  );
  const runs = new RunTable();
  const states = new PublicStates();
  const ackTimes = new AckTimes();
  const census = new PollCensus();
  const maxDescriptors = descriptorLimit();
  const loopDelay = new LoopDelay();
  let leaving = false;
  let retired = false;
  let announceFirstState = () => {};
  const firstState = new Promise<void>((resolve) => {
    announceFirstState = resolve;
  });

  const { backplane, taker } = partsFor({
    settings: init,
    edgeEpoch: randomUUID(),
    monotonicNow,
    log,
    side: {
      linkUp: () => measures.newCore(),
      flushAll: () => queue.flushAll(),
      heartbeat: () => vitalSigns.heartbeat({ isReady: isReady(), isFull: isFull(), retired }),
      spent() {
        const told = house.tell();
        return told === null ? null : { t: 'spent', ...told };
      },
      coreTime: (sentAt, serverNowMs) => clock.learn(sentAt, serverNowMs),
      coreTimeSet: (byMs) => clock.shift(byMs),
      received: (word) =>
        takeWord(word, { runs, house, states, fanOut, measures, onLiveState: () => announceFirstState() }),
    },
    takerSide: {
      answered: (batchNo, answers) => queue.answered(batchNo, answers),
      cameUp: () => queue.cameUp(),
    },
  });
  const measures = new MeasuresInForce({ states, onceOut: (done) => fanOut.onceOut(done) });
  const house = new HouseLimits({
    isLinked: () => backplane.inTouch,
    monotonicNow,
    tellNow: () => backplane.tellSpent(),
  });
  const queue = new WriteQueue({
    taker,
    capacity: limits.queuedBallots,
    monotonicMs,
    onAnswered: (tookMs) => ackTimes.note(monotonicMs(), tookMs),
  });
  const admission = new Admission({ tokens, codes: init, states, measures, clock, limits, house });
  const intake = new BallotIntake({ queue, runs, limits, house, measures, monotonicNow });
  const onWork = () => {
    options.onWork();
    backplane.worked();
  };
  const mostConnections = maxDescriptors - OWN_DESCRIPTORS - SPARE_DESCRIPTORS;
  const silence = {
    most: limits.silentSockets,
    mostPerNetwork: limits.silentPerNetwork,
    mostPerLoopback: limits.silentPerLoopback,
  };
  const strangers = new Strangers<Socket>({ ...silence, showOut: (socket) => socket.destroy() });
  const silent = new Strangers<ViewerSocket>({ ...silence, showOut: (viewer) => viewer.terminate() });
  const guests = new Guests({
    mostWaiting: limits.waitingRequests,
    patienceTurns: Math.ceil(limits.deadAfterMs / SWEEP_MS),
  });
  const few = () => FEW;
  const room = new RoomMaker({
    crowds: () => [
      { kind: guests.idle, spared: () => 0 },
      { kind: silent.kind, spared: few },
      { kind: strangers.kind, spared: few },
      { kind: guests.busy, spared: few },
      { kind: sse.kind, spared: (mark) => FEW + census.joinedBy(mark) },
      { kind: ws.kind, spared: () => Number.POSITIVE_INFINITY },
    ],
    most: mostConnections,
  });
  const ws = new WsGateway({ admission, intake, states, measures, networks, silent, room, clock, limits, onWork });
  const sse = new SseGateway({ states, measures, guests, room, limits });
  const fanOut = new FanOut({ crowds: [ws, sse], measures, monotonicMs });
  const repeats = new RepeatPolls({
    mostBytes: limits.headerBytes,
    states,
    measures,
    answers: new StateAnswers(Date.now),
    census,
    monotonicMs,
    onWork,
    onAnswered: (socket) => guests.repeats(socket),
  });
  const http = new AudienceHttp({
    admission,
    intake,
    tokens,
    states,
    measures,
    sse,
    census,
    repeats,
    networks,
    clock,
    limits,
  });
  const page = new AudiencePage(init.audiencePageDir);
  const server = createAudienceServer({
    http,
    ws,
    page,
    networks,
    strangers,
    guests,
    room,
    limits,
    isReady,
    onWork,
  });

  const doors = new Doors({
    server,
    host: init.host,
    port: init.port,
    sharesPort: init.reusePort,
    most: mostConnections,
    makeRoom() {
      // Of the largest crowd: a small one may be somebody who has just come and speaks in this moment.
      const crowds = [silent, strangers, guests].sort((a, b) => b.size - a.size);
      return crowds.some((crowd) => crowd.showOutOldest());
    },
    fair: room,
    log,
  });

  const vitalSigns = new VitalSigns({
    ...{ states, runs, measures, ws, sse, census, admission, queue, ackTimes, loopDelay, fanOut, log, monotonicMs },
    descriptors: () => doors.connections + OWN_DESCRIPTORS,
    maxDescriptors,
  });

  const collector = new IdleCollector(() => globalThis.gc?.(EVERYTHING));
  let sweeps = 0;
  const sweeper = setInterval(() => {
    queue.sweep();
    loopDelay.turn();
    guests.look();
    void doors.look();
    collector.look(ws.count + sse.count + census.count(monotonicMs()), monotonicMs());
    sweeps += 1;
    if (sweeps % PURGE_EVERY_SWEEPS === 0) {
      admission.sweep();
      intake.sweep();
    }
  }, SWEEP_MS);

  /** Whether who comes may be turned away, or somebody shown out for them. */
  function isFull(): boolean {
    return doors.isFull || strangers.isCrowded || silent.isCrowded;
  }

  function isReady(): boolean {
    const takesPeople = !leaving && !retired && !isFull() && !queue.full;
    return takesPeople && states.get('live') !== null && backplane.downForMs < READY_WITHOUT_CORE_MS;
  }

  return {
    firstState,
    ready: firstState.then(() => backplane.reported()),
    coreAwayMs: () => backplane.downForMs,

    async listen() {
      const port = await doors.open();
      backplane.start();
      return port;
    },

    holdKeys: (keys) => tokens.use(keys),

    recode(codes) {
      tokens.holdCode(codes.rehearsalCode);
      admission.holdCodes(codes);
      ws.endRehearsal();
      sse.endRehearsal();
    },

    retire() {
      retired = true;
      void doors.close();
      void backplane.reported();
    },

    async leave() {
      const giveUpAtMs = monotonicMs() + limits.leaveMs;
      leaving = true;
      // Nothing new is to be expected of it, and people at the desks should see so for as long as it lasts.
      void backplane.reported();
      // Who is told to come back is led here again for as long as it listens, and would be turned away.
      await doors.close();
      await sayGoodbye({
        ...{ ws, sse, http, intake, queue, backplane, fanOut, measures, limits, log, monotonicMs },
        giveUpAtMs,
      });
      clearInterval(sweeper);
      loopDelay.stop();
      ws.stop();
      sse.stop();
      server.closeAllConnections();
      await taker.close();
      backplane.stop();
    },
  };
}
