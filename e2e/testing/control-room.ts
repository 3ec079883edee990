/** The real window on its own data folder, driven as a producer would. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, expect, type Locator, type Page } from '@playwright/test';
import { RunFile } from '../../shared/protocol/process.ts';
import { killIfAlive, processesWith } from '../server/testing/processes.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const SCREENSHOTS = join(PROJECT, 'artifacts', 'screenshots');

function electronPath(): string {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (dist === undefined) throw new Error('set ELECTRON_OVERRIDE_DIST_PATH, as npm test does');
  return join(dist, 'electron');
}

/** A test's own folder: the show's data, and the temporary folder of everything that is started on it. */
export class Studio {
  /** Short, because Unix sockets lie below it. */
  readonly dir = mkdtempSync(join(tmpdir(), 'trw-'));
  readonly data = join(this.dir, 'data');

  /** Everything that was started here, whoever its parent is by now. */
  processes(): number[] {
    return processesWith(`TALLYROOM_STUDIO=${this.dir}`);
  }

  /** The process whose command line ends an argument with this. */
  pidOf(part: string): number {
    const found = this.processes().find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        .split('\0')
        .some((arg) => arg.endsWith(part)),
    );
    if (found === undefined) throw new Error(`no process runs ${part}`);
    return found;
  }

  open(flags: string[]): Promise<ControlRoom> {
    return this.openWith(flags, {});
  }

  /** @param env what the app's environment has besides this process's own */
  async openWith(flags: string[], env: Record<string, string>): Promise<ControlRoom> {
    const app = await _electron.launch({
      executablePath: electronPath(),
      // A virtual display has no GPU: looking for one left the window without a single frame in one start of eight.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        PROJECT,
        '--data',
        this.data,
        '--desk-port',
        '0',
        '--audience-port',
        '0',
        ...flags,
      ],
      env: {
        ...(process.env as Record<string, string>),
        // What Chromium leaves behind when it is killed goes with the folder.
        TMPDIR: this.dir,
        TALLYROOM_STUDIO: this.dir,
        TALLYROOM_AUDIENCE_HOST: '127.0.0.1',
        ...env,
      },
    });
    const page = await app.firstWindow();
    return new ControlRoom(this, app, page);
  }

  /** The running server's addresses, as a relaunched app reads them; null while none is ready. */
  run(): RunFile | null {
    const path = join(this.data, 'run.json');
    return existsSync(path) ? RunFile.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
  }

  /** Ends all that was started here and takes the folder away. A process that is just being started has no name yet: so twice in a row. */
  async clear(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      const left = this.processes();
      for (const pid of left) killIfAlive(pid, 'SIGKILL');
      const isThere = existsSync(this.dir);
      if (left.length === 0) rmSync(this.dir, { recursive: true, force: true });
      quiet = left.length > 0 || isThere ? 0 : quiet + 1;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

export class ControlRoom {
  readonly studio: Studio;
  readonly app: ElectronApplication;
  readonly page: Page;

  constructor(studio: Studio, app: ElectronApplication, page: Page) {
    this.studio = studio;
    this.app = app;
    this.page = page;
  }

  /** Waits until the desk has the show. */
  async isUp(): Promise<void> {
    await expect(this.page.getByRole('button', { name: /^Cue 1,/ })).toBeVisible();
  }

  /** A transport button by its word. */
  button(word: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${word}\\b`) });
  }

  go(): Locator {
    return this.page.getByRole('button', { name: /^GO\./ });
  }

  /** The last command with its answer, in the strip. */
  lastCommand(): Locator {
    return this.page.locator('[data-last-command]');
  }

  /** Selects the cue and arms it; returns when GO would fire it. */
  async arm(text: string): Promise<void> {
    await this.isUp();
    await this.select(text);
    await this.button('ARM').click();
    await expect(this.go()).toHaveAttribute('data-go', 'armed');
  }

  async select(text: string): Promise<void> {
    await this.page.getByRole('button', { name: `, ${text}, ` }).click();
  }

  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  /** The process that has the window. */
  get pid(): number {
    const { pid } = this.app.process();
    if (pid === undefined) throw new Error('the app has not started');
    return pid;
  }

  /** Quits as the system does, without the guard's question. */
  async quit(): Promise<number | null> {
    const child = this.app.process();
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill('SIGTERM');
    return ended;
  }
}
