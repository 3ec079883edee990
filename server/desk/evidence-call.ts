/** `GET /api/v1/polls/:id/evidence`: a bundle that is packed on request, sent from disk, and removed when it is sent. */
import { createReadStream } from 'node:fs';
import type { FastifyReply } from 'fastify';
import type { EvidenceAnswer } from '../evidence/evidence-desk.ts';

export function sendEvidence(
  reply: FastifyReply,
  { evidence, fileName }: Extract<EvidenceAnswer, { kind: 'packed' }>,
): FastifyReply {
  const file = createReadStream(evidence.path);
  // Also when whoever asked has left meanwhile.
  file.on('close', () => void evidence.remove());
  return reply
    .type('application/zip')
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .header('content-length', evidence.bytes)
    .send(file);
}
