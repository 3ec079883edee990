/** What lies over and under the curve of the rate chart. Every layer places itself by the chart's own scales. */

import { Curve, usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import { classes } from '../../ui/classes.ts';
import { grouped } from '../../ui/format.ts';
import { useToken } from '../../ui/use-token.ts';
import { sinceGo } from './axis.ts';
import { fitting, widthOf } from './labels.ts';
import styles from './rate-chart.module.css';
import type { CueMark, FuturePoint, RatePoint, RateView, Stretch } from './rate-view.ts';

interface Plot {
  typePx: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: (s: number) => number;
  y: (perS: number) => number;
}

/** Null until the chart has been laid out. */
function usePlot(): Plot | null {
  const area = usePlotArea();
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  const typePx = useToken('--fs-label');
  if (!area || !xScale || !yScale) return null;
  const left = area.x;
  const right = area.x + area.width;
  const top = area.y;
  const bottom = area.y + area.height;
  return {
    typePx,
    left,
    right,
    top,
    bottom,
    x: (s) => Math.min(right, Math.max(left, xScale(s) ?? left)),
    y: (perS) => Math.min(bottom, Math.max(top, yScale(perS) ?? bottom)),
  };
}

/** Amber where a level or a switch was in force. */
export function Bands({ bands }: { bands: readonly Stretch[] }) {
  const plot = usePlot();
  if (!plot) return null;
  const { x, top, bottom, right, typePx } = plot;
  const labels = bands.map(({ fromS, words }) => ({ x: x(fromS) + 6, words, ends: false }));
  return (
    <g className={styles.bands}>
      {bands.map(({ fromS, toS }) => (
        <g key={fromS}>
          <rect x={x(fromS)} y={top} width={Math.max(0, x(toS) - x(fromS))} height={bottom - top} />
          <line x1={x(fromS)} x2={x(toS)} y1={top} y2={top} />
        </g>
      ))}
      {fitting(labels, { rightPx: right, typePx }).map(({ x: at, words, said, ends }) =>
        said && words !== '' ? (
          <text key={at} x={at} y={top + 18} textAnchor={ends ? 'end' : 'start'}>
            {words}
          </text>
        ) : null,
      )}
    </g>
  );
}

/** Hatched, with the reason: never a line across. */
export function Gaps({ gaps }: { gaps: readonly Stretch[] }) {
  const plot = usePlot();
  if (!plot) return null;
  const { x, top, bottom, left, right, typePx } = plot;
  return (
    <g className={styles.gaps}>
      <defs>
        <pattern id="rc-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" />
        </pattern>
      </defs>
      {gaps.map(({ fromS, toS, words }, i) => {
        const width = Math.max(2, x(toS) - x(fromS));
        const half = widthOf(words, typePx) / 2 + 6;
        const middle = Math.min(right - half, Math.max(left + half, x(fromS) + width / 2));
        const y = top + (bottom - top) * 0.42 + (i % 3) * 26;
        return (
          <g key={fromS}>
            <rect className={styles.hole} x={x(fromS)} y={top} width={width} height={bottom - top} />
            <rect x={x(fromS)} y={top} width={width} height={bottom - top} fill="url(#rc-hatch)" />
            <Tag x={middle} y={y} words={words} className={styles.tag} typePx={typePx} />
          </g>
        );
      })}
    </g>
  );
}

/** Words on a ground of their own, so that no line runs through them. `x` and `y`: their middle. */
function Tag({
  x,
  y,
  words,
  className,
  typePx,
}: {
  x: number;
  y: number;
  words: string;
  className: string | undefined;
  typePx: number;
}) {
  const width = widthOf(words, typePx) + 12;
  return (
    <g className={className}>
      <rect x={x - width / 2} y={y - 11} width={width} height={22} rx={3} />
      <text x={x} y={y} textAnchor="middle" dominantBaseline="central">
        {words}
      </text>
    </g>
  );
}

/** The poll that is compared, at the same moment after its GO. */
export function Compared({ points }: { points: readonly RatePoint[] }) {
  const plot = usePlot();
  if (!plot) return null;
  return (
    <Curve
      className={classes(styles.compared)}
      type="linear"
      points={points.map(({ s, perS }) => ({ x: plot.x(s), y: perS === null ? null : plot.y(perS) }))}
    />
  );
}

export function Future({ points }: { points: readonly FuturePoint[] }) {
  const plot = usePlot();
  if (!plot || points.length < 2) return null;
  const { x, y } = plot;
  const upper = points.map(({ s, band }) => `${x(s)} ${y(band[1])}`);
  const lower = points.map(({ s, band }) => `${x(s)} ${y(band[0])}`).reverse();
  return (
    <g className={styles.future}>
      <path className={styles.span} d={`M${[...upper, ...lower].join(' L')}Z`} />
      <Curve type="linear" points={points.map(({ s, mid }) => ({ x: x(s), y: y(mid) }))} />
    </g>
  );
}

/** Full-height lines with words, the first and the last before those between. */
export function Marks({ marks }: { marks: readonly CueMark[] }) {
  const plot = usePlot();
  if (!plot) return null;
  const { x, top, bottom, right, typePx } = plot;
  const [first, ...rest] = marks;
  const last = rest.pop();
  const ordered = [first, last, ...rest].flatMap((mark) => (mark === undefined ? [] : [mark]));
  const labels = ordered.map((mark) => ({ ...mark, x: x(mark.s), ends: mark === last }));
  return (
    <g className={styles.marks}>
      {fitting(labels, { rightPx: right, typePx }).map((mark) => (
        <g key={`${mark.words} ${mark.s}`} className={mark.tone === 'air' ? styles.air : undefined}>
          <title>{`${mark.words} at ${sinceGo(mark.s)}`}</title>
          <line x1={mark.x} x2={mark.x} y1={top} y2={bottom} strokeDasharray={mark.ahead ? '5 4' : undefined} />
          {mark.said ? (
            <text x={mark.x} y={top - 9} textAnchor={mark.ends ? 'end' : 'start'}>
              {mark.words}
            </text>
          ) : null}
        </g>
      ))}
    </g>
  );
}

export function Peak({ peak }: { peak: RateView['peak'] }) {
  const plot = usePlot();
  if (!plot || peak === null) return null;
  const words = `peak ${grouped(peak.perS)} /s at ${sinceGo(peak.s)}`;
  const half = widthOf(words, plot.typePx) / 2 + 14;
  const x = plot.x(peak.s);
  const middle = x + half > plot.right ? x - half : x + half;
  return (
    <Tag
      x={middle}
      y={Math.max(plot.top + 42, plot.y(peak.perS))}
      words={words}
      className={styles.tag}
      typePx={plot.typePx}
    />
  );
}

/** Where the curve has got to. The words stand before the line as long as there is room, so that they cover no future. */
export function Now({ s, words }: { s: number; words: string }) {
  const plot = usePlot();
  if (!plot) return null;
  const x = plot.x(s);
  const half = widthOf(words, plot.typePx) / 2 + 10;
  const middle = x + 2 * half > plot.right ? x - half : x + half;
  return (
    <g className={styles.now}>
      <line x1={x} x2={x} y1={plot.top} y2={plot.bottom} />
      <Tag
        x={middle}
        y={plot.top + (plot.bottom - plot.top) * 0.6}
        words={words}
        className={styles.chip}
        typePx={plot.typePx}
      />
    </g>
  );
}
