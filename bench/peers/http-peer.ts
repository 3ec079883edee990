import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PeerWord, SameAnswer } from './peer-messages.ts';

const FILE = fileURLToPath(new URL('./http-server.ts', import.meta.url));
/** What `node:http` writes by itself. */
const OWN_HEADERS = ['date', 'connection', 'keep-alive'];

export interface HttpPeer {
  port: number;
  pid: number;
  end(): Promise<void>;
}

/** Bare `node:http` with the V8 flags of an edge, answering what the product answers at this address now. */
export async function startHttpPeer(url: string, v8Flags: readonly string[]): Promise<HttpPeer> {
  const answer = await fetch(url);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !OWN_HEADERS.includes(name)));
  const child = fork(FILE, { execArgv: [...v8Flags] });
  const ready = new Promise<number>((resolve, reject) => {
    child.on('message', (word: PeerWord) => resolve(word.port));
    child.on('exit', (code) => reject(new Error(`the peer node:http ended with ${code}`)));
  });
  child.send({ headers, body: await answer.text() } satisfies SameAnswer);
  return {
    port: await ready,
    pid: child.pid ?? 0,
    end: async () => {
      const gone = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}
