import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { LossyLines } from './lossy-lines.ts';

const LINE = `${'x'.repeat(999)}\n`;

test('of what nobody reads a megabyte is kept, and whoever reads again is told how much is missing', async () => {
  const out = new PassThrough({ highWaterMark: 1 });
  const lines = new LossyLines({ out, lostLine: (lost) => `${lost} lost` });
  for (let n = 0; n < 5_000; n++) lines.write(LINE);
  expect(out.writableLength).toBeLessThan(1.1 * 1024 * 1024);
  const read: string[] = [];
  out.setEncoding('utf8').on('data', (text: string) => read.push(text));
  await new Promise<void>((resolve) => {
    out.once('drain', resolve);
  });
  lines.write('later\n');
  lines.write('last\n');
  out.end();
  await new Promise((resolve) => out.once('end', resolve));
  const all = read.join('').split('\n');
  const kept = all.filter((line) => line.startsWith('x')).length;
  expect(kept).toBeGreaterThan(1_000);
  expect(all.slice(kept)).toEqual([`${5_000 - kept} lost`, 'later', 'last', '']);
});

test('a reader that has left is written to no more', () => {
  const out = new PassThrough();
  const lines = new LossyLines({ out, lostLine: String });
  out.destroy();
  expect(() => lines.write(LINE)).not.toThrow();
});
