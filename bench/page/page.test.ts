import { describe, expect, it } from 'vitest';
import { pageNow, plotsThere, readDoc } from './page.ts';

describe('the performance page', () => {
  const files = pageNow();

  it.each(files)('$path says what the kept data say; if not, run `npm run bench -- page`', ({ path, text }) => {
    expect(readDoc(path)).toBe(text);
  });

  it('has no plot that nothing draws any more', () => {
    expect(plotsThere().filter((path) => !files.some((file) => file.path === path))).toEqual([]);
  });

  it('draws no plot without a title, a description and a number for every place', () => {
    const plots = files.filter(({ path }) => path.endsWith('.svg'));
    expect(plots.length).toBeGreaterThan(0);
    for (const { text } of plots) {
      expect(text).toMatch(/<title id="title">[^<]+<\/title>\n<desc id="desc">[^<]+<\/desc>/);
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});
