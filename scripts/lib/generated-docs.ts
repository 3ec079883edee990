/** The documents under `docs/` that are made from the protocol's schemas, so that they can't say something else than the code. */
import { z } from 'zod';
import { deskOpenApi } from '../../server/desk/open-api.ts';
import { ShowFile } from '../../shared/protocol/show-file.ts';
import { audienceAsyncApi } from './api/audience-asyncapi.ts';
import { audienceOpenApi } from './api/audience-openapi.ts';
import { deskAsyncApi } from './api/desk-asyncapi.ts';

export interface GeneratedDoc {
  /** From the project's root. */
  path: string;
  text: () => string | Promise<string>;
}

export const GENERATED_DOCS: readonly GeneratedDoc[] = [
  { path: 'docs/show-file.schema.json', text: showFileSchema },
  { path: 'docs/audience.openapi.json', text: () => json(audienceOpenApi()) },
  { path: 'docs/audience.asyncapi.json', text: () => json(audienceAsyncApi()) },
  { path: 'docs/desk.openapi.json', text: async () => json(await deskOpenApi()) },
  { path: 'docs/desk.asyncapi.json', text: () => json(deskAsyncApi()) },
];

function showFileSchema(): string {
  // `input`: what an author writes, before any default is filled in.
  const schema = z.toJSONSchema(ShowFile, { io: 'input', target: 'draft-2020-12' });
  return json({ title: 'Tallyroom show file', ...schema });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
