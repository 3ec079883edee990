import { memo, useEffect, useRef } from 'react';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { classes } from '../../ui/classes.ts';
import { Panel, PanelMessage } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import text from '../../ui/text.module.css';
import { useDesk, useView } from '../context/desk-context.tsx';
import styles from './rundown.module.css';
import { type RundownRow, rundownView } from './rundown-view.ts';

export function Rundown() {
  const view = useView(1_000, rundownView);
  const { window: win } = useDesk();
  const select = (id: PollId) => win.setState({ selected: id });
  return (
    <Panel
      name="Rundown"
      className={view && !view.timed ? classes(styles.rundown, styles.untimed) : styles.rundown}
      state={{ kind: 'fresh' }}
      head={
        <>
          <h2>Rundown</h2>
          <span className={text.label}>{view?.summary ?? ''}</span>
        </>
      }
      age={
        view?.end ? (
          <>
            Expected end {view.end.at}
            {view.end.off === null ? null : (
              <span className={view.end.late ? text.warning : undefined}>, {view.end.off}</span>
            )}
          </>
        ) : null
      }
    >
      <div className={styles.columns} aria-hidden="true">
        <i />
        <span className={classes(text.label, text.toEnd)}>Cue</span>
        <span />
        <span className={classes(text.label, text.toEnd, text.roomy)}>Planned</span>
        <span className={classes(text.label, text.toEnd)}>Actual / due</span>
        <span className={classes(text.label, text.toEnd)}>±</span>
        <span className={classes(text.label, text.toEnd)}>State</span>
      </div>
      {view === null ? (
        <div className={styles.loading} role="status" aria-label="The rundown is loading" />
      ) : view.rows.length === 0 ? (
        <PanelMessage title="No cues yet" warn={false}>
          A show file that the server starts with (--show FILE) fills it.
        </PanelMessage>
      ) : (
        <ol className={styles.rows}>
          {view.rows.map((row) => (
            <Row key={row.id} row={row} select={select} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** Scrolls the list alone: a page that scrolled by itself would take transport out of sight. */
function showInList(button: HTMLElement): void {
  const list = button.closest('ol');
  if (!list) return;
  const row = button.getBoundingClientRect();
  const box = list.getBoundingClientRect();
  if (row.top < box.top) list.scrollTop -= box.top - row.top;
  else if (row.bottom > box.bottom) list.scrollTop += row.bottom - box.bottom;
}

/** Nothing planned and nothing happened: its words take the room of the times. */
const isTimeless = ({ planned, at, off }: RundownRow): boolean => planned === '' && at === '' && off === '';

const sameRow = (a: { row: RundownRow }, b: { row: RundownRow }) => JSON.stringify(a.row) === JSON.stringify(b.row);

const Row = memo(function Row({ row, select }: { row: RundownRow; select: (id: PollId) => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const own = button.current;
    if (!row.selected || !own) return;
    showInList(own);
    // The focus goes along: else two rows would look chosen.
    if (document.activeElement?.closest('ol') === own.closest('ol')) own.focus({ preventScroll: true });
  }, [row.selected]);
  return (
    <li>
      <button
        ref={button}
        type="button"
        className={classes(styles.cue, styles[`cue-${row.place}`], isTimeless(row) ? styles.timeless : undefined)}
        aria-current={row.selected ? 'true' : undefined}
        aria-label={`Cue ${row.number}, ${row.text}, ${row.plate.word}${row.at === '' ? '' : `, ${row.expected ? 'due' : 'opened'} ${row.at}`}`}
        onClick={() => select(row.id)}
      >
        <i className={styles.tally} />
        <span className={styles.number}>{row.number}</span>
        <span className={styles.title}>
          <b className={text.oneLine} dir="auto">
            {row.text}
          </b>
          <span className={classes(styles.meta, text.oneLine)}>{row.meta}</span>
        </span>
        <span className={classes(styles.time, text.roomy, text.quiet)}>{row.planned}</span>
        <span className={classes(styles.time, row.expected ? styles.expected : undefined)}>{row.at}</span>
        <span className={classes(styles.difference, row.late ? text.warning : text.quiet)}>{row.off}</span>
        <span className={styles.state}>
          <Plate tone={row.plate.tone}>{row.plate.word}</Plate>
        </span>
      </button>
    </li>
  );
}, sameRow);
