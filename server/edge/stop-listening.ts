import type { Server } from 'node:http';

/** Busier than this for so long, and the few connections that are lost are the lesser evil. */
const MOST_TURNS = 200;

/**
 * Stops a server's listening, and leaves its connections alone. The system resets what it has connected and we have not
 * taken yet, although others listen on the same port: so that happens in a turn of the event loop in which nobody came.
 */
export function stopListening(server: Server): void {
  let came = true;
  let turns = 0;
  server.on('connection', () => {
    came = true;
  });
  const turn = () => {
    turns += 1;
    if (came && turns < MOST_TURNS) {
      came = false;
      setImmediate(turn);
    } else if (server.listening) server.close();
  };
  turn();
}
