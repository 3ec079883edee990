import { expect, it } from 'vitest';
import { printable } from './normal-text.ts';

it('shows what a terminal would obey, and leaves everything else as it is', () => {
  expect(printable('a\u001b[31mred\u001b]0;title\u0007\u009b2J\u007f\r\u0000')).toBe(
    'a\\u001b[31mred\\u001b]0;title\\u0007\\u009b2J\\u007f\\u000d\\u0000',
  );
  expect(printable('\u202eevil\u2066')).toBe('\\u202eevil\\u2066');
  const plain = 'Größe, שלום, 你好, 👩‍👧,\n\tline two';
  expect(printable(plain)).toBe(plain);
});

it('leaves a line of JSON the same', () => {
  const content = { text: '\u001b[2J \u009b1m \u202e "quoted" \\ \n' };
  expect(JSON.parse(printable(JSON.stringify(content)))).toEqual(content);
});
