import { Check, TriangleAlert } from 'lucide-react';
import type { CSSProperties } from 'react';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import { ageInSeconds } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelMessage } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import textStyles from '../../ui/text.module.css';
import { useDesk, useMomentFor } from '../context/desk-context.tsx';
import { ConcentratedLine } from '../networks/concentrated-line.tsx';
import { concentrationOfCue, maySeeNetworks } from '../networks/concentration-view.ts';
import { STALE_AFTER_MS } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';
import { type PreflightView, preflightView } from '../words/preflight-view.ts';
import styles from './cue-in-focus.module.css';
import { type FocusOption, type FocusView, focusView } from './focus-view.ts';
import { PhonePreview } from './phone-preview.tsx';

/** Characters: from here on it takes a second line, and then a smaller one. */
const LONG_QUESTION = 36;

/** Age of what the pre-flight is judged by, ms; null while it is fresh. */
const oldMsOf = ({ vitalsAgeMs }: Moment): number | null =>
  vitalsAgeMs !== null && vitalsAgeMs > STALE_AFTER_MS ? vitalsAgeMs : null;

function drawnOf(moment: Moment) {
  const view = focusView(moment);
  const concentrated = view === null ? null : concentrationOfCue(view.cue, moment);
  return [view, concentrated, maySeeNetworks(moment), preflightView(moment.vitals), oldMsOf(moment)];
}

export function CueInFocus() {
  const moment = useMomentFor(1_000, drawnOf);
  const view = moment ? focusView(moment) : null;
  if (!view || !moment) {
    return (
      <Panel name="Cue in focus" className={styles.cueInFocus} state={{ kind: 'fresh' }} head={<h2>Cue</h2>} age={null}>
        <PanelMessage title={moment ? 'No cue in focus' : 'The show is loading'} warn={false}>
          {moment ? 'The rundown is empty.' : 'It comes with the first contact with the core.'}
        </PanelMessage>
      </Panel>
    );
  }
  return (
    <Panel
      name="Cue in focus"
      className={styles.cueInFocus}
      state={{ kind: 'fresh' }}
      head={<FocusHead view={view} />}
      age={<FocusMenu view={view} />}
    >
      <div className={classes(panel.body, styles.body)}>
        <div className={styles.question}>
          <h3 className={view.text.length > LONG_QUESTION ? styles.longQuestion : undefined} dir="auto">
            {view.text}
          </h3>
          <dl className={styles.facts}>
            {view.spec.map(({ name, value, wideOnly }) => (
              <div key={name} className={wideOnly ? textStyles.roomy : undefined}>
                <dt className={classes(textStyles.label, styles.label)}>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {view.advice.map(({ name, text }) => (
            // Another cue's is folded again.
            <details key={`${view.cue.id} ${name}`} className={styles.advice}>
              <summary title={text}>
                <span className={textStyles.label}>{name}</span>
                <span className={styles.adviceText} dir="auto">
                  {text}
                </span>
              </summary>
            </details>
          ))}
        </div>
        <div className={styles.sections}>
          <Options view={view} />
          <Surfaces view={view} moment={moment} />
          <Preflight view={preflightView(moment.vitals)} oldMs={oldMsOf(moment)} missing={view.missing} />
        </div>
        <PhonePreview phone={view.phone} kind={view.cue.kind} />
      </div>
    </Panel>
  );
}

function FocusHead({ view }: { view: FocusView }) {
  return (
    <>
      <h2>Cue {view.number}</h2>
      <Plate tone={view.plate.tone}>{view.plate.word}</Plate>
      {view.frozen === null ? null : <span className={classes(textStyles.label, styles.label)}>{view.frozen}</span>}
      {view.cue.round > 1 ? (
        <span className={classes(textStyles.label, styles.label)}>round {view.cue.round}</span>
      ) : null}
    </>
  );
}

function FocusMenu({ view }: { view: FocusView }) {
  const { window: win } = useDesk();
  return (
    <span className={styles.menu}>
      <span className={textStyles.roomy}>{view.kind}</span>
      <button
        type="button"
        className={classes(button.button, button.plain)}
        aria-label={`More acts for cue ${view.number}: rerun, void, revoke, archive, answer`}
        onClick={() => win.setState({ question: { kind: 'more', cueId: view.cue.id }, selected: view.cue.id })}
      >
        <b>More…</b>
      </button>
    </span>
  );
}

function Options({ view }: { view: FocusView }) {
  return (
    <div className={classes(styles.section, styles.rowsSection)} style={rowsStyle(optionRowsOf(view.options.length))}>
      <div className={classes(textStyles.caps, styles.caps)}>
        Options <span className={textStyles.roomy}>{view.options.length > 0 ? 'length against overlay' : ''}</span>
      </div>
      {view.options.length === 0 ? (
        <p className={classes(styles.nothing, textStyles.oneLine)}>{view.noOptions}</p>
      ) : null}
      <ul className={view.options.length > ONE_COLUMN ? classes(styles.options, styles.twoColumns) : styles.options}>
        {view.options.map((option) => (
          <OptionLine key={option.id} option={option} />
        ))}
      </ul>
    </div>
  );
}

/** Beyond six they stand in two columns. */
const ONE_COLUMN = 6;
const optionRowsOf = (count: number): number => (count > ONE_COLUMN ? Math.ceil(count / 2) : count);

/** The rows of a section share the height that there is: roomy while they are few, dense before anything scrolls. */
function rowsStyle(rows: number): CSSProperties & { '--rows': number } {
  return { '--rows': rows };
}

function OptionLine({ option }: { option: FocusOption }) {
  return (
    <li className={styles.option}>
      <span className={styles.letter}>{option.letter}</span>
      <b className={textStyles.oneLine} dir="auto" title={option.text}>
        {option.text}
      </b>
      {option.right ? (
        <span className={styles.right}>
          <Check size={14} aria-hidden="true" /> right
        </span>
      ) : null}
      <span
        className={classes(
          textStyles.label,
          styles.label,
          option.long ? classes(textStyles.warning, styles.warning) : undefined,
        )}
      >
        {option.length}
      </span>
    </li>
  );
}

function Surfaces({ view, moment }: { view: FocusView; moment: Moment }) {
  const { window: win } = useDesk();
  return (
    <div className={styles.section}>
      <div className={classes(textStyles.caps, styles.caps)}>
        Results are shown to
        <button
          type="button"
          className={styles.link}
          onClick={() => win.setState({ question: { kind: 'surfaces', cueId: view.cue.id } })}
        >
          change…
        </button>
      </div>
      <dl className={styles.surfaces}>
        {view.surfaces.map(({ name, visibility, onAir, seen }) => (
          <div key={name}>
            <dt className={classes(textStyles.label, styles.label)}>{name}</dt>
            <dd className={onAir ? styles.onAir : undefined}>
              {visibility}
              {seen && !onAir ? <span className={textStyles.unit}>seen</span> : null}
            </dd>
          </div>
        ))}
      </dl>
      <ConcentratedLine cue={view.cue} moment={moment} />
    </div>
  );
}

function Preflight({
  view,
  oldMs,
  missing,
}: {
  view: PreflightView | null;
  oldMs: number | null;
  missing: string | null;
}) {
  const rows = (view?.rows.length ?? 1) + (missing === null ? 0 : 1);
  return (
    <div className={classes(styles.section, styles.rowsSection)} style={rowsStyle(rows)}>
      <div className={classes(textStyles.caps, styles.caps)}>
        Pre-flight
        <span className={oldMs === null ? undefined : classes(textStyles.warning, styles.warning)}>
          {oldMs === null ? (view?.at ?? '') : `stale, ${ageInSeconds(oldMs)} old`}
        </span>
      </div>
      <ul className={classes(styles.checks, oldMs === null ? undefined : styles.oldChecks)}>
        {missing === null ? null : <PreflightLine name="Text" state="warn" text={missing} />}
        {view === null ? <li className={styles.nothing}>Nothing heard from the core yet</li> : null}
        {view?.rows.map((row) => (
          <PreflightLine key={row.name} {...row} />
        ))}
      </ul>
    </div>
  );
}

function PreflightLine({ name, state, text }: { name: string; state: 'ok' | 'warn'; text: string }) {
  return (
    <li>
      {state === 'ok' ? (
        <Check size={16} aria-label="ready" />
      ) : (
        <TriangleAlert size={16} className={classes(textStyles.warning, styles.warning)} aria-label="look at this" />
      )}
      <span className={styles.checkName}>{name}</span>
      <span
        className={classes(
          styles.checkValue,
          state === 'warn' ? classes(textStyles.warning, styles.warning) : textStyles.oneLine,
        )}
        title={text}
      >
        {text}
      </span>
    </li>
  );
}
