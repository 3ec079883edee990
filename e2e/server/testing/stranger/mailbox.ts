/** What has come and was not taken yet, in order. */
const WAIT_MS = 20_000;

interface Waiter<T> {
  wants: (item: T) => boolean;
  resolve: (item: T) => void;
  reject: (error: Error) => void;
}

export class Mailbox<T> {
  /** Everything that ever came. */
  readonly all: T[] = [];
  #waiting: T[] = [];
  #waiters: Waiter<T>[] = [];
  #end: Error | null = null;

  put(item: T): void {
    this.all.push(item);
    const waiter = this.#waiters.find(({ wants }) => wants(item));
    if (waiter === undefined) {
      this.#waiting.push(item);
      return;
    }
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    waiter.resolve(item);
  }

  /** Nothing more comes; who waits is told. */
  end(why: Error): void {
    this.#end ??= why;
    for (const { reject } of this.#waiters) reject(this.#end);
    this.#waiters = [];
  }

  /** The first item of that kind that nobody has taken, now or when it comes. `what`: for the error. */
  take(wants: (item: T) => boolean, what: string): Promise<T> {
    const index = this.#waiting.findIndex(wants);
    const there = this.#waiting[index];
    if (there !== undefined) {
      this.#waiting = this.#waiting.toSpliced(index, 1);
      return Promise.resolve(there);
    }
    if (this.#end !== null) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(new Error(`${what} did not come; came: ${JSON.stringify(this.all).slice(0, 2_000)}`));
      }, WAIT_MS);
      const waiter: Waiter<T> = {
        wants,
        resolve: (item) => {
          clearTimeout(timer);
          resolve(item);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#waiters.push(waiter);
    });
  }
}
