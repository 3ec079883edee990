import { TriangleAlert } from 'lucide-react';
import { type FocusEvent, type RefObject, useEffect, useRef } from 'react';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import { seenAction } from '../actions/alarm-acts.ts';
import { OwnActionButton } from '../parts/action-button.tsx';
import styles from './alarms.module.css';
import type { AlarmRow } from './alarms-view.ts';

/** `onMore`: where only the first line has room, what opens the rest; null where all of it is written out. */
export function AlarmList({ rows, onMore }: { rows: readonly AlarmRow[]; onMore: (() => void) | null }) {
  const list = useRef<HTMLElement>(null);
  const focus = useFocusKept(list, rows);
  return (
    <section
      ref={list}
      className={onMore === null ? classes(styles.list, styles.whole) : styles.list}
      aria-label="Alarms that stand"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      {...focus}
      // The next alarm moves up under the pointer: the second click of a double one must not put it away unread.
      onClickCapture={(event) => {
        if (event.detail > 1) event.stopPropagation();
      }}
    >
      {rows.length === 0 ? (
        <span className={styles.nothing}>No alarm stands</span>
      ) : (
        <ul>
          {rows.map((row) => (
            <Alarm key={row.id} row={row} onMore={onMore} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Alarm({ row, onMore }: { row: AlarmRow; onMore: (() => void) | null }) {
  const { id, time, title, rest } = row;
  return (
    <li>
      <TriangleAlert size={16} className={text.warning} aria-label="Alarm" />
      <span className={styles.time}>{time}</span>
      <span className={styles.what}>
        <b dir="auto" title={rest === null ? title : `${title}\n${rest}`}>
          {title}
        </b>
        <Rest row={row} onMore={onMore} />
      </span>
      <OwnActionButton id={seenAction(id)} name={`SEEN, ${title}`} />
    </li>
  );
}

function Rest({ row: { rest, title }, onMore }: { row: AlarmRow; onMore: (() => void) | null }) {
  if (rest === null) return null;
  if (onMore !== null) {
    return (
      <button type="button" className={styles.more} aria-label={`All of it: ${title}`} onClick={onMore}>
        more…
      </button>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <pre tabIndex={0}>{rest}</pre>
  );
}

/** The keyboard goes on to the next SEEN when the one that it was on leaves with its alarm. */
function useFocusKept(list: RefObject<HTMLElement | null>, rows: readonly AlarmRow[]) {
  const at = useRef<number | null>(null);
  const buttons = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-action]') ?? [])];
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at whenever an alarm has come or gone
  useEffect(() => {
    if (at.current === null || document.activeElement !== document.body) return;
    const left = buttons();
    (left[Math.min(at.current, left.length - 1)] ?? list.current)?.focus();
  }, [rows.length]);
  return {
    onFocus: ({ target }: FocusEvent<HTMLElement>) => {
      const index = buttons().indexOf(target);
      at.current = index < 0 ? null : index;
    },
    // Not heard of a button that is taken away: React lets no event through while it changes the page.
    onBlur: () => {
      at.current = null;
    },
  };
}
