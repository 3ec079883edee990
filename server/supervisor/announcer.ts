import type { ServerEvent } from '../../shared/protocol/process.ts';

/** An event as a person reads it, without `--json`. */
export function sentencesOf(event: ServerEvent): string {
  switch (event.event) {
    case 'ready':
      return [
        `The desk is open at ${event.deskUrl}`,
        '  (the code in this address works once)',
        `Viewers vote at ${event.audienceUrl}/`,
        `  (while the show is in rehearsal: ${event.audienceUrl}/?code=${event.rehearsalCode})`,
      ].join('\n');
    case 'restarted':
      return `The ${event.what} was started again.`;
    case 'alarm':
      return `ALARM (${event.code}): ${event.message}`;
    case 'stopped':
      return event.code === 0 ? 'Stopped.' : 'Stopped because of the problem above.';
  }
}

/**
 * Tells standard output what happens. A reader that left (EPIPE) never ends the server: an app that crashed is expected
 * to come back.
 */
export function announcer(json: boolean, stdout: NodeJS.WritableStream): (event: ServerEvent) => void {
  return (event) => {
    stdout.write(`${json ? JSON.stringify(event) : sentencesOf(event)}\n`);
  };
}
