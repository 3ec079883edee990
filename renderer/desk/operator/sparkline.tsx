import { memo } from 'react';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import styles from './sparkline.module.css';
import { PLOT, type SparklineView } from './sparkline-view.ts';

/** Curves of the last minutes in one plot. Drawn anew only when its views change, which is once a second. */
export const Sparkline = memo(function Sparkline({
  label,
  first,
  second,
}: {
  label: string;
  /** Its gaps are the ones that are drawn. */
  first: SparklineView;
  second: SparklineView | null;
}) {
  return (
    <div className={classes(styles.sparkline, panel.hatched)}>
      {first.gaps.map(({ left, width }) => (
        <i key={left} className={styles.gap} style={{ left: `${left}%`, width: `${width}%` }} />
      ))}
      <svg
        viewBox={`0 0 ${PLOT.width} ${PLOT.height}`}
        preserveAspectRatio="none"
        width="100%"
        height="100%"
        role="img"
        aria-label={label}
      >
        {first.areas.map((path) => (
          <path key={path} className={styles.area} d={path} />
        ))}
        {second?.lines.map((path) => (
          <path key={path} className={styles.dashed} d={path} />
        ))}
        {first.lines.map((path) => (
          <path key={path} className={styles.line} d={path} />
        ))}
      </svg>
    </div>
  );
});
