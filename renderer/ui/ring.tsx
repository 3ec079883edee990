import { classes } from './classes.ts';
import styles from './ring.module.css';

const RADIUS = 58;
const ROUND = 2 * Math.PI * RADIUS;

/** A ring that fills with `share` (0..1), drawn from the top and clockwise. Decoration: what it says stands in words beside it. */
export function Ring({ share, look }: { share: number; look: 'hold' | 'sent' }) {
  return (
    <svg className={classes(styles.ring, styles[look])} viewBox="0 0 136 136" aria-hidden="true">
      <circle className={styles.track} cx="68" cy="68" r={RADIUS} />
      <circle
        className={styles.arc}
        cx="68"
        cy="68"
        r={RADIUS}
        strokeDasharray={`${share * ROUND} ${ROUND}`}
        transform="rotate(-90 68 68)"
      />
    </svg>
  );
}
