import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import text from '../../ui/text.module.css';
import styles from './settings.module.css';
import type { Fact } from './settings-view.ts';

/** Names and values, one a line. A value can be marked and copied by hand. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes(styles.facts, panel.ages)}>
      {facts.map(({ name, value, warn }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={warn ? classes(text.warning, styles.warning) : undefined} dir="auto">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
