/** The six cells of the traffic: a figure each, and how it came to stand there. */
import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import textStyles from '../../ui/text.module.css';
import { Sparkline } from '../charts/sparkline.tsx';
import type { SparklineView } from '../charts/sparkline-view.ts';
import { countWords, type EdgeCount, type Sum } from './edges-view.ts';
import shareBar from './share-bar.module.css';
import styles from './traffic-cells.module.css';
import {
  type CommitLine,
  type CurvesState,
  peakWords,
  type RoundFigures,
  type TrafficFigures,
  type Transport,
} from './traffic-view.ts';

export function TrafficCells({ figures, curves }: { figures: TrafficFigures; curves: CurvesState }) {
  const { count, ballots } = figures;
  const drawn = curves.kind === 'curves' ? curves.curves : null;
  const spark = (label: string, first: SparklineView | null, second: SparklineView | null) =>
    first === null ? <NoCurve state={curves} /> : <Sparkline label={label} first={first} second={second} />;
  const peak = (view: SparklineView | null | undefined, unit: string) => peakWords(view ?? null, unit);
  return (
    <div className={classes(styles.cells, panel.ages)}>
      <Cell
        label="Connections"
        peak={peak(drawn?.online, '')}
        figures={<SumFigure sum={figures.online} unit={isOne(figures.online) ? 'viewer' : 'viewers'} count={count} />}
      >
        <Transports transports={figures.transports} />
        {spark('Viewers online over the last 3 minutes', drawn?.online ?? null, null)}
      </Cell>
      <Cell
        label="Arrivals"
        peak={peak(drawn?.arrivals, '/s')}
        figures={<SumFigure sum={figures.arrivals} unit="/s" count={count} />}
      >
        {spark('Arrivals a second over the last 3 minutes', drawn?.arrivals ?? null, null)}
      </Cell>
      <Cell
        label="Ballots"
        peak={ballots.kind === 'hidden' ? '' : peak(drawn?.ballots, '/s')}
        figures={
          ballots.kind === 'hidden' ? (
            <span className={styles.second}>hidden by the embargo</span>
          ) : (
            <span>
              {ballots.text}
              <span className={textStyles.unit}>/s</span>
            </span>
          )
        }
      >
        {ballots.kind === 'hidden' ? (
          <span className={classes(textStyles.label, styles.note)}>
            The producer keeps this vote’s numbers from desks for now.
          </span>
        ) : (
          spark('Ballots a second over the last 3 minutes', drawn?.ballots ?? null, null)
        )}
      </Cell>
      <Cell
        label={<Legend line="Queue depth" dashed="age of its head" />}
        peak={peak(drawn?.queue, '')}
        figures={
          <>
            <SumFigure sum={figures.queue} unit={isOne(figures.queue) ? 'ballot' : 'ballots'} count={count} />
            <Ms text={figures.headAgeMs} />
          </>
        }
      >
        <Commits lines={figures.commits} />
        {spark('Queue depth and age of its head over the last 3 minutes', drawn?.queue ?? null, drawn?.headAge ?? null)}
      </Cell>
      <Cell
        label={<Legend line="Ack p99" dashed="p50" />}
        peak={peak(drawn?.ackP99, 'ms')}
        figures={
          <>
            <Ms text={figures.ackP99Ms} />
            <span className={styles.second}>
              {figures.ackP50Ms}
              <span className={textStyles.unit}>ms</span>
            </span>
          </>
        }
      >
        {spark('Ack p99 and p50 over the last 3 minutes', drawn?.ackP99 ?? null, drawn?.ackP50 ?? null)}
      </Cell>
      <Cell
        label="Fan-out round"
        peak="slowest edge, now"
        figures={
          <>
            <span className={figures.round.isLate ? classes(textStyles.warning, styles.warning) : undefined}>
              {figures.round.slowest}
              <span className={textStyles.unit}>ms</span>
            </span>
            <span className={styles.second}>
              of {figures.round.cadenceMs}
              <span className={textStyles.unit}>ms cadence</span>
            </span>
          </>
        }
      >
        <Rounds round={figures.round} />
      </Cell>
    </div>
  );
}

function Cell({
  label,
  peak,
  figures,
  children,
}: {
  label: ReactNode;
  peak: string;
  figures: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={styles.cell}>
      <div className={styles.cellHead}>
        <span className={textStyles.label}>{label}</span>
        <span className={classes(textStyles.label, textStyles.roomy)}>{peak}</span>
      </div>
      <b className={styles.value}>{figures}</b>
      <div className={styles.graph}>{children}</div>
    </div>
  );
}

/** The solid line is what the large figure says, the dashed one the figure beside it. */
function Legend({ line, dashed }: { line: string; dashed: string }) {
  return (
    <>
      <i className={styles.key} aria-hidden="true" />
      {line} <i className={classes(styles.key, styles.dashedKey)} aria-hidden="true" />
      {dashed}
    </>
  );
}

function Ms({ text }: { text: string }) {
  return (
    <span>
      {text}
      <span className={textStyles.unit}>ms</span>
    </span>
  );
}

const isOne = (sum: Sum): boolean => sum.kind === 'sum' && sum.text === '1';

function SumFigure({ sum, unit, count }: { sum: Sum; unit: string; count: EdgeCount }) {
  if (sum.kind === 'sum') {
    return (
      <span>
        {sum.text}
        <span className={textStyles.unit}>{unit}</span>
      </span>
    );
  }
  return (
    <span className={classes(styles.second, textStyles.warning, styles.warning)}>
      {sum.kind === 'none' ? 'no edges' : countWords(count)}
    </span>
  );
}

function Transports({ transports }: { transports: readonly Transport[] | null }) {
  return (
    <div className={styles.transports}>
      <div className={shareBar.shares} aria-hidden="true">
        {transports?.map(({ name, share }) => (
          <i key={name} className={styles[name.toLowerCase()]} style={{ flexGrow: share }} />
        ))}
      </div>
      <dl>
        {(transports ?? ['WebSocket', 'SSE', 'Polling'].map((name) => ({ name, text: '–' }))).map(({ name, text }) => (
          <div key={name}>
            <dt className={textStyles.label}>
              <i className={classes(styles.swatch, styles[name.toLowerCase()])} aria-hidden="true" />
              {name}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** What empties the queue. */
function Commits({ lines }: { lines: readonly CommitLine[] }) {
  return (
    <dl className={styles.commits} aria-label="Commits of the last 5 s">
      {lines.map(({ name, text, unit }) => (
        <div key={name}>
          <dt className={textStyles.label}>{name}</dt>
          <dd>
            {text}
            {unit === '' ? null : <span className={textStyles.unit}>{unit}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A bar an edge: which one is slow is the question that a round's time raises. */
function Rounds({ round }: { round: RoundFigures }) {
  return (
    <ul className={classes(styles.rounds, panel.hatched)} aria-label="Last fan-out round of each edge">
      <li
        className={styles.cadence}
        aria-hidden="true"
        style={{ bottom: `calc(1.5em + ${round.cadenceShare} * (100% - 1.5em - 1px))` }}
      />
      {round.bars.map(({ id, key, text, share }) => (
        <li key={key} aria-label={`${id}: ${text} ms`} title={`${id}: ${text} ms`}>
          <i
            className={round.isLate ? classes(styles.took, styles.late) : styles.took}
            style={{ height: `${share * 100}%` }}
          />
          <span className={classes(textStyles.label, styles.label)} aria-hidden="true">
            {id.replace('edge-', 'e')}
          </span>
        </li>
      ))}
    </ul>
  );
}

function NoCurve({ state }: { state: CurvesState }) {
  switch (state.kind) {
    case 'loading':
      return <span className={classes(textStyles.label, styles.note)}>Reading the last 3 min</span>;
    case 'failed':
      return <span className={classes(textStyles.label, styles.note, textStyles.warning)}>No curve</span>;
    default:
      return <span className={classes(textStyles.label, styles.note)}>No figures kept yet</span>;
  }
}
