/** An edge as a process that carries viewers: the supervisor's child, or on its own with an init in its environment. */
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import {
  EDGE_INIT_VARIABLE,
  EDGE_INIT_WRONG,
  EDGE_LEAVE_MS,
  type EdgeInit,
  type PartToSupervisor,
  type SupervisorToPart,
} from '../../shared/protocol/process.ts';
import { monotonicNow } from '../process/clocks.ts';
import { LifeSign } from '../process/life-sign.ts';
import { partLogOut } from '../process/lossy-lines.ts';
import { createEdge, type Edge } from './edge.ts';
import { type InitOutcome, initFromEnvironment, readInit } from './init.ts';
import { EDGE_LIMITS } from './limits.ts';

const BEAT_MS = 500;
/** The supervisor kills a little later; leaving by itself is the better end. */
const LEAVE_HARD_MS = EDGE_LEAVE_MS - 250;

const log = pino({ base: { part: 'edge', pid: process.pid } }, partLogOut());
let edge: Edge | null = null;
let leaving = false;
/** Monotonic ms; null while the supervisor is there. */
let supervisorGoneAtMs: number | null = null;

function tell(message: PartToSupervisor): void {
  if (!process.connected) return;
  process.send?.(message, (error: Error | null) => {
    if (error) log.debug({ err: error }, 'the supervisor did not hear a message');
  });
}

const life = new LifeSign(BEAT_MS / 2, monotonicNow, () => tell({ t: 'beat' }));

async function leave(why: string): Promise<void> {
  if (leaving) return;
  leaving = true;
  log.info({ why }, 'leaving');
  await Promise.race([edge?.leave(), delay(LEAVE_HARD_MS)]);
  process.exit(0);
}

async function start(init: EdgeInit): Promise<void> {
  log.setBindings({ edgeId: init.edgeId });
  edge = createEdge({ init, limits: EDGE_LIMITS, log, onWork: () => life.worked() });
  const port = await edge.listen();
  await edge.ready;
  log.info({ port }, 'ready');
  tell({ t: 'ready', port });
}

function fail(error: unknown): void {
  log.fatal({ err: error }, 'the edge failed');
  process.exit(1);
}

function whenSignalled(): void {
  // A terminal's Ctrl+C reaches every process of the group. While the supervisor is there, it says when to leave, so
  // that viewers are told goodbye in order.
  if (!process.connected) void leave('signal');
}

/** Alone for long enough, without supervisor and core, there is nobody left to serve a show for. */
function watchLoneliness(): void {
  if (supervisorGoneAtMs === null) return;
  const aloneMs = Math.min(performance.now() - supervisorGoneAtMs, edge?.coreAwayMs() ?? Number.POSITIVE_INFINITY);
  if (aloneMs >= EDGE_LIMITS.aloneMs) void leave('supervisor and core are gone');
}

/** Says on standard error why it can't begin, and ends. */
function refuse(message: string, exitCode: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}

/** Begins with what it was told, wherever that came from. */
function begin(outcome: InitOutcome): void {
  if (outcome.kind === 'refused') refuse(outcome.message, EDGE_INIT_WRONG);
  start(outcome.init).catch(fail);
}

// Taken out of the environment in any case: it holds the keys, and whatever this process starts or reports would inherit them.
const ownInit = initFromEnvironment(process.env);
if (process.send === undefined && ownInit === null) {
  refuse(
    `An edge is started by the Tallyroom supervisor (npm run server), or with its init as JSON in ${EDGE_INIT_VARIABLE}.`,
    2,
  );
}
process.on('uncaughtException', fail);
process.on('SIGINT', whenSignalled);
process.on('SIGTERM', whenSignalled);
process.on('disconnect', () => {
  supervisorGoneAtMs = performance.now();
});
process.on('message', (message: SupervisorToPart) => {
  if (message.t === 'init' && message.part === 'edge') begin(readInit(message));
  else if (message.t === 'retire') edge?.retire();
  else if (message.t === 'keys') {
    edge?.holdKeys(message.keys);
    tell({ t: 'confirmed', ref: message.ref });
  } else if (message.t === 'rehearsal-code') {
    edge?.recode(message);
    tell({ t: 'confirmed', ref: message.ref });
  } else if (message.t === 'stop') void leave('told to');
});
setInterval(() => {
  life.due();
  watchLoneliness();
}, BEAT_MS);
// Whoever has a supervisor is told by it.
if (process.send === undefined && ownInit !== null) begin(ownInit);
