import { expect, test, vi } from 'vitest';
import { log } from './main-log.ts';

test('a line of the log is JSON, and holds nothing that a terminal would obey', () => {
  const lines: string[] = [];
  const written = vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const words = 'of \u001b]0;owned\u0007 and \u009b2J\u007f';
  log('warn', words, { url: words });
  written.mockRestore();
  expect(lines.join('')).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(JSON.parse(lines.join(''))).toMatchObject({ level: 40, part: 'window', url: words, msg: words });
});
