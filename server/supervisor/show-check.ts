import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ShowFile } from '../../shared/protocol/show-file.ts';
import type { DataFolder } from '../storage/data-folder.ts';
import { faultOffset, lineOfPath } from './json-lines.ts';

export type ShowOutcome =
  /** Absolute path, or null where none was named. */
  { kind: 'show'; showFile: string | null } | { kind: 'refused'; code: 'show-exists' | 'show-file'; message: string };

/** Looks a show file through before anything is started, so that its author gets one sentence and no half-started server. */
export function checkShow(show: string | null, newShow: boolean, files: DataFolder): ShowOutcome {
  if (show === null) return { kind: 'show', showFile: null };
  if (existsSync(files.journal) && !newShow) {
    return {
      kind: 'refused',
      code: 'show-exists',
      message:
        `The data folder ${files.dir} holds a show already. Leave --show out to go on with it, add --new-show to import ` +
        `${show} (the old show is kept beside), or choose another folder: --data DIR.`,
    };
  }
  const showFile = resolve(show);
  const fault = findFault(showFile);
  return fault === null ? { kind: 'show', showFile } : { kind: 'refused', code: 'show-file', message: fault };
}

function findFault(path: string): string | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return `The show file ${path} can't be read: ${(error as Error).message}.`;
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    const line = text.slice(0, faultOffset(text)).split('\n').length;
    return `The show file ${path} is no JSON: line ${line}: ${(error as Error).message}.`;
  }
  const parsed = ShowFile.safeParse(content);
  if (parsed.success) return null;
  const faults = parsed.error.issues.map(
    (issue) => `  line ${lineOfPath(text, issue.path)}: ${fieldName(issue.path)}: ${issue.message}`,
  );
  return `The show file ${path} can't be used:\n${faults.join('\n')}`;
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return name === '' ? 'the file' : name.replace(/^\./, '');
}
