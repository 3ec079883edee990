/**
 * What we lean on of how `node:http` listens: a Node that does one of these things otherwise fails here, and not in a show.
 * Longer than 300 lines because this is one list, and who moves to another Node has to see that it is whole.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { anotherDoor, HttpSeat, hearFirst, onStill, passOnRead, requestsWithin, standBefore } from './before-http.ts';

const WAIT = { timeout: 10_000 };
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), WAIT);
const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
const UPGRADE = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n';

function serverOf(options: ServerOptions, onRequest: RequestListener): Server {
  const server = createServer(options, onRequest);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

async function listen(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Client {
  socket: Socket;
  heard: string;
  isOver: boolean;
}

async function connected(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const client: Client = { socket, heard: '', isOver: false };
  socket.on('data', (data) => {
    client.heard += data.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    client.isOver = true;
  });
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return client;
}

/** Ends sockets that the server does not know of. */
function endsWithTest(socket: Socket): Socket {
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('a connection', () => {
  it('is taken by one listener of the server, which reads it by one listener from that call on', async () => {
    const server = serverOf({}, (_, response) => response.end('here'));
    const readers: number[] = [];
    const passOn = standBefore(server, (socket) => {
      readers.push(socket.listenerCount('data'));
      passOn(socket);
      readers.push(socket.listenerCount('data'));
    });
    const client = await connected(await listen(server));
    client.socket.write(GET);
    await until(() => client.heard.endsWith('here'));
    expect(readers).toEqual([0, 1]);
  });

  it('comes to who stood before the server last, then to who stood there first, and then to the server', async () => {
    const order: string[] = [];
    const server = serverOf({}, (_, response) => {
      order.push('server');
      response.end('here');
    });
    let isLetIn = false;
    for (const name of ['first', 'last']) {
      const passOn = standBefore(server, (socket) => {
        order.push(name);
        if (isLetIn || name === 'last') passOn(socket);
        else socket.destroy();
      });
    }
    const port = await listen(server);
    const turnedAway = await connected(port);
    turnedAway.socket.write(GET);
    await until(() => turnedAway.isOver);
    expect([order, turnedAway.heard]).toEqual([['last', 'first'], '']);
    isLetIn = true;
    const letIn = await connected(port);
    letIn.socket.write(GET);
    await until(() => letIn.heard.endsWith('here'));
    expect(order.slice(2)).toEqual(['last', 'first', 'server']);
  });

  it('can not be taken where somebody else listens for it: they would be passed over', () => {
    const server = serverOf({}, () => {});
    server.on('connection', () => {});
    expect(() => standBefore(server, () => {})).toThrow('somebody else listens');
  });

  it('is read by the server as if nobody had read before, in the call that passes it on', async () => {
    const order: string[] = [];
    const bodies: string[] = [];
    const server = serverOf({}, (request, response) => {
      order.push(`request ${request.url}`);
      let body = '';
      request.on('data', (data) => {
        body += data;
      });
      request.on('end', () => {
        bodies.push(body);
        // As a connection is that the server has had from its beginning.
        response.end(`answer to ${body}, half open: ${request.socket.allowHalfOpen}`);
      });
    });
    const passOn = standBefore(server, (socket) => {
      socket.allowHalfOpen = false;
      socket.once('data', (read: Buffer) => {
        order.push('read');
        passOnRead(socket, { passOn, read });
        order.push('passed on');
      });
    });
    const client = await connected(await listen(server));
    client.socket.write('POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 8\r\n\r\nhalf');
    await until(() => order.includes('passed on'));
    expect(order).toEqual(['read', 'request /a', 'passed on']);
    client.socket.end('HALF');
    await until(() => client.heard.includes('answer to halfHALF, half open: true'));
    expect(bodies).toEqual(['halfHALF']);
  });

  it('through another door is the server’s own: half open, and heard of like all others', async () => {
    const seen: boolean[] = [];
    const server = serverOf({}, (_, response) => response.end('here'));
    const passOn = standBefore(server, (socket) => {
      seen.push(socket.allowHalfOpen);
      passOn(socket);
    });
    const other = anotherDoor(server);
    onTestFinished(() => void other.close());
    for (const door of [server, other]) {
      const client = await connected(await listen(door));
      client.socket.end(GET);
      await until(() => client.heard.endsWith('here'));
    }
    expect(seen).toEqual([true, true]);
  });
});

describe('who hears first', () => {
  it('of a connection does so before anybody reads it, of a request before who answers it, of an upgrade before who makes it', async () => {
    const order: string[] = [];
    const server = serverOf({}, (_, response) => {
      order.push('answer');
      response.end('here');
    });
    server.on('upgrade', (_, socket: Socket) => {
      order.push('made');
      socket.end('made');
    });
    hearFirst(server, 'connection', (socket) => order.push(`connection read by ${socket.listenerCount('data')}`));
    hearFirst(server, 'request', () => order.push('request'));
    hearFirst(server, 'upgrade', () => order.push('upgrade'));
    const client = await connected(await listen(server));
    client.socket.write(GET);
    await until(() => client.heard.endsWith('here'));
    client.socket.write(UPGRADE);
    await until(() => client.heard.endsWith('made'));
    expect(order).toEqual(['connection read by 0', 'request', 'answer', 'upgrade', 'made']);
  });

  it('of a connection hears of its end before answers do that were owed', async () => {
    const order: string[] = [];
    const server = serverOf({}, (request, response) => {
      order.push(`request ${request.url}`);
      response.once('close', () => order.push(`end of ${request.url}`));
      if (request.url === '/3') response.end('waits behind the others');
    });
    hearFirst(server, 'connection', (socket) => {
      socket.once('close', () => {
        order.push('end');
        setImmediate(() => order.push('later'));
      });
    });
    const client = await connected(await listen(server));
    client.socket.write(GET.replace('/', '/1') + GET.replace('/', '/2') + GET.replace('/', '/3'));
    await until(() => order.length === 3);
    client.socket.destroy();
    await until(() => order.includes('later'));
    expect(order.slice(0, 5)).toEqual(['request /1', 'request /2', 'request /3', 'end', 'end of /1']);
  });
});

describe('the seat of the server at a connection', () => {
  it('can be taken and given back: what is read meanwhile the server never sees, and what comes with it is handled at once', async () => {
    const order: string[] = [];
    let seat: HttpSeat | null = null;
    const server = serverOf({}, (request, response) => {
      order.push(`request ${request.url}`);
      seat ??= HttpSeat.at(request.socket);
      response.end('here');
    });
    const client = await connected(await listen(server));
    client.socket.write(GET);
    await until(() => client.heard.endsWith('here'));
    const read: string[] = [];
    const reader = (chunk: Buffer) => {
      read.push(chunk.toString());
      if (read.length < 2) return;
      seat?.giveBack(reader, chunk);
      order.push('given back');
    };
    (seat as HttpSeat | null)?.take(reader);
    client.socket.write('nothing that is HTTP');
    await until(() => read.length === 1);
    client.socket.write(GET.replace('/', '/again'));
    await until(() => order.includes('given back'));
    client.socket.write(GET.replace('/', '/after'));
    await until(() => order.length === 4);
    expect(order).toEqual(['request /', 'request /again', 'given back', 'request /after']);
    expect(read.length).toBe(2);
  });

  it('is empty once an upgrade is said, and nobody can take it then', async () => {
    let seat: HttpSeat | null = null;
    let readers: unknown[] = [];
    const server = serverOf({}, (request, response) => {
      seat = HttpSeat.at(request.socket);
      response.end('here');
    });
    server.on('upgrade', (_, socket: Socket) => {
      endsWithTest(socket);
      seat?.take(() => {});
      readers = socket.listeners('data');
      socket.write('made');
    });
    const client = await connected(await listen(server));
    client.socket.write(GET);
    await until(() => client.heard.endsWith('here'));
    expect(seat).not.toBeNull();
    client.socket.write(UPGRADE);
    await until(() => client.heard.endsWith('made'));
    expect(readers).toEqual([]);
  });

  it('is nobody’s where somebody else reads as well', async () => {
    const server = serverOf({}, (request, response) => {
      const { socket } = request;
      const alone = HttpSeat.at(socket) !== null;
      const listener = () => {};
      socket.on('data', listener);
      response.end(`${alone} ${HttpSeat.at(socket) !== null}`);
      socket.removeListener('data', listener);
    });
    const client = await connected(await listen(server));
    client.socket.write(GET);
    await until(() => client.heard.endsWith('true false'));
  });
});

describe('the times of a server', () => {
  const TIME_MS = 300;

  it('end a request that is not there whole, be it silence, a head or a body, and none that waits for its answer', async () => {
    const faults: [port: number | undefined, code: string | undefined][] = [];
    const server = serverOf({ ...requestsWithin(TIME_MS) }, (request, response) => {
      // Long beyond the time.
      if (request.url === '/slow')
        request.resume().on('end', () => setTimeout(() => response.end('late'), 4 * TIME_MS));
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      faults.push([socket.remotePort, error.code]);
      socket.destroy();
    });
    const port = await listen(server);
    const said = ['', 'GET / HTTP/1.1\r\nhost:', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf'];
    const slow = await connected(port);
    slow.socket.write(GET.replace('/', '/slow'));
    const clients = await Promise.all(said.map(() => connected(port)));
    const ports = clients.map(({ socket }) => socket.localPort);
    clients.forEach(({ socket }, i) => {
      if (said[i] !== '') socket.write(said[i] ?? '');
    });
    await until(() => clients.every(({ isOver }) => isOver));
    const codes = new Map(faults);
    expect(ports.map((own) => codes.get(own))).toEqual(said.map(() => 'ERR_HTTP_REQUEST_TIMEOUT'));
    await until(() => slow.heard.endsWith('late'));
    expect(faults.length).toBe(said.length);
  });

  it('begin when the connection is passed on: who has not been is nobody’s to end but ours', async () => {
    const kept: Socket[] = [];
    const server = serverOf({ ...requestsWithin(TIME_MS) }, () => {});
    const ended: Socket[] = [];
    server.on('clientError', (_, socket: Socket) => {
      ended.push(socket);
      socket.destroy();
    });
    const passOn = standBefore(server, (socket) => {
      if (kept.length === 0) kept.push(endsWithTest(socket));
      else passOn(socket);
    });
    const port = await listen(server);
    const unknown = await connected(port);
    await until(() => kept.length === 1);
    // One that came later has had all its time and is over.
    const known = await connected(port);
    await until(() => known.isOver);
    expect([ended.length, unknown.isOver, kept[0]?.destroyed]).toEqual([1, false, false]);
  });

  it('of a connection on which nothing moves are told to us, in the middle of an answer and between two requests, and nobody else ends it', async () => {
    const told: string[] = [];
    const server = serverOf({ keepAliveTimeout: 1 }, (request, response) => {
      if (request.url === '/begun') response.write('begun');
      else response.end('here');
    });
    const names = new Map<number | undefined, string>();
    onStill(server, { ms: TIME_MS, act: (socket) => told.push(names.get(socket.remotePort) ?? '') });
    const port = await listen(server);
    const [begun, between] = [await connected(port), await connected(port)];
    names.set(begun.socket.localPort, 'begun').set(between.socket.localPort, 'between');
    begun.socket.write(GET.replace('/', '/begun'));
    between.socket.write(GET);
    await until(() => told.includes('begun') && told.includes('between'));
    between.socket.write(GET);
    await until(() => between.heard.split('here').length === 3);
    expect([begun.isOver, between.isOver]).toEqual([false, false]);
  });
});

it('nothing else in the server looks at the listeners of somebody else, or goes before them', () => {
  const folder = join(import.meta.dirname, '..');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.test-part.ts'),
  );
  const does = /\.prepend(Once)?Listener\(|\.listeners\('(connection|data|request|upgrade)'\)/;
  const who = sources.filter((name) => does.test(readFileSync(join(folder, name), 'utf8')));
  expect(who).toEqual([join('process', 'before-http.ts')]);
});
