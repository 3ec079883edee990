import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { AdvisoryWriter } from './advisory-writer.ts';
import { openServerLog } from './server-log.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'server-log-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function writer() {
  return new AdvisoryWriter({
    retryMs: 5,
    mostRetryMs: 20,
    calmMs: 1_000,
    slowMs: 1_000,
    onTrouble: () => {},
    onOver: () => {},
  });
}

function open(levels: { fileLevel: string; shownLevel: string }) {
  const dir = folder();
  const lines: string[] = [];
  const shown = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk).trimEnd());
      done();
    },
  });
  const log = openServerLog({ dir, shown, ...levels, writer: writer() });
  const inFile = () => readFileSync(join(dir, 'tallyroom.log'), 'utf8').trim().split('\n');
  return { log, lines, inFile };
}

test('entries of parts keep their form and get the name of the part; other output becomes an entry', async () => {
  const { log, lines, inFile } = open({ fileLevel: 'info', shownLevel: 'info' });
  log.partLine('edge-2', '{"level":40,"msg":"slow"}');
  log.partLine('core', 'Segmentation fault');
  log.own.info('hello');
  await log.close();
  const entries = lines.map((line) => JSON.parse(line));
  expect(entries).toEqual([
    { level: 40, from: 'edge-2', msg: 'slow' },
    expect.objectContaining({ from: 'core', msg: 'Segmentation fault' }),
    expect.objectContaining({ from: 'supervisor', msg: 'hello' }),
  ]);
  expect(inFile()).toEqual(lines);
});

test('shows only what matters while the file has everything', async () => {
  const { log, lines, inFile } = open({ fileLevel: 'info', shownLevel: 'warn' });
  log.partLine('core', '{"level":30,"msg":"fine"}');
  log.partLine('core', '{"level":40,"msg":"hm"}');
  log.partLine('core', '{"level":20,"msg":"detail"}');
  await log.close();
  expect(lines).toEqual(['{"level":40,"from":"core","msg":"hm"}']);
  expect(inFile()).toHaveLength(2);
});

test('a reader that stopped reading costs a bounded amount of memory', async () => {
  const stuck = new Writable({ write() {} });
  const log = openServerLog({ dir: folder(), fileLevel: 'info', shownLevel: 'info', shown: stuck, writer: writer() });
  for (let i = 0; i < 2_000; i++) log.partLine('core', `{"level":30,"msg":"${'x'.repeat(1_000)}"}`);
  expect(stuck.writableLength).toBeLessThan(1.1 * 1024 * 1024);
  await log.close();
});
