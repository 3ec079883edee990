/** The parts of `docs/performance.md` that come from results; everything between their marks is by hand. */
const MARK = /<!-- generated: ([\w-]+) -->\n[\s\S]*?<!-- end of \1 -->/g;

/**
 * Puts the text of each section between its marks.
 * @throws Error when the document has a mark that nothing fills, or lacks one
 */
export function fill(document: string, sections: Readonly<Record<string, string>>): string {
  const left = new Set(Object.keys(sections));
  const filled = document.replace(MARK, (_, name: string) => {
    const text = sections[name];
    if (text === undefined) throw new Error(`nothing fills the section ${name}`);
    left.delete(name);
    return `<!-- generated: ${name} -->\n${text}\n<!-- end of ${name} -->`;
  });
  if (left.size > 0) throw new Error(`the document has no marks for ${[...left].join(', ')}`);
  return filled;
}
