/** The layers of the rate chart: the curve of the votes, and what lies over and under it. */

import { grouped } from '../../ui/format.ts';
import { sinceGo } from './axis.ts';
import { Curve } from './curve.tsx';
import type { Frame } from './frame.ts';
import { fitting, middleBeside, middleWithin, tagWidthOf } from './labels.ts';
import { bandBetween, curvesThrough, lineThrough, type Place } from './path.ts';
import styles from './rate-chart.module.css';
import type { CueMark, Stretch } from './rate-marks.ts';
import type { FuturePoint, RateView } from './rate-view.ts';
import type { RatePoint } from './rates.ts';
import { Tag } from './tag.tsx';

/** Amber where a level or a switch was in force. */
export function Bands({ frame, bands }: { frame: Frame; bands: readonly Stretch[] }) {
  const { x, top, bottom, right, typePx } = frame;
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
export function Gaps({ frame, gaps }: { frame: Frame; gaps: readonly Stretch[] }) {
  const { x, top, bottom, left, right, typePx } = frame;
  return (
    <g className={styles.gaps}>
      <defs>
        <pattern id="rc-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" />
        </pattern>
      </defs>
      {gaps.map(({ fromS, toS, words }, i) => {
        const width = Math.max(2, x(toS) - x(fromS));
        const middle = middleWithin(x(fromS) + width / 2, tagWidthOf(words, typePx), { left, right });
        const y = top + (bottom - top) * 0.42 + (i % 3) * 26;
        return (
          <g key={fromS}>
            <rect className={styles.hole} x={x(fromS)} y={top} width={width} height={bottom - top} />
            <rect x={x(fromS)} y={top} width={width} height={bottom - top} fill="url(#rc-hatch)" />
            <Tag x={middle} y={y} words={words} typePx={typePx} look="plain" />
          </g>
        );
      })}
    </g>
  );
}

const placesOf = (points: readonly RatePoint[], { x, y }: Frame): readonly Place[] =>
  points.map(({ s, perS }) => ({ x: x(s), y: perS === null ? null : y(perS) }));

export function Votes({ frame, points }: { frame: Frame; points: readonly RatePoint[] }) {
  const curves = curvesThrough(placesOf(points, frame), { groundY: frame.bottom, loneWidth: 0 });
  return (
    <>
      <Curve look="area" path={curves.map(({ area }) => area).join('')} />
      <Curve look="line" path={curves.map(({ line }) => line).join('')} />
    </>
  );
}

/** The poll that is compared, at the same moment after its GO. */
export function Compared({ frame, points }: { frame: Frame; points: readonly RatePoint[] }) {
  return <Curve look="earlier" path={lineThrough(placesOf(points, frame))} />;
}

export function Future({ frame: { x, y }, points }: { frame: Frame; points: readonly FuturePoint[] }) {
  if (points.length < 2) return null;
  const span = points.map(({ s, band: [low, high] }) => ({ x: x(s), upperY: y(high), lowerY: y(low) }));
  return (
    <>
      <Curve look="area" path={bandBetween(span)} />
      <Curve look="limit" path={lineThrough(points.map(({ s, mid }) => ({ x: x(s), y: y(mid) })))} />
    </>
  );
}

/** Full-height lines with words, the first and the last before those between. */
export function Marks({ frame, marks }: { frame: Frame; marks: readonly CueMark[] }) {
  const { x, top, bottom, right, typePx } = frame;
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

/** Between a tag and what it belongs to, and between its other side and what may stand there, px. */
const PEAK_TAG_PX = 8;
const NOW_TAG_PX = 4;

export function Peak({ frame, peak }: { frame: Frame; peak: RateView['peak'] }) {
  if (peak === null) return null;
  const { typePx, x, y, top } = frame;
  const words = `peak ${grouped(peak.perS)} /s at ${sinceGo(peak.s)}`;
  const middle = middleBeside(x(peak.s), tagWidthOf(words, typePx) + 2 * PEAK_TAG_PX, frame);
  return <Tag x={middle} y={Math.max(top + 42, y(peak.perS))} words={words} typePx={typePx} look="plain" />;
}

/** Where the curve has got to. The words stand after the line as long as there is room. */
export function Now({ frame, now }: { frame: Frame; now: RateView['now'] }) {
  if (now === null) return null;
  const { typePx, top, bottom } = frame;
  const words = `now ${grouped(now.perS)} /s`;
  const x = frame.x(now.s);
  const middle = middleBeside(x, tagWidthOf(words, typePx) + 2 * NOW_TAG_PX, frame);
  return (
    <g className={styles.now}>
      <line x1={x} x2={x} y1={top} y2={bottom} />
      <Tag x={middle} y={top + (bottom - top) * 0.6} words={words} typePx={typePx} look="now" />
    </g>
  );
}
