/** A server on a machine whose clock somebody sets, and that sleeps. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CommandAnswer } from '../../../shared/protocol/commands.ts';
import { CLOCK_FILE, setClockOff } from '../../crash/wall-clock-file.ts';
import type { DeskClient, DeskCommand } from './desk-client.ts';
import { Place, poll } from './place.ts';
import { PROJECT, type Server, startServer } from './server.ts';

/** A server whose wall clock can be set. */
export async function clockedServer(offMs: number): Promise<{
  place: Place;
  server: Server;
  set: (offMs: number, sleptMs?: number) => void;
  env: Record<string, string>;
}> {
  const place = new Place();
  const clockFile = join(place.root, 'clock');
  setClockOff(clockFile, { offMs, sleptMs: 0 });
  const preload = pathToFileURL(join(PROJECT, 'e2e/crash/wall-clock.ts')).href;
  const env = { NODE_OPTIONS: `--import=${preload}`, [CLOCK_FILE]: clockFile };
  const cues = ['q1', 'q2', 'q3'].map((id) => poll(id, { durationMs: 60_000, graceMs: 0 }));
  const server = await startServer({ place, show: place.show(cues), mode: 'live', edges: 1, env });
  return { place, server, set: (byMs, sleptMs = 0) => setClockOff(clockFile, { offMs: byMs, sleptMs }), env };
}

/** As a desk sends it, whose clock follows the core's. */
export async function give(desk: DeskClient, command: DeskCommand): Promise<CommandAnswer> {
  const { serverNowMs } = await desk.vitals();
  return (await desk.send({ ...command, clientTimeMs: serverNowMs })).body as CommandAnswer;
}
