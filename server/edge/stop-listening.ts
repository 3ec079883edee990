import type { Server } from 'node:http';
import type { Server as NetServer } from 'node:net';

/** The turn that this begins in may have looked at the listeners already; the next one looks for certain. */
const QUIET_TURNS = 2;
/** Busier than this for so long, and the few connections that are lost are the lesser evil. */
const MOST_TURNS = 500;

/**
 * Stops listening, and leaves connections alone. The system resets what it has connected and nobody has taken yet,
 * although others listen on the same port: so that is done after a turn of the event loop in which nobody came.
 *
 * @param doors what listens for the server, itself included
 */
export function stopListening(server: Server, doors: readonly NetServer[]): void {
  let quietTurns = 0;
  let turns = 0;
  server.on('connection', () => {
    quietTurns = 0;
  });
  const turn = () => {
    const open = doors.filter(({ listening }) => listening);
    if (open.length === 0) return;
    turns += 1;
    quietTurns += 1;
    if (quietTurns > QUIET_TURNS || turns > MOST_TURNS) for (const door of open) door.close();
    else setImmediate(turn);
  };
  turn();
}
