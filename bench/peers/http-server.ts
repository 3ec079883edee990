/** The peer `node:http`: answers every request with the same bytes, or 304 to who has them. No routes, no limits, no counting. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PeerWord, SameAnswer } from './peer-messages.ts';

process.on('message', ({ headers, body }: SameAnswer) => {
  const { etag } = headers;
  const unchanged = { ...headers };
  delete unchanged['content-length'];
  delete unchanged['content-type'];
  const server = createServer({ keepAliveTimeout: 20_000 }, (req, res) => {
    if (req.headers['if-none-match'] === etag) res.writeHead(304, unchanged).end();
    else res.writeHead(200, headers).end(body);
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
    process.send?.({ t: 'ready', port: (server.address() as AddressInfo).port } satisfies PeerWord);
  });
});
process.on('disconnect', () => process.exit(0));
