/** Puts the desk port together: who may come in, what they are told and answered, and the socket that tells them of changes. */
import type { Logger } from 'pino';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { CoreInit } from '../../shared/protocol/process.ts';
import type { Notice } from '../../shared/protocol/vitals.ts';
import { actionDoor } from '../actionlog/action-door.ts';
import type { ActionLog } from '../actionlog/action-log.ts';
import { ActionSettler } from '../actionlog/action-settler.ts';
import { addDeskCalls } from '../desk/calls.ts';
import { commandDoor } from '../desk/command-door.ts';
import { Connections, connectionRoom, TAKEN_WITHIN_MS, TOKEN_WITHIN_MS } from '../desk/connections.ts';
import { type Gateway, openGateway } from '../desk/gateway.ts';
import { deskHttp } from '../desk/http.ts';
import { Sessions } from '../desk/sessions.ts';
import { descriptorLimit } from '../process/descriptor-limit.ts';
import type { Engine } from '../show/engine.ts';
import type { Recoder } from '../show/recoder.ts';
import type { CoreOptions } from './core-options.ts';
import { DeskAnswers, type DeskAnswersOptions } from './desk-answers.ts';
import type { DeskFacts } from './desk-facts.ts';

export interface DeskOptions extends Omit<DeskAnswersOptions, 'actions' | 'desks' | 'facts'> {
  init: CoreInit;
  facts: DeskFacts;
  engine: Pick<Engine, 'lookup' | 'note' | 'signedIn'>;
  recoder: Pick<Recoder, 'execute'>;
  actionLog: ActionLog;
  monotonicNow: () => MonotonicMs;
  onCodeUsed: CoreOptions['onCodeUsed'];
  onSessions: CoreOptions['onSessions'];
  log: Logger;
}

export interface Desk {
  sessions: Sessions;
  gateway: Gateway;
  answers: DeskAnswers;
  /** For each desk that comes in from now on; null: nothing. */
  tellEachOf(notice: Notice | null): void;
  /** @returns the port */
  listen(): Promise<number>;
  close(): Promise<void>;
}

/** Nothing listens yet: whoever comes in first finds a show. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { init, facts, engine, recoder, actionLog, nowMs, monotonicNow, onCodeUsed, onSessions, log } = options;
  const show = (): ShowState => options.show.state;
  const sessions = new Sessions({
    deskTokens: init.deskTokens,
    sessionSecret: init.sessionSecret,
    codes: init.codes,
    onCodeUsed,
    book: init.sessions,
    onBook: onSessions,
    monotonicNow,
  });
  const door = commandDoor({ engine: recoder, nowMs, monotonicNow });
  const settler = new ActionSettler(
    {
      nowMs: () => performance.now(),
      lookup: ({ actor, desk, id }) => engine.lookup({ actor, roles: [], source: desk }, id),
      write: ({ desk }, outcome) => actionLog.keep(desk, { kind: 'outcome', outcome }),
      onTrouble: (error) => log.warn({ err: error }, 'actions of browser desks wait to be settled'),
    },
    actionLog.leftOpen,
  );
  const actions = actionDoor({ log: actionLog, settler, monotonicNow });
  let port = init.deskPort;
  let importNotice: Notice | null = null;
  const address = () => ({ host: init.deskHost, port });
  const http = await deskHttp({ address, pageDir: init.deskPageDir });
  const connections = new Connections({
    server: http.server,
    room: connectionRoom(descriptorLimit()),
    tokenWithinMs: TOKEN_WITHIN_MS,
    takenWithinMs: TAKEN_WITHIN_MS,
    monotonicNow,
  });
  const gateway = openGateway({
    server: http.server,
    ...{ address, connections, sessions, door, actions, nowMs, monotonicNow, show, log },
    facts: () => facts.now(),
    importNotice: () => importNotice,
  });
  const answers = new DeskAnswers({ ...options, actions, desks: gateway });
  await addDeskCalls(http, {
    ...answers.calls(),
    ...{ sessions, connections, door, monotonicNow },
    lookup: (who, id) => engine.lookup(who, id),
    onSession: (who, name) => engine.signedIn(who, name),
    onSessionsEnded: async (who, ended) => {
      gateway.leaveWithoutToken();
      await engine.note('session.end', who, ended);
    },
  });
  await http.ready();

  return {
    sessions,
    gateway,
    answers,
    tellEachOf(notice) {
      importNotice = notice;
    },
    async listen() {
      await http.listen({ host: init.deskHost, port: init.deskPort });
      const bound = http.server.address();
      if (typeof bound === 'object' && bound !== null) port = bound.port;
      return port;
    },
    async close() {
      connections.close();
      await gateway.close();
      await http.close();
      settler.stop();
    },
  };
}
