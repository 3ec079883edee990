import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type DataFolder, dataFilesIn } from '../../../server/storage/data-folder.ts';
import { killIfAlive, processesWith } from './processes.ts';

/** A cue of the shows that tests play; see the show-file format. */
export interface TestCue {
  id: string;
  durationMs: number;
  graceMs: number;
  [field: string]: unknown;
}

/** A single-choice poll between `a`, `b` and `c`. */
export function poll(id: string, times: { durationMs: number; graceMs: number }): TestCue {
  const options = ['a', 'b', 'c'].map((option) => ({ id: option, text: option.toUpperCase() }));
  return { id, kind: 'single', text: `Who wins ${id}?`, options, class: 'fun', ...times };
}

/**
 * A test's own folder: data, show file, and the temporary folder of everything it starts. When the test ends, well or
 * badly, every process that was started in it is ended and the folder is removed.
 */
export class Place {
  /** Short, because Unix sockets lie below it. */
  readonly root = mkdtempSync(join(tmpdir(), 'tr-'));
  readonly temp = join(this.root, 't');
  readonly data = join(this.root, 'data');
  readonly files: DataFolder = dataFilesIn(this.data);

  /** Whose end clears it: the test's, or the test file's, which calls `clear` itself. */
  readonly lasts: 'test' | 'file';

  constructor(lasts: 'test' | 'file' = 'test') {
    this.lasts = lasts;
    mkdirSync(this.temp);
    if (lasts === 'test') onTestFinished(() => this.clear());
  }

  show(cues: TestCue[], head: Record<string, unknown> = {}): string {
    const path = join(this.root, 'show.json');
    writeFileSync(path, JSON.stringify({ title: 'Test show', ...head, cues }));
    return path;
  }

  /** Everything that runs in this place, whoever started it. */
  processes(): number[] {
    return processesWith(`TMPDIR=${this.temp}`);
  }

  /** What the server's processes have in their temporary folder now. */
  tempFiles(): string[] {
    return readdirSync(this.temp);
  }

  async clear(): Promise<void> {
    for (let left = this.processes(); left.length > 0; left = this.processes()) {
      for (const pid of left) killIfAlive(pid, 'SIGKILL');
      await sleep(25);
    }
    rmSync(this.root, { recursive: true, force: true });
  }
}
