import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { HeldOrder } from '../../shared/protocol/held-order.ts';
import { identityOf, isAlive, type ProcessIdentity } from '../process/process-identity.ts';

/** An edge looks for a core ten times a second. */
const LISTENS_MS = 2_000;
/** The list of edges may be older than they are, where a full disk did not take a newer one. */
const LISTENS_LEAST_MS = 500;
const LOOK_MS = 20;

/** What is taken from an edge, which may be one of another version. The rest is none of ours. */
const Hello = z.object({ t: z.literal('hello'), pid: z.number().int(), orders: z.array(z.unknown()).default([]) });

export interface HeardEdges {
  /** Each once, whoever else holds it. */
  orders: HeldOrder[];
  /** Those that have spoken. */
  edges: ProcessIdentity[];
}

/**
 * Stands where their core was until the edges of a dead server have said what they hold for the next one. They are told nothing.
 *
 * @param path the dead server's backplane; nobody may listen there any more
 * @param expected who may be an edge of it: all of them said hello, or have gone, and it ends before its time
 * @throws when it can't listen there
 */
export async function ordersOfEdges(path: string, expected: readonly ProcessIdentity[]): Promise<HeardEdges> {
  const heard = new Map<number, ProcessIdentity>();
  let orders: HeldOrder[] = [];
  const server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const hello = helloIn(String(data));
      if (hello === null) return;
      heard.set(hello.pid, identityOf(hello.pid));
      orders = mergedOrders(
        orders,
        hello.orders.flatMap((order) => HeldOrder.safeParse(order).data ?? []),
      );
    });
  });
  if (process.platform !== 'win32') await rm(path, { force: true });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      sockets.once('error', reject);
      server.listen(path, resolve);
    });
    const sinceMs = performance.now();
    const isOver = () => {
      const listensForMs = performance.now() - sinceMs;
      if (listensForMs < LISTENS_LEAST_MS) return false;
      return listensForMs > LISTENS_MS || !expected.some((edge) => !heard.has(edge.pid) && isAlive(edge));
    };
    while (!isOver()) await sleep(LOOK_MS);
  } finally {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  }
  return { orders, edges: [...heard.values()] };
}

function helloIn(text: string): z.infer<typeof Hello> | null {
  try {
    return Hello.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** The orders of both, each once: an actor uses an id for one command only. */
export function mergedOrders(some: readonly HeldOrder[], others: readonly HeldOrder[]): HeldOrder[] {
  const keyOf = ({ actor, command }: HeldOrder) => JSON.stringify([actor, command.id]);
  return [...new Map([...some, ...others].map((order) => [keyOf(order), order])).values()];
}

/** Whether somebody listens on a socket or named pipe. */
export function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (isIt: boolean) => {
      socket.destroy();
      resolve(isIt);
    };
    socket.once('connect', () => answer(true)).on('error', () => answer(false));
  });
}
