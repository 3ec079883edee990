/**
 * Cuts a stream's text into lines. A line longer than the limit is handed on in pieces, so that a peer that never ends
 * its line can't fill the memory.
 *
 * @param maxLength characters
 */
export function lineSplitter(maxLength: number, onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
    while (rest.length > maxLength) {
      onLine(rest.slice(0, maxLength));
      rest = rest.slice(maxLength);
    }
  };
}
