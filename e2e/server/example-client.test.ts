/** The programs that are written from the documents alone: the one that is shown to others, and those of the tests. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileServer } from './testing/file-server.ts';
import { NODE, PROJECT } from './testing/server.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';

const here = fileServer({ mode: 'live', edges: 1 });

test('the example in the folder of documents votes, and prints its receipt and the result', async () => {
  const example = spawn(NODE, [join(PROJECT, 'docs/example-client.mjs'), here.server.audienceUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void example.kill());
  let printed = '';
  example.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const { id } = await here.stage.air(newPoll());
  await until(() => /^receipt .*"status":"accepted"/m.test(printed), { what: 'the receipt' });
  await here.stage.close(id);
  await here.server.desk().command('poll.reveal', id, { surface: 'audience', visibility: 'counts' });
  await until(() => /^result .*"total":1/m.test(printed), { what: 'the result' });
});

test('the stranger’s programs know nothing of the product', () => {
  const folder = new URL('testing/stranger/', import.meta.url);
  const imports = readdirSync(folder).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return [...text.matchAll(/ from '([^']+)'/g)].map(([, from]) => from);
  });
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter((from) => !/^(node:|ws$|ajv|\.\/)/.test(from ?? ''))).toEqual([]);
});
