import './ring.css';

const RADIUS = 58;
const ROUND = 2 * Math.PI * RADIUS;

/** A ring that fills with `share` (0..1), drawn from the top and clockwise. Decoration: what it says stands in words beside it. */
export function Ring({ share, className }: { share: number; className: string }) {
  return (
    <svg className={`ring ${className}`} viewBox="0 0 136 136" aria-hidden="true">
      <circle className="ring-track" cx="68" cy="68" r={RADIUS} />
      <circle
        className="ring-fill"
        cx="68"
        cy="68"
        r={RADIUS}
        strokeDasharray={`${share * ROUND} ${ROUND}`}
        transform="rotate(-90 68 68)"
      />
    </svg>
  );
}
