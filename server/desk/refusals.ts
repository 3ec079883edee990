/** How a call of the desk port is refused. */
import type { FastifyReply } from 'fastify';
import type { DeskError, DeskErrorCode } from '../../shared/protocol/commands.ts';
import type { CommandAck } from '../../shared/protocol/desk-events.ts';

const STATUS: Record<DeskErrorCode, number> = {
  malformed: 400,
  unauthorised: 401,
  'forbidden-origin': 403,
  'bad-code': 403,
  role: 403,
  'rate-limited': 429,
  'log-full': 507,
  'not-found': 404,
  'not-closed': 409,
  unavailable: 503,
};

export function fail(reply: FastifyReply, code: DeskErrorCode, message: string): FastifyReply {
  const body: DeskError = { error: { code, message } };
  return reply.code(STATUS[code]).send(body);
}

/** HTTP status of a command's answer. */
export function statusOf(answer: CommandAck): number {
  if ('error' in answer) return STATUS[answer.error.code];
  if (answer.status === 'accepted') return 200;
  return answer.code === 'role' ? 403 : 409;
}
