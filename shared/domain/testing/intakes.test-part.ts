/** Brings a cue to a given point of its life by the commands and steps that lead there. */
import { Intake } from '../../protocol/desk-state.ts';
import type { Cue } from '../../protocol/show-file.ts';
import { PRODUCER, SECOND_PRODUCER, ShowDriver, VERIFIER } from './show-driver.test-part.ts';

export const INTAKES: readonly Intake[] = Intake.options;

export const COUNTS = [7, 2, 1];

/** A live show of this one cue, in this intake. For `draft` the cue has to be incomplete, for the others complete. */
export function showAt(cue: Cue, intake: Intake): ShowDriver {
  const show = new ShowDriver([cue], 'live');
  const target = cue.id;
  const give = (type: 'cue.arm' | 'cue.go' | 'poll.archive') => show.do({ type, target }, PRODUCER);
  const arm = () => {
    give('cue.arm');
    if (cue.class === 'regulated') show.do({ type: 'cue.arm', target }, SECOND_PRODUCER);
  };
  const open = () => {
    arm();
    give('cue.go');
  };
  const close = () => {
    open();
    show.seal(target, COUNTS);
  };
  const verify = () => {
    close();
    if ((cue.class ?? 'fun') === 'fun') show.verify(target);
    else show.do({ type: 'poll.verify', target }, cue.class === 'regulated' ? VERIFIER : PRODUCER);
  };
  const reason = 'a test';
  switch (intake) {
    case 'draft':
    case 'ready':
      break;
    case 'armed':
      arm();
      break;
    case 'open':
      open();
      break;
    case 'paused':
      open();
      show.do({ type: 'poll.pause', target, payload: { reason } }, PRODUCER);
      break;
    case 'closing':
      open();
      show.do({ type: 'poll.close', target, payload: { confirmed: true } }, PRODUCER);
      break;
    case 'closed':
      close();
      break;
    case 'verified':
      verify();
      break;
    case 'archived':
      verify();
      give('poll.archive');
      break;
    case 'revoked':
      open();
      show.do({ type: 'poll.revoke', target, payload: { reason } }, PRODUCER);
      break;
    case 'void':
      open();
      show.do({ type: 'poll.void', target, payload: { reason } }, PRODUCER);
      show.do({ type: 'poll.void', target, payload: { reason } }, SECOND_PRODUCER);
      break;
  }
  if (show.run(target).intake !== intake) throw new Error(`${target} came to ${show.run(target).intake}`);
  return show;
}
