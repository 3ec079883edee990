/** From what is measured to where it is drawn. */

export interface Span {
  from: number;
  to: number;
}

/** Evenly, from one end of the values to one end of the places; values beyond the ends lie beyond the places too. */
export function linear(values: Span, places: Span): (value: number) => number {
  const perValue = (places.to - places.from) / (values.to - values.from);
  return (value) => places.from + (value - values.from) * perValue;
}

/** As `linear`, but what lies beyond the ends is drawn at them. */
export function linearWithin(values: Span, places: Span): (value: number) => number {
  const place = linear(values, places);
  const low = Math.min(places.from, places.to);
  const high = Math.max(places.from, places.to);
  return (value) => Math.min(high, Math.max(low, place(value)));
}
