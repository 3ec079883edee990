import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Tongue } from '../audience/messages.ts';
import type { PeerOrder, PeerWord } from './peer-messages.ts';
import type { Subject } from './subject.ts';

const PEERS = {
  ws: { file: './ws-server.ts', tongue: 'product' },
  'socket.io': { file: './socket-io-server.ts', tongue: 'socket.io' },
} as const satisfies Record<string, { file: string; tongue: Tongue }>;
export type NodePeer = keyof typeof PEERS;

/** Starts a peer on the same Node with the same V8 flags as the product's edges. */
export async function startNodePeer(name: NodePeer, v8Flags: readonly string[]): Promise<Subject> {
  const { file, tongue } = PEERS[name];
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: [...v8Flags] });
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (word: PeerWord) => resolve(word.port));
    child.on('exit', (code) => reject(new Error(`the peer ${name} ended with ${code}`)));
  });
  const pid = child.pid ?? 0;
  return {
    name,
    tongue,
    url: `http://127.0.0.1:${port}`,
    pid,
    ballotPids: [pid],
    takesBallots: true,
    publish: async () => {
      child.send({ t: 'publish' } satisfies PeerOrder);
    },
    end: async () => {
      const gone = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}
