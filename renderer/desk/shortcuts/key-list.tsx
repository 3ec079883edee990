import text from '../../ui/text.module.css';
import styles from './cheat-sheet.module.css';
import { keysByGroup } from './registry.ts';

/** Every key of the desk by group: in the cheat sheet and in Settings. */
export function KeyList() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: in a small window it scrolls, and must be reachable by keyboard
    <section className={styles.keyList} aria-label="Keys by group" tabIndex={0}>
      {keysByGroup().map(({ name, lines }) => (
        <section key={name}>
          <h3>{name}</h3>
          <dl>
            {lines.map(({ says, keys }) => (
              <div key={says}>
                <dt>{says}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key} className={text.key}>
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </section>
  );
}
