import { isolated } from '../../../shared/domain/isolated.ts';

/**
 * A sentence of the core as it can be shown: it names cues and shows in quotation marks, and one that is called in Hebrew would
 * turn the whole sentence. For what is shown only, like `isolated`: logs and files keep it as it came.
 */
export function quotedApart(sentence: string): string {
  return sentence.replace(/"([^"]*)"/g, (_, quoted: string) => `"${isolated(quoted)}"`);
}
