/** Starts the server (its supervisor) as a child that outlives this app, and waits for its `ready` line. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { lineSplitter } from '../../server/process/line-splitter.ts';
import type { ReadyEvent, ServerEvent } from '../../shared/protocol/process.ts';
import { FailureWords } from './failure-words.ts';
import { wordsOf } from './main-log.ts';

const MAX_LINE = 1_000_000;

export interface ServerProcess {
  /** Undefined where it couldn't be started at all. */
  pid: number | undefined;
  /** Rejects with a sentence when it ends before it is ready. */
  ready: Promise<ReadyEvent>;
  /** Resolves with the sentence once the process is gone; never rejects. */
  ended: Promise<string>;
}

/**
 * @param node path of the plain Node binary
 * @param args the supervisor's script and its flags
 * @param onStderr gets every line of its log
 */
export function startServer(node: string, args: string[], onStderr: (line: string) => void): ServerProcess {
  // Detached: a signal to this app's process group (Ctrl+C in a terminal) must not reach a server that has viewers.
  const child: ChildProcess = spawn(node, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const words = new FailureWords();
  let onReady: (ready: ReadyEvent) => void = () => {};
  const firstReady = new Promise<ReadyEvent>((resolve) => {
    onReady = resolve;
  });
  onLines(child.stdout, (line) => {
    const event = parseEvent(line);
    if (event === null) return onStderr(line);
    words.event(event);
    if (event.event === 'ready') onReady(event);
  });
  onLines(child.stderr, (line) => {
    words.stderrLine(line);
    onStderr(line);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(`The server could not be started: ${wordsOf(error)}`);
    });
    // `exit` comes before the pipes are read to their end, and the reason stands in the last line. Edges that outlive
    // the supervisor may hold the pipes open, so `close` is not waited for without an end.
    child.once('exit', (code, signal) => {
      const done = () => resolve(words.sentence(code, signal));
      const late = setTimeout(done, 500);
      child.once('close', () => {
        clearTimeout(late);
        done();
      });
    });
  });
  const ready = Promise.race([
    firstReady,
    ended.then((sentence) => {
      throw new Error(sentence);
    }),
  ]);
  // Whoever asks for it sees the rejection; where nobody does any more (quitting), `ended` has told.
  ready.catch(() => {});
  return { pid: child.pid, ready, ended };
}

function onLines(stream: Readable | null, listener: (line: string) => void): void {
  stream?.setEncoding('utf8').on('data', lineSplitter(MAX_LINE, listener));
}

function parseEvent(line: string): ServerEvent | null {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null && 'event' in event ? (event as ServerEvent) : null;
  } catch {
    return null;
  }
}
