/** What the starters tell the person in front of them. */

/** The descriptor that sentences and the output of tools go to. */
let output = 1;

/** With `--json` standard output belongs to the event lines, so every sentence moves to standard error. */
export function sayOnStderr() {
  output = 2;
}

export const toolOutput = () => output;

/** @param {string} sentence */
export function say(sentence) {
  (output === 1 ? process.stdout : process.stderr).write(`${sentence}\n`);
}

/** A problem that the person can do something about: its message is the whole story, a stack would hide it. */
export class Refusal extends Error {}

/**
 * Runs a starter; a refusal ends it with its sentence, anything else is a bug and keeps its stack.
 * @param {() => Promise<number>} main resolves to the exit code
 */
export async function runStarter(main) {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever reads us may leave first; the server must still be stopped in order.
    stream.on('error', (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error;
    });
  }
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
