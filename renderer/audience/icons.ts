import { type ElementNode, h } from './dom.ts';

export function checkIcon(strokeWidth: number): ElementNode {
  return h('svg.icon', { attributes: { viewBox: '0 0 40 40', 'aria-hidden': 'true' } }, [
    h('path', { attributes: { d: 'M9 21l8 8 15-17', 'stroke-width': strokeWidth } }, []),
  ]);
}

export function minusIcon(strokeWidth: number): ElementNode {
  return h('svg.icon', { attributes: { viewBox: '0 0 40 40', 'aria-hidden': 'true' } }, [
    h('path', { attributes: { d: 'M10 20h20', 'stroke-width': strokeWidth } }, []),
  ]);
}

export function spinnerIcon(): ElementNode {
  return h('svg.icon.spinner', { attributes: { viewBox: '0 0 24 24', 'aria-hidden': 'true' } }, [
    h('circle', { attributes: { cx: 12, cy: 12, r: 9, 'stroke-width': 3 } }, []),
    h('path', { attributes: { d: 'M12 3a9 9 0 0 1 9 9', 'stroke-width': 3 } }, []),
  ]);
}
