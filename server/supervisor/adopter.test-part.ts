import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ControlReply, ControlRequest } from '../../shared/protocol/process.ts';
import { lineSplitter } from '../process/line-splitter.ts';
import { type Place, until } from './server-run.test-part.ts';

/** An app's end of the control socket. */
export class Adopter {
  readonly replies: ControlReply[] = [];
  readonly socket: Socket;
  closed = false;

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.setEncoding('utf8').on(
      'data',
      lineSplitter(100_000, (line) => this.replies.push(JSON.parse(line))),
    );
    this.socket.on('close', () => {
      this.closed = true;
    });
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  say(request: ControlRequest): void {
    this.socket.write(`${JSON.stringify(request)}\n`);
  }

  reply<T extends ControlReply['t']>(t: T): Promise<Extract<ControlReply, { t: T }>> {
    type Found = Extract<ControlReply, { t: T }>;
    return until(`reply ${t}`, () => this.replies.find((reply): reply is Found => reply.t === t));
  }
}

export function adopt(place: Place, owner = true): Adopter {
  const { controlPath, controlToken } = place.runFile();
  const adopter = new Adopter(controlPath);
  adopter.say({ t: 'hello', token: controlToken, owner });
  return adopter;
}
