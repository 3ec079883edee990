import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { GENERATED_DOCS } from './generated-docs.ts';

describe('the generated documents', () => {
  it.each(GENERATED_DOCS)(
    '$path says what the code says; if not, run scripts/generate-docs.ts',
    async ({ path, text }) => {
      expect(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(await text());
    },
  );
});
