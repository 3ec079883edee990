/** What axe finds on a page that many states of the same parts are drawn on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Finding {
  id: string;
  where: string[];
}

/** What axe finds out of one call. */
interface Found {
  findings: Finding[];
  /** Ways of text on its ground that were looked at in this call, and pass. */
  passed: string[];
}

/**
 * Whether a text stands out from its ground follows from its colours, sizes and those of what lies under it, and to ask axe
 * takes longer than all its other questions. So each such way is looked at once, on the first text that is drawn so.
 */
const LOOK = `async (known) => {
  const seen = new Set(known);
  const wayOf = (text) => {
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(text);
    const way = [color, fontSize, fontWeight, textShadow];
    let isGround = false;
    // What is laid over or under the text from beside it: a bar that grows, the fill of a hold.
    const laid = (e, pseudo) => {
      const { content, position, backgroundColor, backgroundImage, opacity } = getComputedStyle(e, pseudo);
      const isDrawn = pseudo === undefined ? position === 'absolute' || position === 'fixed' : content !== 'none';
      if (isDrawn) way.push(pseudo, backgroundColor, backgroundImage, opacity);
    };
    for (let e = text; e !== null; e = e.parentElement) {
      if (!isGround) {
        for (const child of e.children) if (!child.contains(text)) laid(child);
        for (const pseudo of ['::before', '::after']) laid(e, pseudo);
      }
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(e);
      if (opacity !== '1' || filter !== 'none') way.push(opacity, filter);
      if (isGround || (backgroundColor === 'rgba(0, 0, 0, 0)' && backgroundImage === 'none')) continue;
      way.push(backgroundColor, backgroundImage);
      isGround = backgroundColor.startsWith('rgb(');
    }
    return way.join(' ');
  };
  const anew = new Map();
  for (const e of document.body.querySelectorAll('*')) {
    const hasText = [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!hasText || e.getClientRects().length === 0) continue;
    const way = wayOf(e);
    if (!seen.has(way) && !anew.has(way)) anew.set(way, e);
  }
  const resultTypes = ['violations'];
  const others = await axe.run(document, { resultTypes, rules: { 'color-contrast': { enabled: false } } });
  const contrast =
    anew.size === 0
      ? { violations: [] }
      : await axe.run({ include: [...anew.values()] }, { resultTypes, runOnly: { type: 'rule', values: ['color-contrast'] } });
  const findings = [...others.violations, ...contrast.violations]
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({
      id,
      where: nodes.slice(0, 4).map((node) => node.target.join(' ') + ': ' + node.html.slice(0, 160)),
    }));
  return { findings, passed: contrast.violations.length === 0 ? [...anew.keys()] : [] };
}`;

export class Accessibility {
  readonly #passed = new Set<string>();

  /** Serious and critical faults of what the page shows now. */
  async findings(page: Page): Promise<Finding[]> {
    await page.evaluate(AXE);
    const { findings, passed } = await page.evaluate<Found>(`(${LOOK})(${JSON.stringify([...this.#passed])})`);
    for (const way of passed) this.#passed.add(way);
    return findings;
  }
}
