import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { lineSplitter } from '../../../server/process/line-splitter.ts';
import type { ControlReply, ControlRequest, EdgesRefusal, RunFile } from '../../../shared/protocol/process.ts';
import type { Place } from './place.ts';

/** Asks over the control socket for the edges to be restarted; answers why that is not begun, or null. */
export function askForRestart(place: Place, rotateKey: boolean): Promise<EdgesRefusal | null> {
  const { controlPath, controlToken } = JSON.parse(readFileSync(place.files.run, 'utf8')) as RunFile;
  return new Promise((resolve, reject) => {
    const socket = connect(controlPath);
    const say = (request: ControlRequest) => socket.write(`${JSON.stringify(request)}\n`);
    say({ t: 'hello', token: controlToken, owner: false });
    say({ t: 'restart-edges', ref: 1, rotateKey });
    socket.on('error', reject);
    socket.setEncoding('utf8').on(
      'data',
      lineSplitter(1_000_000, (line) => {
        const reply = JSON.parse(line) as ControlReply;
        if (reply.t !== 'restart-edges') return;
        resolve(reply.refused);
        socket.destroy();
      }),
    );
  });
}
