import { printableLine } from '../../shared/protocol/normal-text.ts';
import { readJsonFile } from '../storage/json-file.ts';
import { linesOf } from '../storage/json-lines.ts';
import { nearest } from '../storage/misspelt-fields.ts';
import { SETTING_NAMES } from './settings.ts';

export type SettingsFile =
  /** `values`: what stands in it, not judged yet; null where there is no such file. */
  { kind: 'values'; values: unknown; warnings: string[] } | { kind: 'refused'; message: string };

/** `settings.json` of a data folder. Names that are none of ours are left alone; one that is nearly ours is told. */
export function readSettingsFile(path: string): SettingsFile {
  const file = readJsonFile(path);
  if (file.kind === 'none') return { kind: 'values', values: null, warnings: [] };
  if (file.kind === 'refused') return { kind: 'refused', message: `${path} ${file.reason}.` };
  const { value, text } = file;
  const names = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const odd = names.flatMap((name) => {
    const meant = nearest(name, SETTING_NAMES);
    return meant === null ? [] : [{ name, meant }];
  });
  const { lines, repeated } = linesOf(
    text,
    odd.map(({ name }) => [name]),
  );
  const warnings = [
    ...repeated.map(({ key, line }) => `line ${line}: ${key} is given twice. The last one counts.`),
    ...odd.map(({ name, meant }, i) => `line ${lines[i]}: ${name} is no setting. Was ${meant} meant?`),
  ];
  return { kind: 'values', values: value, warnings: warnings.map((words) => printableLine(`${path}, ${words}`)) };
}
