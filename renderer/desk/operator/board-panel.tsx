import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelMessage } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { useMomentFor } from '../context/desk-context.tsx';
import { OwnActionButton } from '../parts/action-button.tsx';
import { vitalsPanel } from '../parts/panel-state.ts';
import { VitalsAge } from '../parts/vitals-age.tsx';
import { chordFor } from '../shortcuts/registry.ts';
import type { Moment } from '../store/moment.ts';
import styles from './board-panel.module.css';
import { type BoardView, boardView, type Force, type SwitchRow } from './board-view.ts';
import { NoFigures, noFiguresFor } from './no-figures.tsx';
import { PositionSwitch } from './position-switch.tsx';
import table from './table.module.css';

const drawnOf = (moment: Moment) => [vitalsPanel(moment), noFiguresFor(moment), boardView(moment)];

/** Every measure that spares the edges, what it costs the audience, and whether it is in force yet. */
export function BoardPanel() {
  const moment = useMomentFor(500, drawnOf);
  const view = moment ? boardView(moment) : null;
  return (
    <Panel
      name="Degradation board"
      className={styles.board}
      state={vitalsPanel(moment)}
      head={
        <>
          <h2>Degradation board</h2>
          {view && view.rows.length > 0 ? <span className={classes(text.label, text.oneLine)}>{view.sum}</span> : null}
          <span className={classes(text.label, text.roomy)}>no switch samples or drops a vote</span>
          {moment ? <AllToAuto /> : null}
        </>
      }
      age={<VitalsAge />}
    >
      {view ? <BoardBody view={view} /> : <NoFigures moment={moment} lines={4} />}
    </Panel>
  );
}

function AllToAuto() {
  return (
    <span className={styles.allAuto}>
      <kbd className={classes(text.key, text.roomy)}>{chordFor('switches-auto')}</kbd>
      <OwnActionButton id="switches-auto" />
    </span>
  );
}

function BoardBody({ view }: { view: BoardView }) {
  if (view.rows.length === 0) {
    return (
      <PanelMessage title="No switches" warn={false}>
        This core knows no measures that could be set.
      </PanelMessage>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={table.scrolled} aria-label="Switches, one a row" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th className={styles.measure}>Measure · what the audience notices</th>
            <th className={styles.position}>Position</th>
            <th className={styles.requested}>Requested</th>
            <th className={styles.inForce}>In force, edges</th>
            <th className={classes(styles.touched, text.toEnd)}>Viewers touched</th>
            <th className={styles.setBy}>Set by, since, why</th>
            <th className={classes(styles.reverts, text.toEnd)}>Reverts in</th>
          </tr>
        </thead>
        <tbody>
          {view.rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row }: { row: SwitchRow }) {
  const { force, requested, remark } = row;
  return (
    <tr data-force={force.kind}>
      <th scope="row" className={styles.measure} title={`${row.notices}. ${row.cost}.`}>
        <b className={styles.name}>{row.name}</b>
        <span className={styles.notices}>{row.notices}</span>
        <span className={styles.cost}>{row.cost}</span>
      </th>
      <td className={styles.position}>
        <PositionSwitch row={row} />
        <span
          className={classes(styles.remark, text.label, text.oneLine, remark?.warn ? text.warning : undefined)}
          role="status"
        >
          {remark?.text ?? ''}
        </span>
      </td>
      <td className={classes(styles.requested, panel.ages, styles.ages)}>
        <b className={styles.value}>{requested ? 'On' : 'Off'}</b>
        <span className={classes(styles.person, text.label, text.oneLine)}>{row.trigger}</span>
      </td>
      <td className={classes(styles.inForce, panel.ages, styles.ages)}>
        <i className={styles.dot} aria-hidden="true" />
        <b className={styles.value}>{forceWord(force)}</b>{' '}
        <span className={text.label}>{'edges' in force ? force.edges : ''}</span>
      </td>
      <td className={classes(styles.touched, text.toEnd, panel.ages, styles.ages)}>
        <b className={styles.value}>{row.touched}</b>
      </td>
      <td className={classes(styles.setBy, panel.ages, styles.ages)}>
        <span className={classes(styles.person, text.oneLine)} dir="auto">
          {row.setBy}
        </span>
        <span className={styles.why} dir="auto" title={row.reason}>
          {row.reason}
        </span>
      </td>
      <td className={classes(styles.reverts, text.toEnd, panel.ages, styles.ages)}>
        <b className={styles.value}>{row.revertsIn ?? '–'}</b>
      </td>
    </tr>
  );
}

function forceWord(force: Force): string {
  switch (force.kind) {
    case 'on':
      return 'On';
    case 'off':
      return 'Off';
    case 'moving':
      return 'Moving';
    case 'no-edges':
      return 'No edges';
    case 'unheard':
      return '–';
  }
}
