import type { Server } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** The turn that this begins in may have looked at the listeners already; the next one looks for certain. */
const QUIET_TURNS = 2;
/** Busier than this for so long, and the few connections that are lost are the lesser evil. */
export const STOP_LISTENING_MS = 500;

/**
 * Stops listening, and leaves connections alone. The system resets what it has connected and nobody has taken yet,
 * although others listen on the same port: so that is done after a turn of the event loop in which nobody came.
 *
 * @param doors what listens for the server, itself included
 * @returns resolves when nobody new comes in any more
 */
export async function stopListening(server: Server, doors: readonly NetServer[]): Promise<void> {
  let quietTurns = 0;
  const fromMs = performance.now();
  const came = () => {
    quietTurns = 0;
  };
  server.on('connection', came);
  while (
    quietTurns <= QUIET_TURNS &&
    performance.now() - fromMs <= STOP_LISTENING_MS &&
    doors.some(({ listening }) => listening)
  ) {
    quietTurns += 1;
    await turn();
  }
  server.off('connection', came);
  for (const door of doors) if (door.listening) door.close();
}
