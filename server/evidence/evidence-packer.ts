/** Worker thread: packs one bundle, so that neither votes nor desks wait for it. */
import { answerCalls } from '../process/worker-calls.ts';
import type { PackerCalls } from './evidence-messages.ts';
import { packEvidence } from './pack-evidence.ts';

answerCalls<PackerCalls, null>(() => ({ opened: null, calls: { pack: packEvidence }, close: () => {} }));
