import { ageInSeconds } from '../../ui/format.ts';
import { Panel, PanelMessage } from '../../ui/panel.tsx';
import { useDesk } from '../context/desk-context.tsx';
import { ConcentratedShort } from '../networks/concentrated-line.tsx';
import { concentrationOfCue } from '../networks/concentration-view.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { STALE_AFTER_MS } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';
import './air-panel.css';
import { type AirRun, airView, type OptionRow } from './air-view.ts';
import { TimeLeftSaid } from './time-left-said.tsx';

export function AirPanel({ moment }: { moment: Moment }) {
  const view = airView(moment);
  if (view.kind === 'nothing') {
    return (
      <Panel name="On air" className="airp airp-off" state={{ kind: 'fresh' }} head={<h2>{view.title}</h2>} age={null}>
        <div className="body">
          <p className="t3">{view.hint}</p>
          <AirButtons moment={moment} />
        </div>
      </Panel>
    );
  }
  // A sealed result does not age.
  const stale = !view.sealed && moment.vitalsAgeMs !== null && moment.vitalsAgeMs > STALE_AFTER_MS;
  return (
    <Panel
      name="On air"
      className={`airp airp-${view.tone}`}
      state={{ kind: 'fresh' }}
      head={
        <>
          <h2>{view.title}</h2>
          <Lanes lanes={view.lanes} />
        </>
      }
      age={view.opened}
    >
      <div className="body">
        <div className={view.text.length > ROOMY ? 'ttl ttl-long ell' : 'ttl ell'} dir="auto" title={view.text}>
          {view.number}&ensp;{view.text}
        </div>
        <Clock view={view} />
        <Counts
          view={view}
          oldMs={stale ? moment.vitalsAgeMs : null}
          isShort={concentrationOfCue(view.cue, moment) !== null}
        />
        <ConcentratedShort cue={view.cue} moment={moment} />
        <AirButtons moment={moment} />
      </div>
      <TimeLeftSaid cue={view.text} ms={view.clock.kind === 'running' ? view.clock.ms : null} />
    </Panel>
  );
}

/** Characters of a title that the larger size has room for. */
const ROOMY = 32;

function Lanes({ lanes }: { lanes: AirRun['lanes'] }) {
  const { window: win } = useDesk();
  if (lanes.length === 0) return null;
  return (
    <span className="lanes">
      {lanes.map(({ lane, name, chosen }) => (
        <button key={lane} type="button" aria-pressed={chosen} onClick={() => win.setState({ lane })}>
          {name}
        </button>
      ))}
    </span>
  );
}

function Clock({ view }: { view: AirRun }) {
  const { clock, facts } = view;
  const gone = 'gone' in clock ? clock.gone : 1;
  return (
    <>
      <div className="cd">
        <div className={`c c-${clock.kind}`}>
          {clock.text}
          {clock.kind === 'held' ? <span className="u">held</span> : null}
          {clock.kind === 'grace' ? <span className="u">grace</span> : null}
        </div>
        <dl>
          {facts.map(({ name, value }) => (
            <div key={name}>
              <dt className="lab">{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="pb" aria-hidden="true">
        <i style={{ width: `${((1 - gone) * 100).toFixed(1)}%` }} />
      </div>
    </>
  );
}

/** `isShort`: a line below takes room, and what the note says must be seen beside it. */
function Counts({ view, oldMs, isShort }: { view: AirRun; oldMs: number | null; isShort: boolean }) {
  const { figures, options, note } = view;
  const isDense = isShort && (note !== null || oldMs !== null);
  const classes = ['counts', ...(oldMs === null ? [] : ['counts-old']), ...(isDense ? ['counts-dense'] : [])];
  if (figures.length === 0)
    return (
      <PanelMessage title="Nothing is counted here" warn={false}>
        {view.cue.kind === 'cta' ? 'A call to action has no votes.' : 'Reactions are not counted as votes.'}
      </PanelMessage>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: with many options it scrolls, and must be reachable by keyboard
    <section className={classes.join(' ')} aria-label="Votes" tabIndex={0}>
      <div className="trio">
        {figures.map(({ name, value, unit }) => (
          <div key={name}>
            <span className="lab">{name}</span>
            <b>
              {value}
              {unit === '' ? null : <span className="u">{unit}</span>}
            </b>
          </div>
        ))}
      </div>
      <ul className={options.length > 3 ? 'bars bars-two' : 'bars'} aria-label="Votes by option">
        {options.map((option) => (
          <Bar key={option.id} option={option} />
        ))}
      </ul>
      {oldMs === null ? null : <p className="note warn">The counts are stale, {ageInSeconds(oldMs)} old.</p>}
      {oldMs === null && note !== null ? (
        <p className="note" dir="auto">
          {note}
        </p>
      ) : null}
    </section>
  );
}

function Bar({ option }: { option: OptionRow }) {
  return (
    <li>
      <i className="bar-fill" style={{ width: `${((option.bar ?? 0) * 100).toFixed(1)}%` }} aria-hidden="true" />
      <span className="l">{option.letter}</span>
      <span className="ell" dir="auto" title={option.text}>
        {option.text}
      </span>
      <span className="n">{option.count}</span>
      <span className="s">{option.share}</span>
    </li>
  );
}

function AirButtons({ moment }: { moment: Moment }) {
  const { window: win } = useDesk();
  const view = airView(moment);
  const cueId = view.kind === 'run' ? view.cue.id : null;
  return (
    <div className="acts">
      <div className="grid3">
        <ActionButton id="close" moment={moment} />
        <ActionButton id="verify" moment={moment} />
        <span className="split">
          <ActionButton id="reveal" moment={moment} />
          <button
            type="button"
            className="btn more"
            aria-label="REVEAL per surface"
            aria-disabled={cueId === null}
            data-kind={cueId === null ? 'blocked' : 'ready'}
            onClick={() => {
              if (cueId !== null) win.setState({ question: { kind: 'surfaces', cueId } });
            }}
          >
            <b>…</b>
          </button>
        </span>
        <span className="split">
          <ActionButton id="hold" moment={moment} />
          <span className="more-slot">
            <ActionButton id="hold-reason" moment={moment} name="HOLD with a reason" />
          </span>
        </span>
        <ActionButton id="recall" moment={moment} />
        <button
          type="button"
          className="btn"
          aria-disabled={cueId === null}
          aria-label="More acts for the run on air: void, revoke, rerun, archive"
          data-kind={cueId === null ? 'blocked' : 'ready'}
          onClick={() => {
            if (cueId !== null) win.setState({ question: { kind: 'more', cueId }, selected: cueId });
          }}
        >
          <b>MORE…</b>
          <small>{cueId === null ? 'nothing on air' : 'void, revoke'}</small>
        </button>
      </div>
      <div className="grid4">
        <ActionButton id="minus-30" moment={moment} />
        <ActionButton id="minus-10" moment={moment} />
        <ActionButton id="plus-10" moment={moment} />
        <ActionButton id="plus-30" moment={moment} />
      </div>
    </div>
  );
}
