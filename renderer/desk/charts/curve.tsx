import { classes } from '../../ui/classes.ts';
import styles from './curve.module.css';

/**
 * `second`: what goes along with the curve. `earlier`: what another run did, and `limit`: what the curve is measured against
 * or is expected to do; neither ages with it.
 */
export type Look = 'grid' | 'axis' | 'area' | 'line' | 'second' | 'earlier' | 'limit';

/** One path of a chart. */
export function Curve({ look, path }: { look: Look; path: string }) {
  return <path className={classes(styles.curve, styles[look])} d={path} />;
}
