import type { Server } from 'node:http';

/** The turn that this begins in may have looked at the listener already; the next one looks for certain. */
const QUIET_TURNS = 2;
/** Busier than this for so long, and the few connections that are lost are the lesser evil. */
const MOST_TURNS = 500;

/**
 * Stops a server's listening, and leaves its connections alone. The system resets what it has connected and nobody has
 * taken yet, although others listen on the same port: so that is done after a turn of the event loop in which nobody came.
 */
export function stopListening(server: Server): void {
  let quietTurns = 0;
  let turns = 0;
  server.on('connection', () => {
    quietTurns = 0;
  });
  const turn = () => {
    if (!server.listening) return;
    turns += 1;
    quietTurns += 1;
    if (quietTurns > QUIET_TURNS || turns > MOST_TURNS) server.close();
    else setImmediate(turn);
  };
  turn();
}
