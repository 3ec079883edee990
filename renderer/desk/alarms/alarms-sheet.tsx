import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import text from '../../ui/text.module.css';
import { useDesk, useMoment } from '../context/desk-context.tsx';
import { overlayChord } from '../shortcuts/registry.ts';
import { AlarmList } from './alarm-list.tsx';
import { alarmsView } from './alarms-view.ts';

/** All that stands, on whatever screen, with all that was said of it. */
export function AlarmsSheet() {
  const { window: win } = useDesk();
  const moment = useMoment(1_000);
  const view = moment?.vitals ? alarmsView(moment.vitals.alarms) : null;
  const close = () => win.setState({ overlay: null });
  return (
    <Dialog title={view === null || view.rows.length < 2 ? 'Alarms' : `${view.count}, newest first`} onClose={close}>
      {moment === null || view === null ? (
        <p>Alarms come with the first figures of the core.</p>
      ) : (
        <AlarmList rows={view.rows} moment={moment} onMore={null} />
      )}
      <p className={dialog.foot}>
        <span>SEEN takes an alarm off every desk; it stays in the log. What is wrong is mended elsewhere.</span>
        <button
          type="button"
          className={classes(button.button, button.plain)}
          onClick={close}
          aria-keyshortcuts="Escape"
          data-first
        >
          <b>
            Close <kbd className={text.key}>{overlayChord('alarms')}</kbd>
          </b>
        </button>
      </p>
    </Dialog>
  );
}
