import { tagWidthOf } from './labels.ts';
import styles from './tag.module.css';

/** Words on a ground of their own, so that no line runs through them. `x` and `y`: their middle. `now`: they are of this moment only. */
export function Tag({
  x,
  y,
  words,
  typePx,
  look,
}: {
  x: number;
  y: number;
  words: string;
  typePx: number;
  look: 'plain' | 'now';
}) {
  const width = tagWidthOf(words, typePx);
  return (
    <g className={styles[look]}>
      <rect x={x - width / 2} y={y - 11} width={width} height={22} rx={3} />
      <text x={x} y={y} textAnchor="middle" dominantBaseline="central">
        {words}
      </text>
    </g>
  );
}
