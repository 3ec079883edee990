/** Writes the generated documents: `node scripts/generate-docs.ts`, on the bundled Node. */
import { writeFile } from 'node:fs/promises';
import { GENERATED_DOCS } from './lib/generated-docs.ts';

for (const { path, text } of GENERATED_DOCS) {
  await writeFile(new URL(`../${path}`, import.meta.url), await text());
  console.log(`wrote ${path}`);
}
