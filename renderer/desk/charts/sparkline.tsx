import { memo } from 'react';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import type { Look } from './curve.tsx';
import { type Drawn, Plot } from './plot.tsx';
import styles from './sparkline.module.css';
import { PLOT, type SparklineView } from './sparkline-view.ts';

const as = (look: Look, paths: readonly string[]): Drawn[] => paths.map((path) => ({ look, path }));

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
      <Plot
        label={label}
        size={PLOT}
        drawn={[...as('area', first.areas), ...as('second', second?.lines ?? []), ...as('line', first.lines)]}
      />
    </div>
  );
});
