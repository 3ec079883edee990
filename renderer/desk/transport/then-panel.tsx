import { scheduleOf } from '../../../shared/domain/schedule.ts';
import { classes } from '../../ui/classes.ts';
import { timeOfDay } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { Plate } from '../../ui/plate.tsx';
import text from '../../ui/text.module.css';
import { useView } from '../context/desk-context.tsx';
import type { Moment } from '../store/moment.ts';
import { metaOf } from '../words/cue-words.ts';
import { numberOf } from '../words/labels.ts';
import { toneOf, wordOfMode } from '../words/mode-words.ts';
import { thenCue } from './go-view.ts';
import styles from './transport.module.css';

/** Characters that the larger size has room for. */
const ROOMY = 22;

function thenView(moment: Moment) {
  const { show, nowMs } = moment;
  const cue = thenCue(moment);
  if (cue === null) return null;
  const dueMs = scheduleOf(show.cues, show.show, nowMs).times.get(cue.id)?.atMs ?? null;
  const expected = dueMs === null ? '' : ` · expected ${timeOfDay(dueMs)}`;
  return {
    text: cue.text,
    number: numberOf(show.cues, cue.id),
    about: `${metaOf(cue, show.cues)}${expected}`,
    plate: { tone: toneOf(cue.intake, show.show.mode), word: wordOfMode(cue.intake, show.show.mode) },
  };
}

export function ThenPanel() {
  const cue = useView(1_000, thenView);
  return (
    <section className={classes(panel.panel, styles.then)} aria-label="Then">
      <div className={classes(panel.body, styles.body)}>
        <span className={text.label}>Then</span>
        {cue ? (
          <>
            <div className={styles.what}>
              <div
                className={
                  cue.text.length > ROOMY
                    ? classes(styles.cueTitle, styles.longTitle, text.oneLine)
                    : classes(styles.cueTitle, text.oneLine)
                }
                dir="auto"
                title={cue.text}
              >
                {cue.number}&ensp;{cue.text}
              </div>
              <div className={classes(text.label, text.oneLine)}>{cue.about}</div>
            </div>
            <Plate tone={cue.plate.tone}>{cue.plate.word}</Plate>
          </>
        ) : (
          <span className={text.quiet}>nothing: this is the last cue</span>
        )}
      </div>
    </section>
  );
}
