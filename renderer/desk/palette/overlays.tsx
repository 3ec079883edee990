import { AlarmsSheet } from '../alarms/alarms-sheet.tsx';
import { useWindowData } from '../context/desk-context.tsx';
import { CheatSheet } from '../shortcuts/cheat-sheet.tsx';
import type { Overlay } from '../store/window-store.ts';
import styles from './palette.module.css';
import { Palette } from './palette.tsx';

/** What lies over the middle of every screen, when it was asked for. */
export function Overlays() {
  const overlay = useWindowData((data) => data.overlay);
  if (overlay === null) return null;
  return (
    <div className={styles.overlay}>
      <Shown overlay={overlay} />
    </div>
  );
}

function Shown({ overlay }: { overlay: Overlay }) {
  switch (overlay) {
    case 'keys':
      return <CheatSheet />;
    case 'palette':
      return <Palette />;
    case 'alarms':
      return <AlarmsSheet />;
  }
}
