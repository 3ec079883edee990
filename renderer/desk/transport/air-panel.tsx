import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import { ageInSeconds } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelMessage } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { useDesk, useMoment } from '../context/desk-context.tsx';
import { ConcentratedShort } from '../networks/concentrated-line.tsx';
import { concentrationOfCue } from '../networks/concentration-view.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { STALE_AFTER_MS } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';
import actStyles from './air-acts.module.css';
import countStyles from './air-counts.module.css';
import styles from './air-panel.module.css';
import { type AirRun, airView, type OptionRow } from './air-view.ts';
import { TimeLeftSaid } from './time-left-said.tsx';
import transport from './transport.module.css';

/** Its clock moves with every step of core time. */
export function AirPanel() {
  const moment = useMoment(100);
  if (moment === null) return null;
  const view = airView(moment);
  if (view.kind === 'nothing') {
    return (
      <Panel
        name="On air"
        className={classes(styles.onAir, styles.off)}
        state={{ kind: 'fresh' }}
        head={<h2>{view.title}</h2>}
        age={null}
      >
        <div className={classes(panel.body, styles.body)}>
          <p className={text.quiet}>{view.hint}</p>
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
      className={classes(styles.onAir, styles[`tone-${view.tone}`])}
      state={{ kind: 'fresh' }}
      head={
        <>
          <h2>{view.title}</h2>
          {/* Where the panel has no line for it. */}
          <span className={classes(styles.inHead, text.oneLine)} dir="auto" title={view.text}>
            {view.number}&ensp;{view.text}
          </span>
          <Lanes lanes={view.lanes} />
        </>
      }
      age={view.opened}
    >
      <div className={classes(panel.body, styles.body)}>
        <div
          className={
            view.text.length > ROOMY
              ? classes(styles.cueTitle, transport.cueTitle, transport.longTitle, text.oneLine)
              : classes(styles.cueTitle, transport.cueTitle, text.oneLine)
          }
          dir="auto"
          title={view.text}
        >
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
    <span className={styles.lanes}>
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
      <div className={styles.countdown}>
        <div className={classes(styles.clock, styles[`clock-${clock.kind}`])}>
          {clock.text}
          {clock.kind === 'held' ? <span className={classes(text.unit, styles.unit)}>held</span> : null}
          {clock.kind === 'grace' ? <span className={classes(text.unit, styles.unit)}>grace</span> : null}
        </div>
        <dl data-times>
          {facts.map(({ name, value }) => (
            <div key={name}>
              <dt className={text.label}>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className={styles.progress} aria-hidden="true">
        <i style={{ width: `${((1 - gone) * 100).toFixed(1)}%` }} />
      </div>
    </>
  );
}

/** `isShort`: a line below takes room, and what the note says must be seen beside it. */
function Counts({ view, oldMs, isShort }: { view: AirRun; oldMs: number | null; isShort: boolean }) {
  const { figures, options, note } = view;
  const isDense = isShort && (note !== null || oldMs !== null);
  const look = classes(
    countStyles.counts,
    oldMs === null ? undefined : countStyles.old,
    isDense ? countStyles.dense : undefined,
  );
  if (figures.length === 0)
    return (
      <PanelMessage title="Nothing is counted here" warn={false}>
        {view.cue.kind === 'cta' ? 'A call to action has no votes.' : 'Reactions are not counted as votes.'}
      </PanelMessage>
    );
  return (
    <section className={look} aria-label="Votes">
      <div className={countStyles.figures}>
        {figures.map(({ name, value, unit }) => (
          <div key={name}>
            <span className={text.label}>{name}</span>
            <b>
              {value}
              {unit === '' ? null : <span className={text.unit}>{unit}</span>}
            </b>
          </div>
        ))}
      </div>
      <ul
        // biome-ignore lint/a11y/noNoninteractiveTabindex: with many options it scrolls, and must be reachable by keyboard
        tabIndex={0}
        className={options.length > 3 ? classes(countStyles.options, countStyles.twoColumns) : countStyles.options}
        aria-label="Votes by option"
      >
        {options.map((option) => (
          <Bar key={option.id} option={option} />
        ))}
      </ul>
      {oldMs === null ? null : (
        <p className={classes(countStyles.note, text.warning, countStyles.warning)}>
          The counts are stale, {ageInSeconds(oldMs)} old.
        </p>
      )}
      {oldMs === null && note !== null ? (
        <p className={countStyles.note} dir="auto">
          {note}
        </p>
      ) : null}
    </section>
  );
}

function Bar({ option }: { option: OptionRow }) {
  return (
    <li>
      <i
        className={countStyles.optionBar}
        style={{ width: `${((option.bar ?? 0) * 100).toFixed(1)}%` }}
        aria-hidden="true"
      />
      <span className={countStyles.letter}>{option.letter}</span>
      <span className={text.oneLine} dir="auto" title={option.text}>
        {option.text}
      </span>
      <span className={countStyles.votes}>{option.count}</span>
      <span className={countStyles.share}>{option.share}</span>
    </li>
  );
}

function AirButtons({ moment }: { moment: Moment }) {
  const { window: win } = useDesk();
  const view = airView(moment);
  const cueId = view.kind === 'run' ? view.cue.id : null;
  return (
    <div className={actStyles.acts}>
      <div className={transport.three}>
        <ActionButton id="close" moment={moment} />
        <ActionButton id="verify" moment={moment} />
        <span className={actStyles.split}>
          <ActionButton id="reveal" moment={moment} />
          <button
            type="button"
            className={classes(button.button, actStyles.more)}
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
        <span className={actStyles.split}>
          <ActionButton id="hold" moment={moment} />
          <span className={actStyles.moreSlot}>
            <ActionButton id="hold-reason" moment={moment} name="HOLD with a reason" />
          </span>
        </span>
        <ActionButton id="recall" moment={moment} />
        <button
          type="button"
          className={button.button}
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
      <div className={classes(transport.four, actStyles.times)}>
        <ActionButton id="minus-30" moment={moment} />
        <ActionButton id="minus-10" moment={moment} />
        <ActionButton id="plus-10" moment={moment} />
        <ActionButton id="plus-30" moment={moment} />
      </div>
    </div>
  );
}
