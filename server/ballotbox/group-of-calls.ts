/** What the writer is asked, as what its ledgers do in groups, and what they say, as answers. */
import { carriedAnswers, readBatch } from '../backplane/batch-text.ts';
import type { Answer, Asked } from '../process/worker-calls.ts';
import type { GroupItem, GroupOutcome, GroupReply } from './ledger-group.ts';
import { UNAVAILABLE, type WriterCalls } from './messages.ts';

/** Under this number nobody waits. */
const NOBODY = Number.NaN;

export function itemOf(asked: Exclude<Asked<WriterCalls>, { call: 'journalIs' }>): GroupItem {
  const ref = asked.ref ?? NOBODY;
  switch (asked.call) {
    case 'setRules': {
      const [rules, atMs] = asked.args;
      return { t: 'rules', rules, atMs };
    }
    case 'submit': {
      const [{ edgeId, edgeEpoch, batch: carried }, atMs] = asked.args;
      const { batchNo, ballots, classes } = readBatch(carried);
      return { t: 'submit', ref, batch: { edgeId, edgeEpoch, batchNo, ballots, classes }, atMs, answers: [] };
    }
    case 'noteUnknown': {
      const [edge, deltas, atMs] = asked.args;
      return { t: 'unknown', ...edge, deltas, atMs };
    }
    case 'seal':
      return { t: 'seal', ref, runId: asked.args[0], atMs: asked.args[1] };
    case 'destroySalt':
      return { t: 'destroy-salt', ref, runId: asked.args[0], atMs: asked.args[1] };
    case 'moment':
      return { t: 'moment', ref, runId: asked.args[0] };
    case 'bind':
      return { t: 'bind', ref, mode: asked.args[0], known: asked.args[1] };
  }
}

/** Of a group that every ledger has done its part of. */
export function answersOf(items: readonly GroupItem[], outcomes: readonly GroupOutcome[]): Answer[] {
  const answers: Answer[] = items.flatMap((item) =>
    item.t === 'submit' ? [{ ref: item.ref, value: carriedAnswers(item.answers) }] : [],
  );
  for (const { replies } of outcomes) for (const reply of replies) answers.push(answerOf(reply));
  return answers;
}

function answerOf(reply: GroupReply): Answer {
  const { ref } = reply;
  switch (reply.t) {
    case 'sealed':
      return { ref, value: reply.sealed };
    case 'destroyed':
      return { ref, value: undefined };
    case 'moment':
      return { ref, value: reply.moment };
    case 'bound':
      return { ref, value: reply.faults };
    case 'unavailable':
      return { ref, failure: { code: UNAVAILABLE, message: reply.message } };
  }
}
