import { timeOfDay } from '../../ui/format.ts';
import { Plate } from '../../ui/plate.tsx';
import type { Moment } from '../actions/moment.ts';
import { numberOf } from '../commands/labels.ts';
import { metaOf } from '../rundown/cue-words.ts';
import { scheduleOf } from '../rundown/schedule-view.ts';
import { toneOf, wordOfMode } from '../top-bar/mode-view.ts';
import { thenCue } from './go-view.ts';

export function ThenPanel({ moment }: { moment: Moment }) {
  const { show, nowMs } = moment;
  const cue = thenCue(moment);
  const dueMs = cue ? scheduleOf(show.cues, show.show, nowMs).times.get(cue.id)?.atMs : null;
  return (
    <section className="panel then" aria-label="Then">
      <div className="body">
        <span className="lab">Then</span>
        {cue ? (
          <>
            <div className="what">
              <div className="ttl ell">
                {numberOf(show.cues, cue.id)}&ensp;{cue.text}
              </div>
              <div className="lab ell">
                {metaOf(cue, show.cues)}
                {dueMs == null ? '' : ` · expected ${timeOfDay(dueMs)}`}
              </div>
            </div>
            <Plate tone={toneOf(cue.intake, show.show.mode)}>{wordOfMode(cue.intake, show.show.mode)}</Plate>
          </>
        ) : (
          <span className="t3">nothing: this is the last cue</span>
        )}
      </div>
    </section>
  );
}
