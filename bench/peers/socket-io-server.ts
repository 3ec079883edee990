/** The peer Socket.IO: WebSocket only, no compression, without tokens, checks, ledger or limits. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { bareReceipt, type PeerOrder, type PeerWord } from './peer-messages.ts';
import { peerState } from './peer-state.ts';

const openedAtMs = Date.now();
let rev = 1;
const stateNow = () => JSON.parse(peerState(rev, openedAtMs)) as unknown;
let state = stateNow();
const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});

io.on('connection', (socket) => {
  socket.emit('welcome', state);
  socket.on('ballot', (ballot: { id: string; pollId: string; round: number }, ack: (receipt: unknown) => void) =>
    ack(bareReceipt(ballot)),
  );
});
http.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
  process.send?.({ t: 'ready', port: (http.address() as AddressInfo).port } satisfies PeerWord);
});
process.on('message', (_order: PeerOrder) => {
  rev += 1;
  state = stateNow();
  io.emit('state', state);
});
process.on('disconnect', () => process.exit(0));
