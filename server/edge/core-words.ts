import type { CoreWord } from '../backplane/backplane.ts';
import type { FanOut } from './fan-out.ts';
import type { HouseLimits } from './house-buckets.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import type { PublicStates } from './public-states.ts';
import type { RunTable } from './run-table.ts';

export interface CoreWordsOptions {
  runs: RunTable;
  house: HouseLimits;
  states: PublicStates;
  fanOut: FanOut;
  measures: MeasuresInForce;
  /** There is a public state of the live show from now on. */
  onLiveState: () => void;
}

/** Takes what the core says of the show to whoever at the edge goes by it. */
export function takeWord(
  message: CoreWord,
  { runs, house, states, fanOut, measures, onLiveState }: CoreWordsOptions,
): void {
  switch (message.t) {
    case 'runs':
      runs.apply(message);
      return;
    case 'spent':
      house.heard(message.spent);
      return;
    case 'house':
      house.houseIs(message.edges, message.low);
      return;
    case 'state': {
      const held = states.offer(message.state);
      if (held !== null) fanOut.publish(held, message.now);
      if (states.get('live') !== null) onLiveState();
      return;
    }
    case 'measures':
      measures.follow(message);
  }
}
