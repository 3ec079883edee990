import type { Logger } from 'pino';
import type { EdgeHeartbeat } from '../../shared/protocol/backplane.ts';
import type { LoopDelay } from '../process/loop-delay.ts';
import type { AckTimes } from './ack-times.ts';
import type { Admission } from './admission.ts';
import type { FanOut } from './fan-out.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import type { PollCensus } from './poll-census.ts';
import { isNewer, type PublicStates } from './public-states.ts';
import type { RunTable } from './run-table.ts';
import type { SseGateway } from './sse-gateway.ts';
import type { WriteQueue } from './write-queue.ts';
import type { WsGateway } from './ws-gateway.ts';

export interface VitalSignsOptions {
  states: PublicStates;
  runs: RunTable;
  measures: MeasuresInForce;
  ws: WsGateway;
  sse: SseGateway;
  census: PollCensus;
  admission: Admission;
  queue: WriteQueue;
  ackTimes: AckTimes;
  loopDelay: LoopDelay;
  fanOut: FanOut;
  /** In use now, and how many the process may have. */
  descriptors: () => number;
  maxDescriptors: number;
  log: Logger;
  monotonicMs: () => number;
}

/** What the edge itself knows of how it stands. */
export interface Standing {
  isReady: boolean;
  isFull: boolean;
  retired: boolean;
}

/** What an edge tells the core of itself, gathered from its parts. */
export class VitalSigns {
  readonly #options: VitalSignsOptions;
  #rssMb = 0;

  constructor(options: VitalSignsOptions) {
    this.#options = options;
  }

  heartbeat({ isReady, isFull, retired }: Standing): EdgeHeartbeat {
    const { states, runs, measures, ws, sse, census, admission, queue, ackTimes, loopDelay, fanOut } = this.#options;
    const nowMs = this.#options.monotonicMs();
    const { p50Ms, p99Ms } = ackTimes.summary(nowMs);
    const held = [states.get('live'), states.get('rehearsal')].flatMap((h) => (h === null ? [] : [h.state]));
    const newest = held.reduce((a, b) => (isNewer(b, a) ? b : a), { epoch: 0, rev: 0 });
    return {
      t: 'heartbeat',
      ready: isReady,
      retired,
      full: isFull,
      rulesRev: runs.rulesRev,
      stateEpoch: newest.epoch,
      stateRev: newest.rev,
      ws: ws.count,
      sse: sse.count,
      poll: census.count(nowMs),
      rehearsing: ws.size('rehearsal') + sse.size('rehearsal'),
      joins: census.joins,
      arrivals: admission.arrived,
      queueDepth: queue.depth,
      queueHeadAgeMs: queue.headAgeMs,
      ackP50Ms: p50Ms,
      ackP99Ms: p99Ms,
      rssMb: this.#memoryMb(),
      loopP99Ms: loopDelay.p99Ms,
      roundMs: fanOut.roundMs,
      descriptors: this.#options.descriptors(),
      descriptorLimit: this.#options.maxDescriptors,
      measuresRev: measures.rev,
      unflushed: queue.unflushed,
    };
  }

  /** The last known where the process may not open what it has to read for that. */
  #memoryMb(): number {
    try {
      this.#rssMb = process.memoryUsage.rss() / 1_048_576;
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the memory of this process is not known');
    }
    return this.#rssMb;
  }
}
