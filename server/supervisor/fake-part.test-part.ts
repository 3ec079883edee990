/** Stands in for core and edge in tests of the supervisor: a real process with a real port that misbehaves on demand. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { PartToSupervisor, SupervisorToPart } from '../../shared/protocol/process.ts';

const dir = process.argv[2] ?? '';
const say = (message: PartToSupervisor) => process.send?.(message);
let listener: Server | null = null;
/** Once it is told. Not as its title, which would take the place of what it was started with. */
let ownName = '';
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});

process.on('message', (message: SupervisorToPart) => {
  const name = message.t === 'init' ? (message.part === 'core' ? 'core' : message.edgeId) : ownName;
  ownName = name;
  appendFileSync(join(dir, `${name}.heard`), `${JSON.stringify(message)}\n`);
  const habitPath = join(dir, `${name}.habit`);
  const habit = existsSync(habitPath) ? readFileSync(habitPath, 'utf8') : 'good';
  if (message.t === 'stop' && habit !== 'stays') process.exit(0);
  if (message.t === 'keys' && habit !== 'keeps quiet about keys') say({ t: 'confirmed', ref: message.ref });
  if (message.t === 'rehearsal-code') say({ t: 'confirmed', ref: message.ref });
  if (message.t === 'retire') listener?.close();
  if (message.t === 'alarm' && habit === 'takes alarms') say({ t: 'alarms-taken', ids: [message.alarm.id] });
  if (message.t !== 'init') return;
  if (habit === 'crashes') {
    console.error(`${name} says its last words`);
    process.exit(3);
  }
  if (habit === 'fatal') {
    say({ t: 'fatal', code: 'newer-file', message: 'The journal was written by a newer version.' });
    return;
  }
  if (message.part === 'core' && habit === 'takes alarms') {
    say({ t: 'alarms-taken', ids: message.alarms.map(({ id }) => id) });
  }
  if (habit.startsWith('says ')) for (const words of JSON.parse(habit.slice(5))) say(words);
  const [host, port] = message.part === 'core' ? [message.deskHost, message.deskPort] : [message.host, message.port];
  if (message.part === 'core' && habit.startsWith('expects ')) say({ t: 'show', audience: Number(habit.slice(8)) });
  const server = createServer();
  listener = server;
  server.listen({ host, port, reusePort: message.part === 'edge' && message.reusePort }, () => {
    const address = server.address();
    say({ t: 'ready', port: typeof address === 'object' && address !== null ? address.port : 0 });
  });
  setInterval(() => say({ t: 'beat' }), 100);
});
process.on('disconnect', () => process.exit(0));
