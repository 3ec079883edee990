import { countdown } from '../../ui/format.ts';
import { useView } from '../context/desk-context.tsx';
import type { Moment } from '../store/moment.ts';
import styles from './notice-bars.module.css';

const WARN_BEFORE_MS = 60_000;

/** Null where there is nothing to say of it. */
function dueWords({ show, nowMs }: Moment): string | null {
  const { mode, t0Ms } = show.show;
  if (mode !== 'rehearsal' || t0Ms === undefined) return null;
  const leftMs = t0Ms - nowMs;
  if (leftMs > WARN_BEFORE_MS || leftMs < -WARN_BEFORE_MS * 10) return null;
  return leftMs > 0 ? `The show starts in ${countdown(leftMs)}` : 'The show should have started';
}

/** One minute before air a rehearsal says so, and keeps saying so once the show should have begun. */
export function RehearsalBar() {
  const due = useView(1_000, dueWords);
  if (due === null) return null;
  return (
    <div className={styles.notice} role="alert">
      <span>{due} and this desk is in REHEARSAL. Rehearsal ballots stay here and are never counted.</span>
    </div>
  );
}
