import { useMemo } from 'react';
import { PARTICIPATION, PUSH } from '../../../shared/domain/forecast.ts';
import { classes } from '../../ui/classes.ts';
import { ageInSeconds } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelMessage } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { Plot } from '../charts/plot.tsx';
import { useView } from '../context/desk-context.tsx';
import { STALE_AFTER_MS } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';
import styles from './forecast-panel.module.css';
import { type ForecastView, forecastInput, forecastView, GRID, PLOT, TIMES } from './forecast-view.ts';

const inputOf = ({ vitals }: Moment) => forecastInput(vitals);
const staleFor = ({ vitalsAgeMs }: Moment): string | null =>
  vitalsAgeMs !== null && vitalsAgeMs > STALE_AFTER_MS ? ageInSeconds(vitalsAgeMs) : null;

export function ForecastPanel() {
  const input = useView(1_000, inputOf);
  // The curve costs more than all the rest of the screen.
  const view = useMemo(() => forecastView(input), [input]);
  const stale = useView(1_000, staleFor);
  return (
    <Panel
      name="Forecast"
      className={styles.forecast}
      state={stale === null ? { kind: 'fresh' } : { kind: 'stale', age: stale }}
      head={
        <>
          <h2>Forecast</h2>
          <span className={classes(text.label, text.oneLine)}>
            votes a second after GO, profile “{PUSH.name}”, {Math.round(PARTICIPATION * 100)} % take part
          </span>
        </>
      }
      age={<span className={text.roomy}>{view.kind === 'curve' ? view.from : ''}</span>}
    >
      <ForecastBody view={view} />
    </Panel>
  );
}

function ForecastBody({ view }: { view: ForecastView }) {
  if (view.kind === 'unknown') {
    return (
      <PanelMessage title="Nothing heard yet" warn={false}>
        The forecast comes with the first figures of the core.
      </PanelMessage>
    );
  }
  if (view.kind === 'nobody') {
    return (
      <PanelMessage title="Nobody to expect" warn={false}>
        Nobody is online, and the show names no expected audience ({view.capacity}).
      </PanelMessage>
    );
  }
  return (
    <div className={classes(panel.body, styles.body, panel.ages)}>
      <Curve view={view} />
      <dl>
        <div>
          <dt className={text.label}>Peak at {view.peakAt} s</dt>
          <dd>
            {view.peak}
            <span className={text.unit}>votes/s</span>
          </dd>
        </div>
        <div>
          <dt className={text.label}>Headroom</dt>
          <dd className={view.headroom?.short ? classes(text.warning, styles.warning) : undefined}>
            {view.headroom?.text ?? '–'}
            <span className={text.unit}>%</span>
          </dd>
        </div>
        <div>
          <dt className={text.label}>95 % voted by</dt>
          <dd>
            {view.votedBy}
            <span className={text.unit}>s</span>
          </dd>
        </div>
      </dl>
    </div>
  );
}

function Curve({ view }: { view: Extract<ForecastView, { kind: 'curve' }> }) {
  return (
    <div className={classes(styles.plot, panel.hatched)}>
      <Plot
        label={`Expected votes a second after GO: peak ${view.peak} at ${view.peakAt} s, ${view.capacity}`}
        size={PLOT}
        drawn={[
          { look: 'grid', path: GRID },
          { look: 'area', path: view.area },
          { look: 'line', path: view.line },
          ...(view.limit === null ? [] : [{ look: 'limit', path: view.limit } as const]),
        ]}
      />
      <span className={classes(text.label, styles.capacityLabel)}>{view.capacity}</span>
      <div className={classes(styles.axis, text.label)} aria-hidden="true">
        {TIMES.map((s) => (
          <span key={s}>{`${s} s`}</span>
        ))}
      </div>
    </div>
  );
}
