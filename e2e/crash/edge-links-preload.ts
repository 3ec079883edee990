/** Preloaded into a server's processes: an edge's link to the core leads through the `EdgeLinks` of the test that started it. */
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { basename, dirname } from 'node:path';
import { LINKS, type Preface } from './edge-links.ts';

const links = process.env[LINKS] ?? '';
const connectTo = net.connect;

/** A supervisor looks on that socket, too, for whether a core is still there. */
const isEdge = basename(dirname(process.argv[1] ?? '')) === 'edge';

if (links !== '' && isEdge) {
  net.connect = ((...args: Parameters<typeof net.connect>) => {
    const [path] = args as unknown[];
    if (typeof path !== 'string' || basename(path) !== 'backplane.sock') return connectTo(...args);
    const socket = connectTo(links);
    socket.write(`${JSON.stringify({ pid: process.pid, path } satisfies Preface)}\n`);
    return socket;
  }) as typeof net.connect;
  syncBuiltinESMExports();
}
