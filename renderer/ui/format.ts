/** How times and figures are written. Every number keeps its width, so that digits never shift a neighbour. */

const two = (n: number): string => String(n).padStart(2, '0');

/** Wall-clock time of day of an epoch time, in this machine's zone: `21:14:37`. */
export function timeOfDay(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Time left, rounded up so that 00:00 means over: `00:23`, `1:02:03`. */
export function countdown(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(s / 60) % 60;
  const hours = Math.floor(s / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${two(minutes)}:${two(s % 60)}`;
}

/** A signed deviation: `+0:42`, `-1:05`, `0:00`. */
export function deviation(ms: number): string {
  const s = Math.round(Math.abs(ms) / 1000);
  if (s === 0) return '0:00';
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  const rest = two(s % 60);
  return `${ms < 0 ? '−' : '+'}${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${rest}`;
}

/** Time since the show's start: `T+ 1:14:37`, before it `T− 0:05:00`. */
export function sinceStart(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  return `T${ms < 0 ? '−' : '+'} ${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** A window or grace: `60 s`, `1 min 30 s`, `2.5 s`. */
export function span(ms: number): string {
  const s = Math.round(ms / 100) / 10;
  if (s < 120) return `${s} s`;
  const rest = Math.round(s % 60);
  const minutes = Math.floor(s / 60);
  if (minutes < 120) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** An age in seconds with one decimal: `4.2 s`. */
export function ageInSeconds(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  return `${s < 100 ? s.toFixed(1) : Math.round(s)} s`;
}

/** Made once: `toLocaleString` makes one anew at every call, and figures are drawn ten times a second. */
const GROUPS = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** `61,482` */
export function grouped(n: number): string {
  return GROUPS.format(Math.round(n));
}

/** Milliseconds where tenths matter while they are few: `0.4`, `9.6`, `12`, `1,204`. */
export function fineMs(ms: number): string {
  const tenths = ms.toFixed(1);
  return Number(tenths) < 10 ? tenths : grouped(ms);
}

/** `1 vote`, `61,482 votes`: a figure with its noun. */
export function counted(n: number, one: string, many: string): string {
  return `${grouped(n)} ${Math.round(n) === 1 ? one : many}`;
}
