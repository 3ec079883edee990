import styles from './plot.module.css';

/** `second`: what goes along with the curve. `limit`: what it is measured against, which doesn't age with it. */
export type Look = 'grid' | 'area' | 'line' | 'second' | 'limit';

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
        <path key={`${look} ${path}`} className={styles[look]} d={path} />
      ))}
    </svg>
  );
}
