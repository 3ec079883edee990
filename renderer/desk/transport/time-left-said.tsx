import { useEffect, useRef, useState } from 'react';
import text from '../../ui/text.module.css';
import { thresholdPassed } from '../words/said-times.ts';

/** Tells a screen reader the time left at 60, 30, 10 and 0 s, and is silent in between. `ms` is null while no clock runs. */
export function TimeLeftSaid({ cue, ms }: { cue: string; ms: number | null }) {
  const [said, setSaid] = useState('');
  const before = useRef<number | null>(null);
  useEffect(() => {
    const seconds = thresholdPassed(before.current, ms);
    before.current = ms;
    if (seconds !== null) setSaid(seconds === 0 ? `${cue}: time is over` : `${cue}: ${seconds} seconds left`);
  }, [cue, ms]);
  return (
    <span className={text.spoken} aria-live="polite">
      {said}
    </span>
  );
}
