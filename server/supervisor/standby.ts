import { type ChildProcess, spawn } from 'node:child_process';

export interface StandbyOptions {
  name: string;
  /** Executable and arguments. */
  command: [string, ...string[]];
  /** From a start until the next process is made: those who wait for what has just started have the machine first. */
  afterMs: number;
  onLife: (what: string, facts: Record<string, unknown>) => void;
  /** Another process stands by, or none does. */
  onChange: () => void;
}

/**
 * A process that has loaded everything a part needs and waits to be told what to do: when the part dies, its next life
 * begins there and is ready sooner by what the loading takes. It ends by itself when its supervisor does.
 */
export class Standby {
  readonly #options: StandbyOptions;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: StandbyOptions) {
    this.#options = options;
  }

  /** 0 while none stands by. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Has one stand by, soon. */
  prepare(): void {
    if (this.#child !== null || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#spawn(), this.#options.afterMs);
  }

  /** Hands the process over, for good; null where none stands by. */
  take(): ChildProcess | null {
    const child = this.#child;
    this.#forget();
    if (child === null) return null;
    // Ours only: the system's own give out what is said before somebody listens.
    for (const event of ['message', 'error', 'exit']) child.removeAllListeners(event);
    return child.connected && child.exitCode === null && child.signalCode === null ? child : null;
  }

  /** Ends the process: what it has loaded may be old, or nobody will need it. */
  drop(): void {
    const child = this.#child;
    this.#forget();
    child?.kill('SIGKILL');
  }

  #spawn(): void {
    const { command, name, onLife, onChange } = this.#options;
    this.#timer = null;
    let child: ChildProcess;
    try {
      child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    } catch (error) {
      // Short of memory, say: it comes later, and until then the part starts without.
      onLife("can't be made to stand by", { child: name, why: String(error) });
      this.prepare();
      return;
    }
    this.#child = child;
    // Whatever it says has no meaning yet, and without a listener all of it would be kept until somebody listens.
    child.on('message', () => {});
    const gone = (why: string) => {
      if (this.#child !== child) return;
      onLife('no longer stands by', { child: name, childPid: child.pid, why });
      this.#forget();
      this.prepare();
    };
    child.on('error', (error) => gone(error.message));
    child.on('exit', (code, signal) => gone(`${code ?? signal}`));
    onLife('stands by', { child: name, childPid: child.pid });
    onChange();
  }

  #forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#child === null) return;
    this.#child = null;
    this.#options.onChange();
  }
}
