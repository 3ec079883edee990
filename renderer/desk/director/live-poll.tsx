import { useRef } from 'react';
import { leftMs } from '../../../shared/domain/guards.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelLoading, PanelMessage, type PanelState } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import text from '../../ui/text.module.css';
import { barEnd } from '../charts/axis.ts';
import { useDesk } from '../context/desk-context.tsx';
import { ConcentratedLine } from '../networks/concentrated-line.tsx';
import { concentrationOfCue } from '../networks/concentration-view.ts';
import { ageWords } from '../parts/panel-state.ts';
import type { Moment } from '../store/moment.ts';
import { TimeLeftSaid } from '../transport/time-left-said.tsx';
import { otherOnAir } from '../words/director-subject.ts';
import { isLive } from '../words/subjects.ts';
import styles from './live-poll.module.css';
import { PollChoice } from './poll-choice.tsx';
import optionStyles from './poll-options.module.css';
import { type BarRow, type PollView, PROJECTION_RESTS_ON, pollView } from './poll-view.ts';
import { countedOf, pollPanel, useWatched } from './use-director.ts';

export function LivePoll() {
  const { moment, cue, curve } = useWatched();
  const state: PanelState = pollPanel(moment, cue);
  if (moment === null || cue === null || state.kind === 'loading') {
    const name = moment !== null && cue === null ? 'empty' : 'loading';
    return (
      <Panel
        name="Poll"
        className={styles.poll}
        state={name === 'loading' ? { kind: 'loading' } : state}
        head={<h2>Poll</h2>}
        age=""
      >
        {name === 'loading' ? (
          <PanelLoading lines={5} />
        ) : (
          <PanelMessage title="No poll yet" warn={false}>
            The first poll that goes on air is counted here, with every bar on one scale.
          </PanelMessage>
        )}
      </Panel>
    );
  }
  const view = pollView({ moment, cue, points: countedOf(curve).points });
  return (
    <Panel
      name="Poll"
      className={styles.poll}
      state={state}
      head={
        <>
          <Plate tone={view.plate.tone}>{view.plate.word}</Plate>
          <h2>Cue {view.number}</h2>
          <span className={classes(text.label, text.oneLine)}>{view.meta}</span>
          <AirHint moment={moment} view={view} />
          <PollChoice
            label="Poll to watch"
            first="Follow the air"
            show={moment.show}
            chosen={moment.window.watched}
            leaveOut={null}
            field="watched"
          />
        </>
      }
      age={view.sealed ? 'sealed' : isLive(cue) ? `live, ${ageWords(moment)}` : ''}
    >
      <Figures view={view} />
      <Counted view={view} moment={moment} />
      <TimeLeftSaid cue={`Cue ${view.number}`} ms={cue.intake === 'open' ? leftMs(cue, moment.nowMs) : null} />
    </Panel>
  );
}

/** Somebody who looks at an earlier poll must not miss that another one is running. */
function AirHint({ moment, view }: { moment: Moment; view: PollView }) {
  const { window: win } = useDesk();
  const air = otherOnAir(moment.show, view.cue);
  if (air === null) return null;
  return (
    <button
      type="button"
      className={classes(button.button, button.plain)}
      onClick={() => win.setState({ watched: null })}
    >
      <b>Cue {air.number} is on air: watch it</b>
    </button>
  );
}

function Figures({ view }: { view: PollView }) {
  return (
    <div className={classes(styles.head, panel.ages)}>
      <h3 className={styles.question} dir="auto">
        {view.cue.text}
      </h3>
      <Figure label="Votes counted" value={view.votes} unit="" />
      <Figure label={view.turnout.label} value={view.turnout.value} unit={view.turnout.value === '–' ? '' : '%'} />
      <Figure label={view.clock.label} value={view.clock.value} unit="" />
    </div>
  );
}

function Figure({ label, value, unit }: { label: string; value: string; unit: string }) {
  return (
    <div className={styles.figure}>
      <span className={text.label}>{label}</span>
      <b>
        {value}
        {unit === '' ? null : <span className={classes(text.unit, styles.unit)}>{unit}</span>}
      </b>
    </div>
  );
}

/** Bars on one scale, and under them what it is. */
function Counted({ view, moment }: { view: PollView; moment: Moment }) {
  const kept = useRef<{ runId: string; end: number } | null>(null);
  const before = kept.current?.runId === view.cue.runId ? kept.current.end : null;
  const end = barEnd(before, view.longest);
  kept.current = { runId: view.cue.runId, end };
  return (
    <>
      <Bars view={view} end={end} />
      <Foot view={view} end={end} moment={moment} />
    </>
  );
}

function Bars({ view, end }: { view: PollView; end: number }) {
  if (view.kept !== null) {
    return (
      <PanelMessage title={view.votes === 'hidden' ? 'Embargo' : 'Turnout only'} warn={false}>
        {view.kept}
      </PanelMessage>
    );
  }
  const label = `Options, bars from 0 to ${Math.round(end * 100)} % of ${view.of}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that may scroll must be reachable by keyboard
    <ol className={classes(optionStyles.options, panel.ages)} tabIndex={0} aria-label={label}>
      {view.rows.map((row, i) => (
        <Row key={row.id} row={row} end={end} first={i === 0} />
      ))}
    </ol>
  );
}

function Row({ row, end, first }: { row: BarRow; end: number; first: boolean }) {
  const { projected } = row;
  const at = (share: number) => `${Math.min(100, (share / end) * 100)}%`;
  return (
    <li className={row.leads ? classes(optionStyles.option, optionStyles.leads) : optionStyles.option}>
      <span className={optionStyles.letter}>{row.letter}</span>
      <b className={classes(optionStyles.name, text.oneLine)} dir="auto" title={row.text}>
        {row.text}
      </b>
      <span className={optionStyles.count}>
        {row.count}
        {row.count === '' ? null : (
          <span className={classes(text.unit, optionStyles.unit)}>{row.count === '1' ? 'vote' : 'votes'}</span>
        )}
      </span>
      <b className={optionStyles.share}>
        {row.share === '' ? '–' : row.share}
        {row.share === '' ? null : <span className={classes(text.unit, optionStyles.unit)}>%</span>}
      </b>
      <div className={classes(optionStyles.track, panel.hatched)}>
        <i className={optionStyles.fill} style={{ width: at(row.bar ?? 0) }} />
        {projected === null ? null : (
          <>
            <i
              className={optionStyles.band}
              style={{ left: at(projected.low), width: `max(6px, ${((projected.high - projected.low) / end) * 100}%)` }}
            />
            <i className={optionStyles.middle} style={{ left: at(projected.mid) }} />
          </>
        )}
      </div>
      {projected === null ? null : (
        <>
          {first ? (
            <span className={classes(text.label, optionStyles.projectedLabel, text.toEnd)}>Projected share</span>
          ) : null}
          <span className={optionStyles.projected} title={PROJECTION_RESTS_ON}>
            {first ? null : <span className={text.spoken}>projected share </span>}
            {projected.text}
            <span className={classes(text.unit, optionStyles.unit)}>%</span>{' '}
            <span className={classes(text.quiet, optionStyles.quiet)}>({projected.band})</span>
          </span>
        </>
      )}
    </li>
  );
}

function Foot({ view, end, moment }: { view: PollView; end: number; moment: Moment }) {
  const { projection, note } = view;
  const banded = view.rows.some(({ projected }) => projected !== null);
  const isConcentrated = concentrationOfCue(view.cue, moment) !== null;
  if (view.kept !== null && note === null && view.average === null && projection === null && !isConcentrated)
    return null;
  return (
    <div className={classes(styles.foot, panel.ages)}>
      {note === null ? null : (
        <span className={classes(text.warning, text.oneLine)} dir="auto">
          {note}
        </span>
      )}
      <ConcentratedLine cue={view.cue} moment={moment} />
      {view.average === null ? null : <b>{view.average}</b>}
      {view.kept === null ? (
        <span className={text.label}>
          Bars 0 to {Math.round(end * 100)} % of {view.of}
        </span>
      ) : null}
      {banded ? (
        <span className={classes(text.label, styles.key)} title={PROJECTION_RESTS_ON}>
          <i aria-hidden="true" />
          projected final share, 90 % band
        </span>
      ) : null}
      {projection === null ? null : (
        <span className={styles.final} title={PROJECTION_RESTS_ON}>
          <span className={text.label}>{projection.label}</span>
          <b>
            {projection.value}
            {projection.value === '–' ? null : (
              <span className={text.unit}>{projection.value === '1' ? 'vote' : 'votes'}</span>
            )}
          </b>
          <span className={text.label}>{projection.detail}</span>
        </span>
      )}
    </div>
  );
}
