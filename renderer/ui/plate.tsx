import { classes } from './classes.ts';
import styles from './plate.module.css';

export type PlateTone = 'air' | 'rehearsal' | 'armed' | 'plain' | 'draft' | 'done' | 'warn';

/** A state, written out. Its colour repeats the word and never replaces it. */
export function Plate({ tone, children }: { tone: PlateTone; children: string }) {
  return <span className={classes(styles.plate, styles[tone])}>{children}</span>;
}
