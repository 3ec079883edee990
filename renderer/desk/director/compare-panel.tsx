import type { ReactNode } from 'react';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelLoading, PanelMessage, type PanelState } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { useDesk, useWindowData } from '../context/desk-context.tsx';
import { ConcentratedAbout } from '../networks/concentrated-line.tsx';
import type { Moment } from '../store/moment.ts';
import styles from './compare-panel.module.css';
import { type CompareCell, type CompareView, compareView } from './compare-view.ts';
import { PollChoice } from './poll-choice.tsx';
import { countedOf, pollPanel, useCompared, useWatched } from './use-director.ts';

export function ComparePanel() {
  const watched = useWatched();
  const { moment, cue, curve } = watched;
  const { other, curve: otherCurve } = useCompared(watched);
  const chosen = useWindowData((data) => data.compared);
  const base = pollPanel(moment, cue);
  if (moment === null || base.kind === 'loading') {
    return (
      <Shell state={{ kind: 'loading' }} head={null} age="">
        <PanelLoading lines={3} />
      </Shell>
    );
  }
  if (cue === null || other === null) {
    return (
      <Shell state={base} head={null} age="">
        <PanelMessage title="Nothing to compare with yet" warn={false}>
          From the second poll on, this shows how one stands beside another at the same moment after GO.
        </PanelMessage>
      </Shell>
    );
  }
  const run = countedOf(curve);
  const view = compareView({
    moment,
    cue,
    points: run.points,
    run,
    other,
    otherRun: otherCurve.kind === 'points' ? countedOf(otherCurve) : null,
  });
  const failed = otherCurve.kind === 'failed';
  const state: PanelState = failed && base.kind === 'fresh' ? { kind: 'error' } : base;
  const choice = (
    <PollChoice
      label="Compare with"
      first="The poll before"
      show={moment.show}
      chosen={chosen}
      leaveOut={cue.id}
      field="compared"
    />
  );
  return (
    <Shell state={state} head={choice} age={view.at}>
      {failed ? (
        <Failed message={otherCurve.message} />
      ) : (
        <Table view={view} loading={otherCurve.kind === 'loading'} moment={moment} />
      )}
    </Shell>
  );
}

function Shell({
  state,
  head,
  age,
  children,
}: {
  state: PanelState;
  head: ReactNode;
  age: string;
  children: ReactNode;
}) {
  return (
    <Panel
      name="Compare"
      className={styles.compare}
      state={state}
      head={
        <>
          <h2>Compare</h2>
          {head}
        </>
      }
      age={age}
    >
      {children}
    </Panel>
  );
}

function Failed({ message }: { message: string }) {
  const { history } = useDesk();
  return (
    <PanelMessage
      title="The earlier poll could not be had"
      warn={true}
      act={
        <button type="button" className={classes(button.button, button.plain)} onClick={() => history.tryAgain()}>
          <b>Try again</b>
        </button>
      }
    >
      {message}
    </PanelMessage>
  );
}

function Table({ view, loading, moment }: { view: CompareView; loading: boolean; moment: Moment }) {
  return (
    <div className={classes(panel.body, styles.body, panel.ages)} aria-busy={loading || undefined}>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col" className={text.toEnd}>
              {view.now}
            </th>
            <th scope="col" className={text.toEnd}>
              {view.before}
            </th>
            <th scope="col" className={text.toEnd}>
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          {view.rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <Cell cell={row.now} />
              <Cell cell={row.before} />
              <Cell cell={row.change} />
            </tr>
          ))}
        </tbody>
      </table>
      {view.concentrated.map(({ about, words }) => (
        <ConcentratedAbout key={about} about={about} view={words} moment={moment} />
      ))}
      {view.note === null ? null : <p className={text.label}>{view.note}</p>}
    </div>
  );
}

function Cell({ cell }: { cell: CompareCell }) {
  return (
    <td className={text.toEnd}>
      <b>
        {cell.value}
        {cell.unit === '' ? null : <span className={text.unit}>{cell.unit}</span>}
      </b>
    </td>
  );
}
