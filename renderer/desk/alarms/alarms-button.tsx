import { TriangleAlert } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import { useDesk, useDeskData, useSame, useWindowData } from '../context/desk-context.tsx';
import { ariaOverlay, overlayChord } from '../shortcuts/registry.ts';
import type { DeskData } from '../store/desk-store.ts';
import styles from './alarms.module.css';
import { alarmsView } from './alarms-view.ts';

const alarmsOf = (data: DeskData) => data.vitals?.value.alarms ?? null;

/** On every screen, always in its place: how many alarms stand. It opens the list of them. */
export function AlarmsButton() {
  const { window: win } = useDesk();
  const alarms = useDeskData(useSame(alarmsOf));
  const open = useWindowData((data) => data.overlay === 'alarms');
  const view = alarms === null ? null : alarmsView(alarms);
  const standing = view !== null && view.rows.length > 0;
  const says = view?.says ?? 'Alarms: nothing heard yet';
  return (
    <button
      type="button"
      className={standing ? classes(styles.count, styles.standing) : styles.count}
      aria-label={standing ? says : `${view?.count ?? 'Alarms'}. ${says}`}
      aria-pressed={open}
      aria-keyshortcuts={ariaOverlay('alarms')}
      title={`${says} (${overlayChord('alarms')})`}
      onClick={() => win.setState({ overlay: open ? null : 'alarms' })}
    >
      <TriangleAlert size={16} aria-hidden="true" />
      <b>{view === null ? '–' : view.rows.length}</b>
      <span className={text.roomy}>{view?.rows.length === 1 ? 'alarm' : 'alarms'}</span>
    </button>
  );
}
