import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

export type TextFile =
  | { kind: 'text'; text: string }
  /** There is no such file. */
  | { kind: 'none' }
  /** `reason`: the end of a sentence that begins with the file's name. */
  | { kind: 'refused'; reason: string };

const CHUNK_BYTES = 64 * 1024;
/** A pipe that nobody writes to would hold up whoever opens it, for ever. Windows has none in its folders, and no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * The text of a file that a person may have written, or put something else in its place. Strict: what is not UTF-8 is refused
 * and not read with replacement characters, which would go on air. The mark that some editors put before a text is none of it.
 *
 * Threat: a pipe, a device or an endless file under the name. Only a regular file is read, and no more of it than `mostBytes`,
 * whatever its size is said to be.
 */
export function readTextFile(path: string, mostBytes: number): TextFile {
  let bytes: Buffer | string;
  try {
    bytes = readBytes(path, mostBytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'none' };
    return { kind: 'refused', reason: `can't be read: ${(error as Error).message}` };
  }
  if (typeof bytes === 'string') return { kind: 'refused', reason: bytes };
  if (UTF_16.some((mark) => mark.equals(bytes.subarray(0, 2)))) {
    return { kind: 'refused', reason: "can't be read: it is UTF-16. Save it as UTF-8" };
  }
  const text = MARK.equals(bytes.subarray(0, 3)) ? bytes.subarray(3) : bytes;
  if (!isUtf8(text)) {
    return { kind: 'refused', reason: `can't be read: line ${lineThatIsNot(text)}: not UTF-8. Save it as UTF-8` };
  }
  return { kind: 'text', text: text.toString('utf8') };
}

/** @returns why not, where it is something else than a file of that size */
function readBytes(path: string, mostBytes: number): Buffer | string {
  // Before it is opened, since opening a device can do something already.
  const first = whatElse(statSync(path), mostBytes);
  if (first !== null) return first;
  const file = openSync(path, OPEN_FLAGS);
  try {
    // Again: it may have been replaced.
    const now = whatElse(fstatSync(file), mostBytes);
    if (now !== null) return now;
    const chunks: Buffer[] = [];
    for (let bytes = 0; bytes <= mostBytes; ) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, read));
      bytes += read;
    }
    return tooLarge(mostBytes);
  } finally {
    closeSync(file);
  }
}

function whatElse(stats: Stats, mostBytes: number): string | null {
  if (stats.isFile()) return stats.size > mostBytes ? tooLarge(mostBytes) : null;
  const what = stats.isDirectory()
    ? 'a folder'
    : stats.isFIFO()
      ? 'a pipe'
      : stats.isSocket()
        ? 'a socket'
        : 'a device';
  return `can't be read: it is ${what} and no file`;
}

function tooLarge(mostBytes: number): string {
  return `can't be read: it has more than ${mostBytes.toLocaleString('en-US')} bytes`;
}

/** The first line that is no UTF-8. No byte of another character is a line's end. */
function lineThatIsNot(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}
