import { Check, TriangleAlert } from 'lucide-react';
import { Panel } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import { AlarmList } from '../alarms/alarm-list.tsx';
import { useDesk, useMoment } from '../context/desk-context.tsx';
import { ageWords, vitalsPanel } from '../parts/panel-state.ts';
import type { Moment } from '../store/moment.ts';
import { type HealthView, healthView } from './health-view.ts';
import { NoFigures } from './no-figures.tsx';
import './health-panel.css';

/** Is the platform well: the first thing an operator looks at. */
export function HealthPanel() {
  const moment = useMoment(1_000);
  const view = moment?.vitals ? healthView(moment.vitals) : null;
  return (
    <Panel
      name="Health"
      className="health"
      state={vitalsPanel(moment)}
      head={
        <>
          <h2>Health</h2>
          {view ? <Plate tone={view.level === 0 ? 'plain' : 'warn'}>{`${view.level} ${view.levelName}`}</Plate> : null}
          {view ? (
            <span className={`lab ${view.checksSum.warn ? 'warn' : ''}`}>checks: {view.checksSum.text}</span>
          ) : null}
        </>
      }
      age={ageWords(moment)}
    >
      {view && moment ? (
        <div className="body ages">
          <Level view={view} />
          <Checks view={view} />
          <Alarms view={view} moment={moment} />
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
    <div className="level">
      <dl>
        <div>
          <dt className="lab">Degradation level</dt>
          <dd className={level > 0 ? 'big warn' : 'big'}>
            {level} {levelName}
          </dd>
        </div>
        <div>
          <dt className="lab">Measures</dt>
          <dd>{measures}</dd>
        </div>
        <div className="r">
          <dt className="lab">Desks connected</dt>
          <dd>
            {desks}
            <span className="u">{desks === '1' ? 'desk' : 'desks'}</span>
          </dd>
        </div>
      </dl>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> has no segments, one a level */}
      <div
        className="meter ages-hatch"
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
      <ol className="steps" aria-hidden="true">
        {view.steps.map((step) => (
          <li key={step.level} data-state={step.state}>
            {step.level} <span className={step.state === 'current' ? '' : 'wide-only'}>{step.name}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Checks({ view }: { view: HealthView }) {
  return (
    <dl className="checks" aria-label={`Checks before ARM, at ${view.checkedAt}`}>
      {view.checks.map(({ name, state, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={state === 'warn' ? 'warn' : ''}>
            {state === 'ok' ? (
              <Check size={16} aria-label="passes" />
            ) : (
              <TriangleAlert size={16} className="warn" aria-label="fails" />
            )}
            <span title={text}>{text}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Alarms({ view, moment }: { view: HealthView; moment: Moment }) {
  const { window: win } = useDesk();
  return (
    <div className="alarms">
      <AlarmList rows={view.alarms.rows} moment={moment} onMore={() => win.setState({ overlay: 'alarms' })} />
    </div>
  );
}
