import { useRef } from 'react';
import { leftMs } from '../../../shared/domain/guards.ts';
import { Panel, PanelLoading, PanelMessage, type PanelState } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import { barEnd } from '../charts/axis.ts';
import { useDesk } from '../context/desk-context.tsx';
import { ConcentratedLine } from '../networks/concentrated-line.tsx';
import { concentrationOfCue } from '../networks/concentration-view.ts';
import { ageWords } from '../parts/panel-state.ts';
import type { Moment } from '../store/moment.ts';
import { TimeLeftSaid } from '../transport/time-left-said.tsx';
import { isLive } from '../words/subjects.ts';
import './live-poll.css';
import { PollChoice } from './poll-choice.tsx';
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
        className="dpoll"
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
      className="dpoll"
      state={state}
      head={
        <>
          <Plate tone={view.plate.tone}>{view.plate.word}</Plate>
          <h2>Cue {view.number}</h2>
          <span className="lab ell">{view.meta}</span>
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
  const { show } = moment;
  const air = show.cues.findIndex(({ id }) => id === show.onAir.poll);
  if (air < 0 || show.cues[air]?.id === view.cue.id) return null;
  return (
    <button type="button" className="btn btn-plain" onClick={() => win.setState({ watched: null })}>
      <b>Cue {air + 1} is on air: watch it</b>
    </button>
  );
}

function Figures({ view }: { view: PollView }) {
  return (
    <div className="dp-head ages">
      <h3 className="dp-text" dir="auto">
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
    <div className="dp-figure">
      <span className="lab">{label}</span>
      <b>
        {value}
        {unit === '' ? null : <span className="u">{unit}</span>}
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
    <ol className="dp-bars ages" tabIndex={0} aria-label={label}>
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
    <li className={row.leads ? 'dp-row dp-leads' : 'dp-row'}>
      <span className="dp-letter">{row.letter}</span>
      <b className="dp-name ell" dir="auto" title={row.text}>
        {row.text}
      </b>
      <span className="dp-count">
        {row.count}
        {row.count === '' ? null : <span className="u">{row.count === '1' ? 'vote' : 'votes'}</span>}
      </span>
      <b className="dp-share">
        {row.share === '' ? '–' : row.share}
        {row.share === '' ? null : <span className="u">%</span>}
      </b>
      <div className="dp-track ages-hatch">
        <i className="dp-fill" style={{ width: at(row.bar ?? 0) }} />
        {projected === null ? null : (
          <>
            <i
              className="dp-band"
              style={{ left: at(projected.low), width: `max(6px, ${((projected.high - projected.low) / end) * 100}%)` }}
            />
            <i className="dp-mid" style={{ left: at(projected.mid) }} />
          </>
        )}
      </div>
      {projected === null ? null : (
        <>
          {first ? <span className="lab dp-plabel r">Projected share</span> : null}
          <span className="dp-projected" title={PROJECTION_RESTS_ON}>
            {first ? null : <span className="said">projected share </span>}
            {projected.text}
            <span className="u">%</span> <span className="t3">({projected.band})</span>
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
  if (view.kept !== null && note === null && projection === null && !isConcentrated) return null;
  return (
    <div className="dp-foot ages">
      {note === null ? null : (
        <span className="warn ell" dir="auto">
          {note}
        </span>
      )}
      <ConcentratedLine cue={view.cue} moment={moment} />
      {view.kept === null ? (
        <span className="lab">
          Bars 0 to {Math.round(end * 100)} % of {view.of}
        </span>
      ) : null}
      {banded ? (
        <span className="lab dp-key" title={PROJECTION_RESTS_ON}>
          <i aria-hidden="true" />
          projected final share, 90 % band
        </span>
      ) : null}
      {projection === null ? null : (
        <span className="dp-final" title={PROJECTION_RESTS_ON}>
          <span className="lab">{projection.label}</span>
          <b>
            {projection.value}
            {projection.value === '–' ? null : <span className="u">{projection.value === '1' ? 'vote' : 'votes'}</span>}
          </b>
          <span className="lab">{projection.detail}</span>
        </span>
      )}
    </div>
  );
}
