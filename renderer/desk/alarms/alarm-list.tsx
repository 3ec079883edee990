import { TriangleAlert } from 'lucide-react';
import { type RefObject, useEffect, useRef } from 'react';
import { ActionButton } from '../actions/action-button.tsx';
import { seenAction } from '../actions/alarm-specs.ts';
import type { Moment } from '../actions/moment.ts';
import './alarms.css';
import type { AlarmRow } from './alarms-view.ts';

/** `onMore`: where only the first line has room, what opens the rest; null where all of it is written out. */
export function AlarmList({
  rows,
  moment,
  onMore,
}: {
  rows: readonly AlarmRow[];
  moment: Moment;
  onMore: (() => void) | null;
}) {
  const list = useRef<HTMLUListElement>(null);
  useFocusKept(list, rows);
  return (
    <ul
      ref={list}
      className={onMore === null ? 'alarm-list alarm-list-whole' : 'alarm-list'}
      // The next alarm moves up under the pointer: the second click of a double one must not put it away unread.
      onClickCapture={(event) => {
        if (event.detail > 1) event.stopPropagation();
      }}
    >
      {rows.map((row) => (
        <li key={row.id}>
          <TriangleAlert size={16} className="warn" aria-label="Alarm" />
          <span className="at">{row.time}</span>
          <span className="what">
            <b title={row.rest === null ? row.title : `${row.title}\n${row.rest}`}>{row.title}</b>
            <Rest row={row} onMore={onMore} />
          </span>
          <ActionButton id={seenAction(row.id)} moment={moment} name={`SEEN, ${row.title}`} />
        </li>
      ))}
    </ul>
  );
}

function Rest({ row: { rest, title }, onMore }: { row: AlarmRow; onMore: (() => void) | null }) {
  if (rest === null) return null;
  if (onMore !== null) {
    return (
      <button type="button" className="link" aria-label={`All of it: ${title}`} onClick={onMore}>
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
function useFocusKept(list: RefObject<HTMLUListElement | null>, rows: readonly AlarmRow[]): void {
  const at = useRef<number | null>(null);
  useEffect(() => {
    const buttons = () => [...(list.current?.querySelectorAll<HTMLElement>('.btn') ?? [])];
    const seen = (event: FocusEvent) => {
      const index = buttons().indexOf(event.target as HTMLElement);
      at.current = index < 0 ? null : index;
    };
    // A button that is taken away tells nobody that the focus has left it; one that is left by a key or a click does.
    const left = () => {
      at.current = null;
    };
    const element = list.current;
    element?.addEventListener('focusin', seen);
    element?.addEventListener('focusout', left);
    return () => {
      element?.removeEventListener('focusin', seen);
      element?.removeEventListener('focusout', left);
    };
  }, [list]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at whenever an alarm has come or gone
  useEffect(() => {
    if (at.current === null || document.activeElement !== document.body) return;
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('.btn') ?? [])];
    buttons[Math.min(at.current, buttons.length - 1)]?.focus();
  }, [rows.length]);
}
