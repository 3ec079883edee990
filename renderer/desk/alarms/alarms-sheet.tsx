import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import text from '../../ui/text.module.css';
import { useDesk, useView } from '../context/desk-context.tsx';
import { overlayChord } from '../shortcuts/registry.ts';
import type { Moment } from '../store/moment.ts';
import { AlarmList } from './alarm-list.tsx';
import { alarmsView } from './alarms-view.ts';

const alarmsOf = ({ vitals }: Moment) => (vitals === null ? null : alarmsView(vitals.alarms));

/** All that stands, on whatever screen, with all that was said of it. */
export function AlarmsSheet() {
  const { window: win } = useDesk();
  const view = useView(1_000, alarmsOf);
  const close = () => win.setState({ overlay: null });
  return (
    <Dialog title={view === null || view.rows.length < 2 ? 'Alarms' : `${view.count}, newest first`} onClose={close}>
      {view === null ? (
        <p>Alarms come with the first figures of the core.</p>
      ) : (
        <AlarmList rows={view.rows} onMore={null} />
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
