import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelMessage, type PanelState } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { useMomentFor } from '../context/desk-context.tsx';
import { OwnActionButton } from '../parts/action-button.tsx';
import { vitalsPanel } from '../parts/panel-state.ts';
import { VitalsAge } from '../parts/vitals-age.tsx';
import type { Moment } from '../store/moment.ts';
import styles from './edges-panel.module.css';
import {
  absentWords,
  countWords,
  type EdgeRow,
  type EdgesView,
  edgesView,
  type Figure,
  isComplete,
  type Sum,
  stateWords,
} from './edges-view.ts';
import { NoFigures, noFiguresFor } from './no-figures.tsx';
import table from './table.module.css';

const COLUMNS: readonly { name: string; unit: string; title: string }[] = [
  { name: 'Viewers', unit: '', title: 'Viewers on it, over all transports' },
  { name: 'Arr.', unit: '/s', title: 'Arrivals a second' },
  { name: 'Loop', unit: 'ms', title: 'Delay of its event loop over the last second, p99, ms' },
  { name: 'Queue', unit: '', title: 'Ballots that wait for the box' },
  { name: 'Head', unit: 'ms', title: 'Age of the oldest of them, ms' },
  { name: 'Ack', unit: 'ms', title: 'From ballot to receipt, p99, ms' },
  { name: 'Files', unit: '%', title: 'Of the file descriptors that it may have, in use' },
  { name: 'Round', unit: 'ms', title: 'How long its last fan-out round took, ms' },
  { name: 'Mem.', unit: 'MB', title: 'Memory, MB' },
];

/** A panel that misses a part of what it sums up is in error, unless it is too old to say even that. */
export function completeOr(state: PanelState, complete: boolean): PanelState {
  return state.kind === 'fresh' && !complete ? { kind: 'error' } : state;
}

const drawnOf = (moment: Moment) => [
  vitalsPanel(moment),
  noFiguresFor(moment),
  moment.vitals && edgesView(moment.vitals),
];

export function EdgesPanel() {
  const moment = useMomentFor(1_000, drawnOf);
  const view = moment?.vitals ? edgesView(moment.vitals) : null;
  return (
    <Panel
      name="Edges"
      className={styles.edges}
      state={completeOr(vitalsPanel(moment), view === null || isComplete(view.count))}
      head={
        <>
          <h2>Edges</h2>
          {view ? (
            <span className={classes(text.label, view.up.warn ? classes(text.warning, styles.warning) : undefined)}>
              {view.up.text}
            </span>
          ) : null}
          {view ? (
            <span className={classes(text.label, text.warning, styles.warning, text.oneLine)}>
              {absentWords(view.count)}
            </span>
          ) : null}
          {moment ? (
            <span className={styles.restart}>
              <OwnActionButton id="restart-edges" name="Restart edges one by one" />
            </span>
          ) : null}
        </>
      }
      age={<VitalsAge />}
    >
      {view ? <EdgesBody view={view} /> : <NoFigures moment={moment} lines={8} />}
    </Panel>
  );
}

function EdgesBody({ view }: { view: EdgesView }) {
  if (view.rows.length === 0) {
    return (
      <PanelMessage title="No edges" warn={true}>
        The core expects none, so nobody can reach the audience port.
      </PanelMessage>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={classes(table.scrolled, panel.ages, panel.hatched)} aria-label="Edges, one a row" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>Edge</th>
            {COLUMNS.map(({ name, unit, title }) => (
              <th key={name} className={text.toEnd} title={title}>
                {name} <span>{unit}</span>
              </th>
            ))}
            <th className={classes(text.toEnd, styles.state)}>State</th>
          </tr>
        </thead>
        <tbody>
          {view.rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </tbody>
        <tfoot>
          <Total view={view} />
        </tfoot>
      </table>
    </section>
  );
}

function Row({ row: { id, state, figures } }: { row: EdgeRow }) {
  const cells: readonly (Figure | null)[] = figures
    ? [
        figures.viewers,
        figures.arrivals,
        figures.loop,
        figures.depth,
        figures.head,
        figures.ack,
        figures.files,
        figures.round,
        figures.memory,
      ]
    : COLUMNS.map(() => null);
  return (
    <tr data-state={state.kind}>
      <th scope="row">{id}</th>
      {cells.map((cell, i) => (
        <td
          key={COLUMNS[i]?.name}
          className={cell?.warn ? classes(text.toEnd, text.warning, styles.warning) : text.toEnd}
        >
          {cell?.text ?? '–'}
        </td>
      ))}
      <td
        className={
          state.kind === 'up' || state.kind === 'leaving'
            ? classes(text.toEnd, styles.state)
            : classes(text.toEnd, styles.state, text.warning, styles.warning)
        }
      >
        {stateWords(state)}
      </td>
    </tr>
  );
}

function Total({ view: { total, count } }: { view: EdgesView }) {
  if (!isComplete(count)) {
    return (
      <tr>
        <th scope="row">All</th>
        <td colSpan={COLUMNS.length + 1} className={classes(text.warning, styles.warning)}>
          {countWords(count)}: a sum would be wrong, so none is shown
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <th scope="row">All</th>
      <td className={text.toEnd}>{sumWords(total.viewers)}</td>
      <td className={text.toEnd}>{sumWords(total.arrivals)}</td>
      <td />
      <td className={text.toEnd}>{sumWords(total.depth)}</td>
      <td colSpan={COLUMNS.length - 4} />
      <td className={classes(text.toEnd, styles.state)}>{`${count.counted} of ${count.expected}`}</td>
    </tr>
  );
}

const sumWords = (sum: Sum): string => (sum.kind === 'sum' ? sum.text : '–');
