/** The peer `ws`: the library as its documentation shows it, without tokens, checks, ledger or limits. Speaks the product's protocol. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { bareReceipt, type PeerOrder, type PeerWord } from './peer-messages.ts';
import { peerState } from './peer-state.ts';

const openedAtMs = Date.now();
let rev = 1;
let state = peerState(rev, openedAtMs);
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4_096, perMessageDeflate: false });

server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString()) as { t: string; id: string; pollId: string; round: number };
    if (message.t === 'hello') {
      const voterId = crypto.randomUUID();
      socket.send(`{"t":"welcome","voterId":"${voterId}","serverNowMs":${Date.now()},"state":${state}}`);
    } else if (message.t === 'ballot') {
      socket.send(JSON.stringify({ t: 'receipt', receipt: bareReceipt(message) }));
    }
  });
});
server.on('listening', () => {
  process.send?.({ t: 'ready', port: (server.address() as AddressInfo).port } satisfies PeerWord);
});
process.on('message', (_order: PeerOrder) => {
  rev += 1;
  state = peerState(rev, openedAtMs);
  const text = `{"t":"state","state":${state}}`;
  for (const socket of server.clients) socket.send(text);
});
process.on('disconnect', () => process.exit(0));
