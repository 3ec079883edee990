import { expect, test } from 'vitest';
import { Adopter, adopt } from './adopter.test-part.ts';
import { Place, until } from './server-run.test-part.ts';

test('it ends by itself once the process that started it is gone and nobody adopts it', async () => {
  const place = new Place();
  const server = place.start([], { ipc: true });
  await server.ready();
  server.child.disconnect();
  expect(await server.exited).toBe(0);
  expect(server.events().at(-1)).toEqual({ event: 'stopped', code: 0 });
});

test('an app that adopts it in time keeps it alive, and takes it along when it goes', async () => {
  const place = new Place();
  const server = place.start([], { ipc: true });
  const ready = await server.ready();
  server.child.disconnect();
  const adopter = adopt(place);
  const welcome = await adopter.reply('welcome');
  expect(welcome.ready).toEqual(ready);
  // Longer than an orphan lives: a whole death and return of the core.
  process.kill(ready.pids.core, 'SIGKILL');
  const { event } = await adopter.reply('event');
  expect(event).toMatchObject({ event: 'restarted', what: 'core' });
  expect(server.child.exitCode).toBe(null);
  adopter.socket.destroy();
  expect(await server.exited).toBe(0);
});

test('a server that nobody’s process started runs without a parent', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  process.kill(pids.core, 'SIGKILL');
  await server.event('restarted');
  expect(server.child.exitCode).toBe(null);
});

test('a control connection that is no owner does not count as a parent', async () => {
  const place = new Place();
  const server = place.start([], { ipc: true });
  await server.ready();
  const watcher = adopt(place, false);
  await watcher.reply('welcome');
  server.child.disconnect();
  expect(await server.exited).toBe(0);
  expect((await watcher.reply('event')).event).toEqual({ event: 'stopped', code: 0 });
});

test('codes are new each time, give the role that was asked for, and are told to the core', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  const adopter = adopt(place);
  adopter.say({ t: 'code', ref: 7, role: 'director' });
  const { code, ref } = await adopter.reply('code');
  expect(ref).toBe(7);
  adopter.say({ t: 'code', ref: 8, role: 'owner' });
  await until('the core heard of both', () => place.heard('core').filter(({ t }) => t === 'code').length === 3);
  // The first is the one in the desk's address.
  expect(
    place
      .heard('core')
      .filter(({ t }) => t === 'code')
      .slice(1),
  ).toEqual([
    { t: 'code', code: { code, actor: 'director desk', name: 'director desk', roles: ['director'], source: 'desk' } },
    {
      t: 'code',
      code: { code: expect.any(String), actor: 'local desk', name: 'local desk', roles: ['owner'], source: 'desk' },
    },
  ]);
});

test('stop over the control socket ends everything', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  const adopter = adopt(place);
  adopter.say({ t: 'stop' });
  expect(await server.exited).toBe(0);
  await until('the connection was ended', () => adopter.closed);
});

test('without the token of run.json nothing is said and nothing is done', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  const { controlPath, controlToken } = place.runFile();
  for (const request of [
    { t: 'hello' as const, token: `${controlToken.slice(0, -1)}_`, owner: true },
    { t: 'code' as const, ref: 1, role: 'owner' as const },
    { t: 'stop' as const },
  ]) {
    const stranger = new Adopter(controlPath);
    stranger.say(request);
    await until('the stranger was shown out', () => stranger.closed);
    expect(stranger.replies).toEqual([{ t: 'refused', message: expect.any(String) }]);
  }
  expect(server.child.exitCode).toBe(null);
});

test('nonsense on the control socket ends that connection only', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  const adopter = adopt(place);
  await adopter.reply('welcome');
  adopter.socket.write('{"t":"fly"}\n');
  await until('it was shown out', () => adopter.closed);
  expect(server.child.exitCode).toBe(null);
});
