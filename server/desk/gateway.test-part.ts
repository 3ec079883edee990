/** A gateway with a show of many cues behind it, and desks that speak to it in packets of their own. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { onTestFinished, vi } from 'vitest';
import WebSocket from 'ws';
import { NO_CORE_FACTS } from '../../shared/domain/desk-view.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { NO_SESSIONS } from '../../shared/protocol/process.ts';
import { ShowFile } from '../../shared/protocol/show-file.ts';
import type { Vitals } from '../../shared/protocol/vitals.ts';
import { actionDoor } from '../actionlog/action-door.ts';
import { monotonicNow } from '../process/clocks.ts';
import { commandDoor } from './command-door.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { Sessions } from './sessions.ts';

export const TOKENS = { owner: 'o', producer: 'p', director: 'd', operator: 'x', verifier: 'v' };
const META = { seq: 1, act: { actor: 'a', source: 's', commandId: 'c', atMs: 1 } };

export function showOf(cues: number): ShowState {
  const cue = (n: number) => ({ id: `q${n}`, kind: 'note', text: 'Who? '.repeat(80), durationMs: 60_000 });
  const show = ShowFile.parse({ title: 'Many', cues: Array.from({ length: cues }, (_, n) => cue(n)) });
  return evolveEntry(EMPTY_SHOW, [{ type: 'show.imported', show, mode: 'live', showId: 'x' }], META);
}

export interface Hall {
  server: Server;
  gateway: Gateway;
  port: number;
}

/** @param show what the desks see */
export async function openHall(show: ShowState): Promise<Hall> {
  const server = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const log = { keep: async () => 'kept' as const, page: async () => [], leftOpen: [], close: async () => undefined };
  const gateway = openGateway({
    server,
    address: () => ({ host: '127.0.0.1', port }),
    sessions: new Sessions({
      ...{ deskTokens: TOKENS, sessionSecret: 'secret', codes: [], onCodeUsed: () => {} },
      ...{ book: NO_SESSIONS, onBook: () => {}, monotonicNow },
    }),
    connections: { known: () => {} },
    door: commandDoor({
      engine: { execute: async () => ({ status: 'accepted', revision: 1, atMs: 1 }) },
      nowMs: Date.now,
      monotonicNow,
    }),
    actions: actionDoor({ log, settler: { kept: () => {} }, monotonicNow }),
    nowMs: Date.now,
    monotonicNow,
    show: () => show,
    facts: () => NO_CORE_FACTS,
    importNotice: () => null,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(async () => {
    await gateway.close();
    server.close();
  });
  return { server, gateway, port };
}

export const vitals = (more: object): Vitals => more as Vitals;

/** A desk as a stranger would write it: frames of text, whatever they say. */
export class RawDesk {
  readonly ws: WebSocket;
  readonly heard: string[] = [];
  #nextAck = 0;

  constructor({ port }: Hall) {
    this.ws = new WebSocket(`ws://127.0.0.1:${port}/desk/?EIO=4&transport=websocket`);
    this.ws.on('message', (data) => {
      const text = data.toString();
      if (text === '2') this.ws.send('3');
      this.heard.push(text);
    });
    this.ws.on('error', () => {});
    onTestFinished(() => this.ws.terminate());
  }

  get isClosed(): boolean {
    return this.ws.readyState === WebSocket.CLOSED;
  }

  async opened(): Promise<this> {
    await this.hears('0{');
    return this;
  }

  async letIn(): Promise<this> {
    await this.opened();
    this.ws.send(`40${JSON.stringify({ token: TOKENS.owner })}`);
    await this.hears('42["snapshot"');
    return this;
  }

  /** Waits for a frame that begins like this. */
  hears(start: string): Promise<string> {
    return vi.waitFor(
      () => {
        const found = this.heard.find((text) => text.startsWith(start));
        if (found === undefined) throw new Error(`no ${start}… among ${this.heard.length} frames`);
        return found;
      },
      { timeout: 10_000, interval: 5 },
    );
  }

  /** The core's time, which every desk that is served gets. */
  async time(): Promise<number> {
    const ref = 900_000 + this.#nextAck++;
    this.ws.send(`42${ref}["time"]`);
    const answer = await this.hears(`43${ref}[`);
    return Number(answer.slice(`43${ref}[`.length, -1));
  }
}
