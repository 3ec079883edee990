import { expect } from 'vitest';
import type { PublicState } from '../../../shared/protocol/audience.ts';
import { isAnswered } from './ballots.ts';
import { until } from './until.ts';
import { WsViewer, type WsViewerOptions } from './ws-viewer.ts';

const AT_ONCE = 20;
export const OPTIONS = ['a', 'b', 'c'] as const;

/** The option that the n-th viewer of a test votes for: a lopsided result, so that mixed-up options show. */
export function optionOf(n: number): string {
  return n % 6 < 3 ? 'a' : n % 6 < 5 ? 'b' : 'c';
}

/** Many viewers on WebSockets, all welcomed. */
export async function crowdOf(count: number, options: WsViewerOptions): Promise<WsViewer[]> {
  const viewers: WsViewer[] = [];
  while (viewers.length < count) {
    const more = Array.from({ length: Math.min(AT_ONCE, count - viewers.length) }, () => WsViewer.arrive(options));
    viewers.push(...(await Promise.all(more)));
  }
  return viewers;
}

/** Waits until every viewer sees the poll taking ballots. */
export async function untilAllSeeOpen(viewers: readonly WsViewer[], pollId: string): Promise<void> {
  await until(() => viewers.every(({ state }) => state?.poll?.id === pollId && state.poll.intake === 'open'), {
    what: `${viewers.length} viewers see ${pollId} open`,
  });
}

/** Waits until every ballot of theirs has a receipt or a refusal. */
export async function untilAllAnswered(viewers: readonly WsViewer[], what: string): Promise<void> {
  await until(() => viewers.every(({ ballots }) => ballots.every(isAnswered)), { what });
}

/** What a viewer was shown must only ever move on: epoch first, then revision. */
export function expectOnwardStates(states: readonly PublicState[]): void {
  for (const [i, state] of states.entries()) {
    const before = states[i - 1];
    if (before === undefined) continue;
    const isOnward = state.epoch > before.epoch || (state.epoch === before.epoch && state.rev >= before.rev);
    expect(isOnward, `state ${state.epoch}-${state.rev} came after ${before.epoch}-${before.rev}`).toBe(true);
  }
}
