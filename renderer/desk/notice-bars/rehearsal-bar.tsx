import { countdown } from '../../ui/format.ts';
import { useMoment } from '../desk-context.tsx';
import styles from './notice-bars.module.css';

const WARN_BEFORE_MS = 60_000;

/** One minute before air a rehearsal says so, and keeps saying so once the show should have begun. */
export function RehearsalBar() {
  const moment = useMoment(1_000);
  if (!moment) return null;
  const { mode, t0Ms } = moment.show.show;
  if (mode !== 'rehearsal' || t0Ms === undefined) return null;
  const leftMs = t0Ms - moment.nowMs;
  if (leftMs > WARN_BEFORE_MS || leftMs < -WARN_BEFORE_MS * 10) return null;
  return (
    <div className={styles.notice} role="alert">
      <span>
        {leftMs > 0 ? `The show starts in ${countdown(leftMs)}` : 'The show should have started'} and this desk is in
        REHEARSAL. Rehearsal ballots stay here and are never counted.
      </span>
    </div>
  );
}
