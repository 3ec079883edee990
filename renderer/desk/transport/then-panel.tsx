import { scheduleOf } from '../../../shared/domain/schedule.ts';
import { timeOfDay } from '../../ui/format.ts';
import { Plate } from '../../ui/plate.tsx';
import type { Moment } from '../store/moment.ts';
import { metaOf } from '../words/cue-words.ts';
import { numberOf } from '../words/labels.ts';
import { toneOf, wordOfMode } from '../words/mode-words.ts';
import { thenCue } from './go-view.ts';

/** Characters that the larger size has room for. */
const ROOMY = 22;

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
              <div className={cue.text.length > ROOMY ? 'ttl ttl-long ell' : 'ttl ell'} dir="auto" title={cue.text}>
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
