import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const renderer = fileURLToPath(new URL('..', import.meta.url));
const LITERAL = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|lab|lch|color)\(/i;

/** Ids in selectors and fragments are no colours. */
const isColour = (line: string) => LITERAL.test(line.replace(/#desk\b|#code\b/g, ''));

test('no colour literal stands outside tokens.css', () => {
  const files = ['ui', 'desk'].flatMap((folder) =>
    readdirSync(join(renderer, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(renderer, folder, file),
    ),
  );
  const found = files
    .filter((file) => /\.(css|tsx)$/.test(file) && !file.endsWith('tokens.css'))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(isColour)
        .map((line) => `${file}: ${line}`),
    );
  expect(found).toEqual([]);
});
