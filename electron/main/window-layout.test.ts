import { describe, expect, it } from 'vitest';
import { type DisplayFacts, placeNew, placeOn, type Rect, type SavedWindow } from './window-layout.ts';

const LEFT: DisplayFacts = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
const RIGHT: DisplayFacts = { id: 2, workArea: { x: 1920, y: 0, width: 2560, height: 1400 } };

const saved = (bounds: Rect, display: number): SavedWindow => ({
  screen: 'director',
  bounds,
  display,
  fullScreen: false,
  maximized: false,
});
const inside = (inner: Rect, outer: Rect) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

describe('a remembered window', () => {
  it('opens where it was', () => {
    const bounds = { x: 2000, y: 40, width: 1600, height: 900 };
    expect(placeOn(saved(bounds, 2), [LEFT, RIGHT])).toEqual(bounds);
  });

  it('may stand across two displays', () => {
    const bounds = { x: 1500, y: 0, width: 1200, height: 1000 };
    expect(placeOn(saved(bounds, 1), [LEFT, RIGHT])).toEqual(bounds);
  });

  it('comes onto the display that is left when its own is gone, no larger than there is room', () => {
    const placed = placeOn(saved({ x: 2000, y: 40, width: 2400, height: 1300 }, 2), [LEFT]);
    expect(placed).toEqual({ x: 0, y: 0, width: 1920, height: 1080 });
  });

  it('stays on its own display when that has been moved or got smaller', () => {
    const moved: DisplayFacts = { id: 2, workArea: { x: -1280, y: 0, width: 1280, height: 720 } };
    const placed = placeOn(saved({ x: 2000, y: 40, width: 1600, height: 900 }, 2), [LEFT, moved]);
    expect(inside(placed, moved.workArea)).toBe(true);
  });

  it('is brought back into sight when it hung over the edge', () => {
    const placed = placeOn(saved({ x: -700, y: -300, width: 1200, height: 800 }, 1), [LEFT, RIGHT]);
    expect(placed).toEqual({ x: 0, y: 0, width: 1200, height: 800 });
  });

  it('goes by what it overlaps where the system numbers its displays anew', () => {
    const placed = placeOn(saved({ x: 4200, y: 100, width: 1200, height: 800 }, 77), [LEFT, RIGHT]);
    expect(inside(placed, RIGHT.workArea)).toBe(true);
  });
});

describe('a new window', () => {
  const size = { width: 1920, height: 1080 };

  it('takes a display that no other window is on', () => {
    expect(placeNew(size, [LEFT.workArea], [LEFT, RIGHT])).toEqual({ x: 1920, y: 0, width: 1920, height: 1080 });
  });

  it('stands a step beside the last one where every display is taken', () => {
    const others = [{ x: 100, y: 80, width: 1200, height: 800 }];
    expect(placeNew({ width: 1200, height: 800 }, others, [LEFT])).toEqual({
      x: 132,
      y: 112,
      width: 1200,
      height: 800,
    });
  });

  it('is never larger than its display nor out of sight', () => {
    const others = [{ x: 1800, y: 1000, width: 1200, height: 800 }];
    expect(inside(placeNew({ width: 4000, height: 3000 }, others, [LEFT]), LEFT.workArea)).toBe(true);
  });
});
