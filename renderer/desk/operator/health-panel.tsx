import { Check, TriangleAlert } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import textStyles from '../../ui/text.module.css';
import { AlarmList } from '../alarms/alarm-list.tsx';
import { useDesk, useMomentFor } from '../context/desk-context.tsx';
import { vitalsPanel } from '../parts/panel-state.ts';
import { VitalsAge } from '../parts/vitals-age.tsx';
import type { Moment } from '../store/moment.ts';
import styles from './health-panel.module.css';
import { type HealthView, healthView } from './health-view.ts';
import { NoFigures, noFiguresFor } from './no-figures.tsx';

const drawnOf = (moment: Moment) => [
  vitalsPanel(moment),
  noFiguresFor(moment),
  moment.vitals && healthView(moment.vitals),
];

/** Is the platform well: the first thing an operator looks at. */
export function HealthPanel() {
  const moment = useMomentFor(1_000, drawnOf);
  const view = moment?.vitals ? healthView(moment.vitals) : null;
  return (
    <Panel
      name="Health"
      className={styles.health}
      state={vitalsPanel(moment)}
      head={
        <>
          <h2>Health</h2>
          {view ? <Plate tone={view.level === 0 ? 'plain' : 'warn'}>{`${view.level} ${view.levelName}`}</Plate> : null}
          {view ? (
            <span
              className={classes(
                textStyles.label,
                view.checksSum.warn ? classes(textStyles.warning, styles.warning) : undefined,
              )}
            >
              checks: {view.checksSum.text}
            </span>
          ) : null}
        </>
      }
      age={<VitalsAge />}
    >
      {view ? (
        <div className={classes(panel.body, styles.body, panel.ages)}>
          <Level view={view} />
          <Checks view={view} />
          <Alarms view={view} />
        </div>
      ) : (
        <NoFigures moment={moment} lines={6} />
      )}
    </Panel>
  );
}

function Level({ view }: { view: HealthView }) {
  const { level, levelName, measures, desks } = view;
  return (
    <div className={styles.level}>
      <dl>
        <div>
          <dt className={textStyles.label}>Degradation level</dt>
          <dd
            className={level > 0 ? classes(styles.levelNumber, textStyles.warning, styles.warning) : styles.levelNumber}
          >
            {level} {levelName}
          </dd>
        </div>
        <div>
          <dt className={textStyles.label}>Measures</dt>
          <dd>{measures}</dd>
        </div>
        <div className={textStyles.toEnd}>
          <dt className={textStyles.label}>Desks connected</dt>
          <dd>
            {desks}
            <span className={textStyles.unit}>{desks === '1' ? 'desk' : 'desks'}</span>
          </dd>
        </div>
      </dl>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> has no segments, one a level */}
      <div
        className={classes(styles.meter, panel.hatched)}
        role="meter"
        aria-label="Degradation level"
        aria-valuemin={0}
        aria-valuemax={view.steps.length - 1}
        aria-valuenow={level}
        aria-valuetext={`${level} ${levelName}`}
      >
        {view.steps.map((step) => (
          <i key={step.level} data-state={step.state} data-level={step.level} />
        ))}
      </div>
      <ol className={styles.levels} aria-hidden="true">
        {view.steps.map((step) => (
          <li key={step.level} data-state={step.state}>
            {step.level} <span className={step.state === 'current' ? undefined : textStyles.roomy}>{step.name}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Checks({ view }: { view: HealthView }) {
  return (
    <dl className={styles.checks} aria-label={`Checks before ARM, at ${view.checkedAt}`}>
      {view.checks.map(({ name, state, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={state === 'warn' ? classes(textStyles.warning, styles.warning) : undefined}>
            {state === 'ok' ? (
              <Check size={16} aria-label="passes" />
            ) : (
              <TriangleAlert size={16} className={classes(textStyles.warning, styles.warning)} aria-label="fails" />
            )}
            <span title={text}>{text}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Alarms({ view }: { view: HealthView }) {
  const { window: win } = useDesk();
  return (
    <div className={styles.alarms}>
      <AlarmList rows={view.alarms.rows} onMore={() => win.setState({ overlay: 'alarms' })} />
    </div>
  );
}
