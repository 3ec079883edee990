import { type RefObject, useLayoutEffect } from 'react';

/** From the drawn size down to what can just be told apart. */
const STEPS = [1, 0.92, 0.85, 0.78, 0.72, 0.66, 0.6, 0.54, 0.48, 0.43] as const;

/**
 * Sets `--fit` of a box to the largest step at which its content does not run over its lower edge, again whenever the box changes its size or
 * `content` changes. The box must clip, and its own size must not depend on `--fit`.
 */
export function useFit(box: RefObject<HTMLElement | null>, content: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn in the box follows from `content`
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const shrink = () => {
      for (const step of STEPS) {
        element.style.setProperty('--fit', String(step));
        if (element.scrollHeight <= element.clientHeight) return;
      }
    };
    shrink();
    const sizes = new ResizeObserver(shrink);
    sizes.observe(element);
    document.fonts.addEventListener('loadingdone', shrink);
    return () => {
      sizes.disconnect();
      document.fonts.removeEventListener('loadingdone', shrink);
    };
  }, [box, content]);
}
