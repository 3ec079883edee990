import { type RefCallback, useCallback, useState } from 'react';

export interface Size {
  /** Whole px. */
  width: number;
  height: number;
}

/** The size of the element that `ref` is given to, now and whenever it changes; null before it is there. */
export function useSize(): { ref: RefCallback<HTMLElement>; size: Size | null } {
  const [size, setSize] = useState<Size | null>(null);
  const ref = useCallback((element: HTMLElement) => {
    const measure = () => {
      const { width, height } = element.getBoundingClientRect();
      const next = { width: Math.round(width), height: Math.round(height) };
      setSize((last) => (last?.width === next.width && last.height === next.height ? last : next));
    };
    // Before anything is painted: a chart never comes empty.
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return { ref, size };
}
