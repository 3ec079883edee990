/** Worker thread: packs one bundle and ends, so that neither votes nor desks wait for it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EvidenceWork, PackerReply } from './evidence-messages.ts';
import { packEvidence } from './pack-evidence.ts';

const port = parentPort;
if (port === null) throw new Error('evidence-packer runs as a worker thread');

let reply: PackerReply;
try {
  reply = { t: 'packed', path: await packEvidence(workerData as EvidenceWork) };
} catch (error) {
  reply = { t: 'failed', message: error instanceof Error ? error.message : String(error) };
}
port.postMessage(reply);
