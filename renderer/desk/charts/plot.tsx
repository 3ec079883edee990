import { Curve, type Look } from './curve.tsx';
import styles from './plot.module.css';

export interface Drawn {
  look: Look;
  /** Within the size of the plot. */
  path: string;
}

/** Curves that fill the box that they stand in, the first one lowest. `label`: what they say, for who doesn't see them. */
export function Plot({
  label,
  size: { width, height },
  drawn,
}: {
  label: string;
  size: { width: number; height: number };
  drawn: readonly Drawn[];
}) {
  return (
    <svg
      className={styles.plot}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      width="100%"
      height="100%"
      role="img"
      aria-label={label}
    >
      {drawn.map(({ look, path }) => (
        <Curve key={`${look} ${path}`} look={look} path={path} />
      ))}
    </svg>
  );
}
