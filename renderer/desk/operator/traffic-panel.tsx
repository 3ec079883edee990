import { useMemo } from 'react';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import textStyles from '../../ui/text.module.css';
import { useDesk } from '../context/desk-context.tsx';
import { useTraffic } from '../context/use-curves.ts';
import type { Moment } from '../store/moment.ts';
import { absentWords, countWords, isComplete } from './edges-view.ts';
import { NoFigures } from './no-figures.tsx';
import { TrafficCells } from './traffic-cells.tsx';
import styles from './traffic-panel.module.css';
import { type CurvesState, type TrafficFigures, trafficCurves, trafficFigures, WINDOW_MS } from './traffic-view.ts';

export interface TrafficShown {
  /** Null until the first figures have come. */
  figures: TrafficFigures | null;
  curves: CurvesState;
  /** No edge is missing in what is summed up. */
  isComplete: boolean;
}

/** Core time in whole seconds, ms: a curve is drawn anew for each. */
export const secondOf = ({ nowMs }: Moment): number => Math.floor(nowMs / 1_000) * 1_000;

export function useTrafficFigures(moment: Moment | null): TrafficShown {
  const curve = useTraffic(WINDOW_MS);
  const secondMs = moment === null ? 0 : secondOf(moment);
  const curves = useMemo(() => trafficCurves(curve, secondMs), [curve, secondMs]);
  const figures = moment?.vitals ? trafficFigures(moment.vitals, moment.show.cues) : null;
  return { figures, curves, isComplete: figures === null || isComplete(figures.count) };
}

export function TrafficHead({ traffic: { figures, curves, isComplete: complete } }: { traffic: TrafficShown }) {
  return (
    <>
      <span className={textStyles.label}>last {WINDOW_MS / 60_000} min</span>
      {figures && !complete ? (
        <span className={classes(textStyles.label, textStyles.warning, textStyles.oneLine)}>
          {absentWords(figures.count)}. {countWords(figures.count)}.
        </span>
      ) : null}
      <Trouble state={curves} />
    </>
  );
}

export function TrafficBody({ traffic, moment }: { traffic: TrafficShown; moment: Moment | null }) {
  const { figures, curves } = traffic;
  return figures ? <TrafficCells figures={figures} curves={curves} /> : <NoFigures moment={moment} lines={6} />;
}

/** What came before this desk joined is not there, and why; asked for anew at a press. */
function Trouble({ state }: { state: CurvesState }) {
  const { history } = useDesk();
  const why = state.kind === 'failed' ? state.message : state.kind === 'curves' ? state.missing : null;
  if (why === null) return null;
  return (
    <>
      <span className={classes(textStyles.label, textStyles.warning, textStyles.oneLine)}>{why}</span>
      <button
        type="button"
        className={classes(button.button, button.plain, styles.again)}
        onClick={() => history.tryAgain()}
      >
        <b>Try again</b>
      </button>
    </>
  );
}
