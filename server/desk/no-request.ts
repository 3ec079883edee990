/** Answers to what reaches no call of the desk port: bytes that are no request, and addresses that are none. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DeskError } from '../../shared/protocol/commands.ts';
import { type DeskAddress, isAllowedHost, isAllowedOrigin } from './origin-rules.ts';

const NO_REQUEST = 'The request could not be understood.';
const BY_CODE: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not come to its end in time.' },
};

/** Instead of the framework's own words: in the form of every error here, and it stays on no disk. */
export function answerNoRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, message } = BY_CODE[error.code ?? ''] ?? { status: 400, message: NO_REQUEST };
  const answer: DeskError = { error: { code: 'malformed', message } };
  const body = JSON.stringify(answer);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}

/**
 * An address that can't be decoded, or with a name in it that is longer than any. Threat: no hook sees such a request, so that
 * a page of another origin would get an answer, and read its own words in it.
 */
export function answerNoAddress(address: () => DeskAddress) {
  return (_error: Error, { headers: { host, origin } }: FastifyRequest, reply: FastifyReply): void => {
    const isForeign = !isAllowedHost(host, address()) || !isAllowedOrigin(origin, host);
    const answer: DeskError = isForeign
      ? { error: { code: 'forbidden-origin', message: 'This page or name may not use the desk.' } }
      : { error: { code: 'malformed', message: NO_REQUEST } };
    void reply
      .code(isForeign ? 403 : 400)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(answer));
  };
}
