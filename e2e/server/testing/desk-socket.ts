import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { CommandAck } from '../../../shared/protocol/desk-events.ts';
import type { Changes, Snapshot } from '../../../shared/protocol/desk-state.ts';
import type { Notice, Vitals } from '../../../shared/protocol/vitals.ts';
import { type DeskCommand, wireCommand } from './desk-client.ts';

export interface DeskSocketOptions {
  deskUrl: string;
  token: unknown;
  headers?: Record<string, string>;
  transports?: ('websocket' | 'polling')[];
}

/** A desk on Socket.IO, with everything it ever got, in order. */
export class DeskSocket {
  readonly snapshots: Snapshot[] = [];
  readonly changes: Changes[] = [];
  readonly vitals: Vitals[] = [];
  readonly notices: Notice[] = [];
  readonly socket: Socket;

  private constructor({ deskUrl, token, headers = {}, transports = ['websocket'] }: DeskSocketOptions) {
    this.socket = io(deskUrl, {
      path: '/desk',
      transports,
      auth: { token },
      extraHeaders: headers,
      reconnection: false,
      forceNew: true,
      timeout: 20_000,
    });
    this.socket
      .on('snapshot', (snapshot: Snapshot) => this.snapshots.push(snapshot))
      .on('changes', (changes: Changes) => this.changes.push(changes))
      .on('vitals', (vitals: Vitals) => this.vitals.push(vitals))
      .on('notice', (notice: Notice) => this.notices.push(notice));
    onTestFinished(() => {
      this.socket.close();
    });
  }

  /** Resolves once connected. @throws the server's words when it doesn't let it in */
  static open(options: DeskSocketOptions): Promise<DeskSocket> {
    const desk = new DeskSocket(options);
    return new Promise((resolve, reject) => {
      desk.socket.on('connect', () => resolve(desk));
      desk.socket.on('connect_error', reject);
    });
  }

  send(command: DeskCommand): Promise<CommandAck> {
    return this.raw(wireCommand(command));
  }

  /** Anything, as a command. */
  raw(command: unknown): Promise<CommandAck> {
    return this.socket.timeout(20_000).emitWithAck('command', command);
  }

  resync(): Promise<Snapshot> {
    return this.socket.timeout(20_000).emitWithAck('resync');
  }
}
