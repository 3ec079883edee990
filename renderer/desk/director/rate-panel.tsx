import { useMemo } from 'react';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import { timeOfDay } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelLoading, PanelMessage, type PanelState } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { RateChart } from '../charts/rate-chart.tsx';
import { type RateView, rateView } from '../charts/rate-view.ts';
import { useGrown } from '../charts/use-grown.ts';
import { useDesk } from '../context/desk-context.tsx';
import { useRunMarks, useTraffic } from '../context/use-curves.ts';
import { COARSE_FOR_MS, FINE_FOR_MS } from '../history/curves.ts';
import { ageWords } from '../parts/panel-state.ts';
import { cueName } from '../words/labels.ts';
import { isLive } from '../words/subjects.ts';
import { tallyOf } from '../words/visible-tally.ts';
import { keepsTotal, projectionOf } from './poll-view.ts';
import styles from './rate-panel.module.css';
import { countedOf, pollPanel, useCompared, useWatched, type Watched } from './use-director.ts';

type Drawn =
  | { kind: 'chart'; view: RateView }
  | { kind: 'loading' }
  | { kind: 'message'; title: string; words: string; failed: boolean };

export function RatePanel() {
  const watched = useWatched();
  const { moment, cue, curve } = watched;
  const compared = useCompared(watched);
  const view = useRateView(watched, compared);
  const drawn = drawnOf(watched, view);
  const state: PanelState = stateOf(drawn, pollPanel(moment, cue));
  const live = cue !== null && isLive(cue);
  return (
    <Panel
      name="Votes per second"
      className={styles.rate}
      state={state}
      head={
        <>
          <h2>Votes per second</h2>
          <span className={classes(text.label, text.oneLine)}>
            {cue?.openedAtMs === undefined ? '' : `since GO at ${timeOfDay(cue.openedAtMs)}`}
          </span>
          {curve.kind === 'points' && curve.missing !== null ? <Missing words={curve.missing} /> : null}
          {view === null || moment === null ? null : (
            <Legend view={view} other={compared.other === null ? null : cueName(moment.show.cues, compared.other.id)} />
          )}
        </>
      }
      age={live ? ageWords(moment) : ''}
    >
      <Body drawn={drawn} runId={cue?.runId ?? ''} />
    </Panel>
  );
}

function stateOf(drawn: Drawn, state: PanelState): PanelState {
  if (state.kind === 'no-link' || state.kind === 'stale') return state;
  if (drawn.kind === 'loading') return { kind: 'loading' };
  return drawn.kind === 'message' && drawn.failed ? { kind: 'error' } : { kind: 'fresh' };
}

function drawnOf({ moment, cue, curve }: Watched, view: RateView | null): Drawn {
  if (moment === null) return { kind: 'loading' };
  if (cue === null) {
    return { kind: 'message', title: 'No poll yet', words: 'The curve begins with the first GO.', failed: false };
  }
  if (tallyOf(cue, moment)?.total === undefined && keepsTotal(cue)) {
    return {
      kind: 'message',
      title: 'Embargo',
      words: 'How many vote is kept from this desk, and with it how fast.',
      failed: false,
    };
  }
  if (curve.kind === 'loading') return { kind: 'loading' };
  if (curve.kind === 'failed') {
    return { kind: 'message', title: 'The curve could not be had', words: curve.message, failed: true };
  }
  if (view === null || curve.points.length === 0) {
    const words = isLive(cue) ? 'The curve begins with the first second.' : 'Nothing is kept of how this poll grew.';
    return { kind: 'message', title: 'No curve', words, failed: false };
  }
  return { kind: 'chart', view };
}

/** Made anew once a second, when the curve has grown by a step; the vitals in between change nothing in it. */
function useRateView(
  { moment, cue, curve }: Watched,
  { other, curve: otherCurve }: ReturnType<typeof useCompared>,
): RateView | null {
  const marks = useRunMarks(cue?.runId ?? null);
  const nowMs = Math.floor((moment?.nowMs ?? 0) / 1_000) * 1_000;
  const age = nowMs - (cue?.openedAtMs ?? nowMs);
  const traffic = useTraffic(age < FINE_FOR_MS - 60_000 ? FINE_FOR_MS : COARSE_FOR_MS);
  const cues = moment?.show.cues ?? null;
  const mode = moment?.show.show.mode ?? 'live';
  const projection = cue === null || moment === null ? null : projectionOf({ moment, cue });
  const perS = moment?.vitals?.runs.find(({ runId }) => runId === cue?.runId)?.perS ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: projection and rate move with every message; the chart takes the latest once a second
  return useMemo(() => {
    if (cue === null || cues === null || curve.kind !== 'points') return null;
    return rateView({
      cue,
      cues,
      mode,
      run: countedOf(curve),
      whole: curve.missing === null,
      marks,
      traffic: traffic.kind === 'points' ? traffic : { points: [], stepMs: 1_000 },
      compared: other === null || otherCurve.kind !== 'points' ? null : { cue: other, run: countedOf(otherCurve) },
      projection,
      perS,
      nowMs,
    });
  }, [cue, cues, mode, curve, marks, traffic, other, otherCurve, nowMs]);
}

function Missing({ words }: { words: string }) {
  const { history } = useDesk();
  return (
    <span className={classes(styles.missing, text.warning)}>
      <span className={text.oneLine} title={words}>
        The beginning is missing: {words}
      </span>
      <button type="button" className={classes(button.button, button.plain)} onClick={() => history.tryAgain()}>
        <b>Try again</b>
      </button>
    </span>
  );
}

function Legend({ view, other }: { view: RateView; other: string | null }) {
  return (
    <span className={styles.legend} aria-hidden="true">
      <span>
        <i className={styles.votes} />
        votes
      </span>
      {view.future.length === 0 ? null : (
        <span>
          <i className={styles.projected} />
          projected
        </span>
      )}
      {other === null || view.compared.length === 0 ? null : (
        <span>
          <i className={styles.compared} />
          {other}, same moment
        </span>
      )}
      {view.gaps.length === 0 ? null : (
        <span>
          <i className={styles.gap} />
          no data
        </span>
      )}
    </span>
  );
}

function Body({ drawn, runId }: { drawn: Drawn; runId: string }) {
  const { history } = useDesk();
  switch (drawn.kind) {
    case 'loading':
      return <PanelLoading lines={3} />;
    case 'message':
      return (
        <PanelMessage
          title={drawn.title}
          warn={drawn.failed}
          act={
            drawn.failed ? (
              <button type="button" className={classes(button.button, button.plain)} onClick={() => history.tryAgain()}>
                <b>Try again</b>
              </button>
            ) : null
          }
        >
          {drawn.words}
        </PanelMessage>
      );
    case 'chart':
      return <Chart view={drawn.view} runId={runId} />;
  }
}

function Chart({ view, runId }: { view: RateView; runId: string }) {
  // A run that is over takes only the room that it took.
  const endS = useGrown(`${runId} ${view.live}`, view.endS);
  const top = useGrown(runId, view.top);
  return (
    <figure className={classes(panel.body, styles.body, panel.hatched)} aria-label={view.summary}>
      <RateChart view={view} endS={endS} top={top} />
      <table className={text.spoken}>
        <caption>{view.summary}</caption>
        <thead>
          <tr>
            <th>After GO</th>
            <th>Votes per second</th>
          </tr>
        </thead>
        <tbody>
          {view.table.map(({ time, perS }) => (
            <tr key={time}>
              <td>{time}</td>
              <td>{perS}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
