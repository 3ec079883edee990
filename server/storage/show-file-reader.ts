import type { z } from 'zod';
import { printableLine } from '../../shared/protocol/normal-text.ts';
import { ShowFile } from '../../shared/protocol/show-file.ts';
import { readJsonFile } from './json-file.ts';
import { type JsonPath, linesOf, type RepeatedKey } from './json-lines.ts';
import { misspeltFields } from './misspelt-fields.ts';

export type ShowReading =
  /** `warnings`: what its author may not have meant, each with its line. */
  | { kind: 'show'; show: ShowFile; warnings: string[] }
  /** One sentence, or a line for each fault. */
  | { kind: 'refused'; message: string };

/** More than that nobody reads at once; the rest is counted. */
const MOST_TOLD = 20;

/** A show file, whole and judged, or why not. Never throws. */
export function readShowFile(path: string): ShowReading {
  const named = `The show file ${printableLine(path)}`;
  const file = readJsonFile(path);
  if (file.kind === 'none') return { kind: 'refused', message: `${named} can't be read: there is no such file.` };
  if (file.kind === 'refused') return { kind: 'refused', message: `${named} ${file.reason}.` };
  const { value, text } = file;
  const parsed = ShowFile.safeParse(value);
  const issues = parsed.success ? [] : parsed.error.issues;
  const told = issues.slice(0, MOST_TOLD);
  const odd = misspeltFields(value).slice(0, MOST_TOLD);
  const { lines, repeated } = linesOf(text, [...told.map(({ path }) => path), ...odd.map(({ path }) => path)]);
  const warnings = [
    ...repeated.map(repeatedSentence),
    ...odd.map(({ path, meant }, i) => {
      const line = lines[told.length + i] ?? 1;
      return { line, words: `${fieldName(path)} is no field that Tallyroom knows. Was ${meant} meant?` };
    }),
  ]
    .sort((a, b) => a.line - b.line)
    .map(({ line, words }) => printableLine(`line ${line}: ${words}`));
  if (parsed.success) return { kind: 'show', show: parsed.data, warnings };
  const faults = [
    ...told.map((issue, i) => faultLine(issue, lines[i] ?? 1)),
    ...(issues.length > told.length ? [`  and ${(issues.length - told.length).toLocaleString('en-US')} more`] : []),
    ...warnings.map((warning) => `  ${warning}`),
  ];
  return { kind: 'refused', message: `${named} can't be used:\n${faults.join('\n')}` };
}

function faultLine(issue: z.core.$ZodIssue, line: number): string {
  return printableLine(`  line ${line}: ${fieldName(issue.path)}: ${issue.message}`);
}

function repeatedSentence({ path, key, line }: RepeatedKey): { line: number; words: string } {
  return { line, words: `${fieldName([...path, key])} is given twice. The last one counts.` };
}

function fieldName(path: JsonPath): string {
  const name = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return name === '' ? 'the file' : name.replace(/^\./, '');
}
