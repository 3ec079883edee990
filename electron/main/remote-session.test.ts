import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { buyRemoteSession } from './remote-session.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** Something that listens there and answers every call in the same way. */
async function answering(status: number, body: unknown): Promise<string> {
  const made = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'text/plain', location: 'http://127.0.0.1:9/' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

const refusalOf = async (deskUrl: string) => {
  const bought = await buyRemoteSession({ deskUrl, code: 'once' });
  return bought.kind === 'refused' ? bought.code : bought.kind;
};

describe('the code of another machine’s server', () => {
  it('buys a session', async () => {
    const session = { token: 's.x.y', roles: ['owner'], actor: 'local desk' };
    const deskUrl = await answering(200, session);
    expect(await buyRemoteSession({ deskUrl, code: 'once' })).toEqual({ kind: 'session', deskUrl, session });
  });

  it.each([
    [403, { error: { code: 'bad-code', message: 'This code is unknown or has been used.' } }, 'bad-code'],
    [403, { error: { code: 'forbidden-origin', message: 'Not under this name.' } }, 'not-allowed'],
    [429, { error: { code: 'rate-limited', message: 'Too many codes were tried.' } }, 'not-allowed'],
    [404, { error: { code: 'not-found', message: 'There is nothing here.' } }, 'other-version'],
    [200, { token: 'v2', who: {} }, 'other-version'],
    [200, '<html>A printer</html>', 'not-tallyroom'],
    [404, 'Not found', 'not-tallyroom'],
    [302, '', 'not-tallyroom'],
  ])('gets a sentence where the answer is %i %o: %s', async (status, body, code) => {
    expect(await refusalOf(await answering(status, body))).toBe(code);
  });

  it('gets a sentence where nobody answers', async () => {
    const deskUrl = await answering(200, {});
    server?.close();
    server?.closeAllConnections();
    const bought = await buyRemoteSession({ deskUrl, code: 'once' });
    expect(bought).toMatchObject({ kind: 'refused', code: 'unreachable' });
    expect(bought.kind === 'refused' && bought.message).toContain(deskUrl);
  });
});
