import type { Writable } from 'node:stream';
import { printable } from '../../shared/protocol/normal-text.ts';
import type { ServerEvent } from '../../shared/protocol/process.ts';
import { networkUrl } from './urls.ts';

/**
 * An event as a person reads it, without `--json`.
 *
 * @param audienceHost where the audience port listens; on every address, phones on the network are told theirs
 */
export function sentencesOf(event: ServerEvent, audienceHost: string): string {
  switch (event.event) {
    case 'ready': {
      const network = networkUrl(audienceHost, Number(new URL(event.audienceUrl).port));
      return [
        `The desk is open at ${event.deskUrl}`,
        ...(event.deskNetworkUrl === undefined
          ? []
          : [`  or, from another machine, at ${event.deskNetworkUrl}/${new URL(event.deskUrl).hash}`]),
        '  (the code in this address works once)',
        `Viewers vote at ${event.audienceUrl}/${network === null ? '' : ` or, from other devices, ${network}/`}`,
        `  (while the show is in rehearsal: ${event.audienceUrl}/?code=${event.rehearsalCode})`,
        `  (${event.edgesWhy})`,
      ].join('\n');
    }
    case 'restarted':
      return `The ${event.what} was started again.`;
    case 'alarm':
      return `ALARM (${event.code}): ${event.message}`;
    case 'rehearsal-code':
      return `The rehearsal has a new code: ${event.rehearsalCode}. Nobody gets in with the old one any more: who was in the rehearsal needs the new link.`;
    case 'stopped':
      return event.code === 0 ? 'Stopped.' : 'Stopped because of the problem above.';
  }
}

export interface AnnouncerOptions {
  json: boolean;
  audienceHost: string;
  stdout: Writable;
}

/** Whoever reads may be stopped; what happens beyond this many unread bytes is not told. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Tells standard output what happens. A reader that left (EPIPE) never ends the server: an app that crashed is expected
 * to come back.
 */
export function announcer({ json, audienceHost, stdout }: AnnouncerOptions): (event: ServerEvent) => void {
  return (event) => {
    if (stdout.writableLength < MAX_UNREAD_BYTES)
      stdout.write(`${printable(json ? JSON.stringify(event) : sentencesOf(event, audienceHost))}\n`);
  };
}
