import { Panel, PanelMessage } from '../../ui/panel.tsx';
import { useMoment } from '../context/desk-context.tsx';
import { ActionButton } from '../parts/action-button.tsx';
import { ageWords, vitalsPanel } from '../parts/panel-state.ts';
import { chordFor } from '../shortcuts/registry.ts';
import type { Moment } from '../store/moment.ts';
import { type BoardView, boardView, type Force, type SwitchRow } from './board-view.ts';
import { NoFigures } from './no-figures.tsx';
import { PositionSwitch } from './position-switch.tsx';
import './board-panel.css';

/** Every measure that spares the edges, what it costs the audience, and whether it is in force yet. */
export function BoardPanel() {
  const moment = useMoment(500);
  const view = moment ? boardView(moment) : null;
  return (
    <Panel
      name="Degradation board"
      className="board"
      state={vitalsPanel(moment)}
      head={
        <>
          <h2>Degradation board</h2>
          {view && view.rows.length > 0 ? <span className="lab ell">{view.sum}</span> : null}
          <span className="lab wide-only">no switch samples or drops a vote</span>
          {moment ? <AllToAuto moment={moment} /> : null}
        </>
      }
      age={ageWords(moment)}
    >
      {view ? <BoardBody view={view} /> : <NoFigures moment={moment} lines={4} />}
    </Panel>
  );
}

function AllToAuto({ moment }: { moment: Moment }) {
  return (
    <span className="all-auto">
      <kbd className="key wide-only">{chordFor('switches-auto')}</kbd>
      <ActionButton id="switches-auto" moment={moment} />
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
    <section className="tbl" aria-label="Switches, one a row" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th className="nm">Measure · what the audience notices</th>
            <th className="ps">Position</th>
            <th className="rq">Requested</th>
            <th className="inf">In force, edges</th>
            <th className="vw r">Viewers touched</th>
            <th className="who">Set by, since, why</th>
            <th className="rv r">Reverts in</th>
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
      <th scope="row" className="nm" title={`${row.notices}. ${row.cost}.`}>
        <b className="sw-name">{row.name}</b>
        <span className="sw-note">{row.notices}</span>
        <span className="sw-cost">{row.cost}</span>
      </th>
      <td className="ps">
        <PositionSwitch row={row} />
        <span className={`sw-remark lab ell ${remark?.warn ? 'warn' : ''}`} role="status">
          {remark?.text ?? ''}
        </span>
      </td>
      <td className="rq ages">
        <b className="sw-value">{requested ? 'On' : 'Off'}</b>
        <span className="sw-who lab ell">{row.trigger}</span>
      </td>
      <td className="inf ages">
        <i className="dot" aria-hidden="true" />
        <b className="sw-value">{forceWord(force)}</b>{' '}
        <span className="lab">{'edges' in force ? force.edges : ''}</span>
      </td>
      <td className="vw r ages">
        <b className="sw-value">{row.touched}</b>
      </td>
      <td className="who ages">
        <span className="sw-who ell" dir="auto">
          {row.setBy}
        </span>
        <span className="sw-why" dir="auto" title={row.reason}>
          {row.reason}
        </span>
      </td>
      <td className="rv r ages">
        <b className="sw-value">{row.revertsIn ?? '–'}</b>
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
