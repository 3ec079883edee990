import { maySeeAnswers } from '../../../shared/domain/roles.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelLoading } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { useMomentFor } from '../context/desk-context.tsx';
import { saveFile } from '../log/save-file.ts';
import type { Moment } from '../store/moment.ts';
import { Facts } from './facts.tsx';
import styles from './settings.module.css';
import { showFacts, showPanel } from './settings-view.ts';
import { fileNameOf, showFileOf } from './show-export.ts';

/** The revision stands for all that a file of the show would hold. */
const drawn = (moment: Moment) => [
  showPanel(moment),
  showFacts(moment.show, moment.nowMs),
  moment.show.revision,
  maySeeAnswers(moment.me.roles),
];

export function ShowPanel() {
  const moment = useMomentFor(1_000, drawn);
  return (
    <Panel
      name="Show"
      state={showPanel(moment)}
      head={<h2>Show</h2>}
      age={moment ? `revision ${moment.show.revision}` : ''}
    >
      {moment === null ? (
        <PanelLoading lines={5} />
      ) : (
        <div className={classes(panel.body, styles.body)}>
          <Facts facts={showFacts(moment.show, moment.nowMs)} />
          {maySeeAnswers(moment.me.roles) ? (
            <div className={styles.acts}>
              <button
                type="button"
                className={classes(button.button, button.plain)}
                onClick={() =>
                  saveFile({
                    name: fileNameOf(moment.show.show.title),
                    text: `${JSON.stringify(showFileOf(moment.show), null, 2)}\n`,
                    type: 'application/json',
                  })
                }
              >
                <b>Save the show as a file</b>
              </button>
              <span className={classes(text.label, styles.label)}>The plan only: no votes, no results.</span>
            </div>
          ) : (
            <p className={styles.note}>
              Only an owner or a producer saves the show as a file: it holds the answers of quizzes.
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}
