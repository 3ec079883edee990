/** The link that a server prints for one desk: its address, and a code that works once. */
import type { SwitchRefusal } from '../../shared/protocol/bridge.ts';

export interface Refusal {
  kind: 'refused';
  code: SwitchRefusal;
  message: string;
}

export const refused = (code: SwitchRefusal, message: string): Refusal => ({ kind: 'refused', code, message });

export type DeskLink = { kind: 'link'; deskUrl: string; code: string } | Refusal;

/** @param text what somebody pasted, perhaps with the sentence around it */
export function parseDeskLink(text: string): DeskLink {
  const words = text.trim().split(/\s+/);
  const link = words.find((word) => /^https?:\/\//i.test(word));
  if (link === undefined) {
    return refused(
      'not-a-link',
      'This is no link. Paste what the other server printed when it started: http://…:4310/#code=…',
    );
  }
  let url: URL;
  try {
    url = new URL(link);
  } catch {
    return refused('not-a-link', `“${link.slice(0, 80)}” is no address.`);
  }
  const code = new URLSearchParams(url.hash.slice(1)).get('code');
  if (code === null || code === '') {
    return refused(
      'no-code',
      `This link has no one-time code. A link for a desk ends with #code=…; the one for viewers does not open a desk.`,
    );
  }
  return { kind: 'link', deskUrl: url.origin, code };
}
