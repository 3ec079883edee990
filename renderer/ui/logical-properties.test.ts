import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const renderer = fileURLToPath(new URL('..', import.meta.url));

/** A side by name: what follows a Hebrew or Arabic question has to change sides with it. */
const SIDE =
  /(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|border-(?:top|bottom)-(?:left|right)-radius|^\s*(?:left|right)\s*:|(?:text-align|float|clear):\s*(?:left|right)\b)/;

/** Where both sides are alike, and the phone has to be old. */
const ALIKE = ['audience/styles/choosing.css:   left: -2px;'];

/** `padding: 1px 2px 3px 4px` names the sides by their order. */
function hasUnlikeSides(line: string): boolean {
  const values = /^\s*(?:margin|padding|inset|border-width):\s*([^;]+);/.exec(line)?.[1] ?? '';
  const parts = values.match(/(?:[^\s(]+\((?:[^()]|\([^()]*\))*\)|\S+)/g) ?? [];
  return parts.length === 4 && parts[1] !== parts[3];
}

test('no style names the left or the right: sides are where a line begins and ends', () => {
  const found = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.css'))
    .flatMap((file) =>
      readFileSync(join(renderer, file), 'utf8')
        .split('\n')
        .filter((line) => SIDE.test(line) || hasUnlikeSides(line))
        .map((line) => `${file}: ${line}`),
    );
  expect(found).toEqual(ALIKE);
});
