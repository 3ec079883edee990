import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelLoading } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { actionView } from '../actions/action-view.ts';
import { useMomentFor } from '../context/desk-context.tsx';
import { ViewerLink } from '../focus/viewer-link.tsx';
import { ActionButton } from '../parts/action-button.tsx';
import type { Moment } from '../store/moment.ts';
import { Facts } from './facts.tsx';
import styles from './settings.module.css';
import { fact, showPanel } from './settings-view.ts';

const drawn = (moment: Moment) => {
  const { viewerUrl, mode } = moment.show.show;
  return [showPanel(moment), viewerUrl, mode, mode === 'rehearsal' ? actionView('recode', moment) : null];
};

export function OutputsPanel() {
  const moment = useMomentFor(1_000, drawn);
  if (moment === null) {
    return (
      <Panel name="Outputs" state={{ kind: 'loading' }} head={<h2>Outputs</h2>} age="">
        <PanelLoading lines={2} />
      </Panel>
    );
  }
  const { viewerUrl, mode } = moment.show.show;
  return (
    <Panel name="Outputs" state={showPanel(moment)} head={<h2>Outputs</h2>} age="">
      <div className={classes(panel.body, styles.body)}>
        <h3 className={classes(text.label, styles.label)}>
          {mode === 'rehearsal' ? 'Viewer page, with the code of the rehearsal' : 'Viewer page'}
        </h3>
        {viewerUrl === undefined ? (
          <p className={classes(styles.note, text.warning, styles.warning)}>The audience port is not open yet.</p>
        ) : (
          <ViewerLink />
        )}
        {mode === 'rehearsal' ? (
          <div className={styles.acts}>
            <ActionButton id="recode" moment={moment} name="New code for the rehearsal" />
            <span className={classes(text.label, styles.label)}>
              For a new crew, or when the link is in the wrong hands.
            </span>
          </div>
        ) : null}
        <Facts facts={[fact('Overlay', 'none is connected')]} />
      </div>
    </Panel>
  );
}
