import type { RunId } from '../../shared/protocol/ids.ts';
import { type Cue, ShowFile } from '../../shared/protocol/show-file.ts';

/** A show with the one poll `q1`: 60 s, grace 2 s. */
export function onePoll(more: Partial<Cue>): ShowFile {
  const options = ['a', 'b'].map((id) => ({ id, text: id.toUpperCase() }));
  const poll = { id: 'q1', kind: 'single', text: 'Who?', options, durationMs: 60_000, graceMs: 2_000, ...more };
  return ShowFile.parse({ title: 'One poll', cues: [poll] });
}

/** Its first run in a live show. */
export const RUN = 'q1:live:1' as RunId;
