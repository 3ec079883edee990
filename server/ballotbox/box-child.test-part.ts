/** A ballot box in a process of its own, driven over IPC, for tests that kill it or take its disk away. */
import type { BallotBox } from './ballot-box.ts';
import type { BoxCall, BoxReply } from './box-process.test-part.ts';
import { submitTo } from './builders.test-part.ts';
import { openBallotBox } from './open-ballot-box.ts';

const [, , live, rehearsal] = process.argv;
if (live === undefined || rehearsal === undefined) throw new Error('two ledgers are needed');

const box = await openBallotBox({ ledgers: { live, rehearsal }, now: Date.now });

async function answer(call: BoxCall): Promise<unknown> {
  switch (call.t) {
    case 'rules':
      return box.setRules(call.rules);
    case 'submit':
      return submitTo(box, call.batch);
    case 'recount':
      return box.recount(call.runId, null);
    case 'seal':
      return box.seal(call.runId);
    case 'vitals':
      return box.vitals() satisfies ReturnType<BallotBox['vitals']>;
  }
}

process.on('message', async (call: BoxCall) => {
  let reply: BoxReply;
  try {
    reply = { ref: call.ref, value: (await answer(call)) ?? null, error: null };
  } catch (error) {
    reply = { ref: call.ref, value: null, error: String(error) };
  }
  process.send?.(reply);
});
process.on('disconnect', () => process.exit());
process.send?.({ ref: 0, value: null, error: null } satisfies BoxReply);
