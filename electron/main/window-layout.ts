/** Which windows there are and where they stand, and where one goes when its display is not there any more. */
import { z } from 'zod';
import { DeskScreen } from '../../shared/protocol/bridge.ts';

/** In the coordinates of the whole desktop, DIP. */
export const Rect = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});
export type Rect = z.infer<typeof Rect>;

export const SavedWindow = z.object({
  screen: DeskScreen,
  /** As it stands when it is neither maximised nor full screen. */
  bounds: Rect,
  /** The system's number of the display that it was on. */
  display: z.number(),
  fullScreen: z.boolean(),
  maximized: z.boolean(),
});
export type SavedWindow = z.infer<typeof SavedWindow>;

/** In the order in which they were opened. More than these are nobody's desk. */
export const WindowLayout = z.object({ version: z.literal(1), windows: z.array(SavedWindow).max(16) });
export type WindowLayout = z.infer<typeof WindowLayout>;

export interface DisplayFacts {
  id: number;
  /** Without docks and bars. */
  workArea: Rect;
}

/** This much of a window in sight, and it is left where it was. */
const IN_SIGHT = 0.9;
/** A window that opens over another one stands this far down and to the right of it. */
const CASCADE_PX = 32;

/**
 * Where a remembered window opens. It keeps its place while that is in sight; else it moves, no larger than there is room,
 * onto the display it was on, or the one it overlaps most, or the first.
 *
 * @param displays at least one, the primary display first
 */
export function placeOn({ bounds, display }: SavedWindow, displays: readonly DisplayFacts[]): Rect {
  const seen = displays.reduce((sum, { workArea }) => sum + overlap(bounds, workArea), 0);
  if (seen >= IN_SIGHT * bounds.width * bounds.height) return bounds;
  const byOverlap = [...displays].sort((a, b) => overlap(bounds, b.workArea) - overlap(bounds, a.workArea));
  const home = displays.find(({ id }) => id === display) ?? byOverlap[0];
  return home === undefined ? bounds : moveInto(bounds, home.workArea);
}

/**
 * Where a new window opens: on a display that holds none of the others, where there is one, else a step beside the last.
 *
 * @param others bounds of the windows that are open, the one in front last
 * @param displays at least one, the primary display first
 */
export function placeNew(
  size: { width: number; height: number },
  others: readonly Rect[],
  displays: readonly DisplayFacts[],
): Rect {
  const free = displays.find(({ workArea }) => others.every((other) => overlap(other, workArea) === 0));
  const last = others.at(-1);
  const home = free ?? (last && displays.find(({ workArea }) => overlap(last, workArea) > 0)) ?? displays[0];
  if (home === undefined) return { x: 0, y: 0, ...size };
  const { x, y } = home.workArea;
  const at = free !== undefined || last === undefined ? { x, y } : { x: last.x + CASCADE_PX, y: last.y + CASCADE_PX };
  return moveInto({ ...at, ...size }, home.workArea);
}

function moveInto(bounds: Rect, area: Rect): Rect {
  const width = Math.min(bounds.width, area.width);
  const height = Math.min(bounds.height, area.height);
  return {
    x: Math.min(Math.max(bounds.x, area.x), area.x + area.width - width),
    y: Math.min(Math.max(bounds.y, area.y), area.y + area.height - height),
    width,
    height,
  };
}

/** The common area, square pixels. */
function overlap(a: Rect, b: Rect): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return across > 0 && down > 0 ? across * down : 0;
}
