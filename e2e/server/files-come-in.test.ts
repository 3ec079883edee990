/** A show file as people write them: what of it reaches desks, and that commands are judged by the same rules. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DeskSocket } from './testing/desk-socket.ts';
import { Place } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

const SHOW = `\ufeff{
 "title": "Finale",
 "title": "Grand finale",
 "cues": [
  { "id": "a", "kind": "single", "text": " Cafe\u0301 or tea?\\u202e", "durationMs": 60000, "optoins": 1,
    "options": [{ "id": "x", "text": "Cafe\u0301" }, { "id": "y", "text": "\\u200b" }] },
  { "id": "b", "kind": "single", "text": "Who?", "durationMs": 60000, "max": 2, "trigger": { "after": "a" },
    "options": [{ "id": "x", "text": "A" }, { "id": "y", "text": "B" }] }
 ]
}
`;

test('a show with slips is imported whole: desks learn of them once, and what is not complete is a draft with its reason', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = join(place.root, 'show.json');
  writeFileSync(show, SHOW);
  const server = await startServer({ place, show, mode: 'live', edges: 1 });
  const desk = server.desk();

  const socket = await DeskSocket.open({ deskUrl: server.deskUrl, token: server.ready.deskTokens.producer });
  await until(() => socket.notices.length > 0, { what: 'the desk is told' });
  expect(socket.notices).toEqual([
    {
      code: 'show-file-warnings',
      level: 'warn',
      message:
        'The show file, line 3: title is given twice. The last one counts. And line 5: cues[0].optoins is no field that Tallyroom knows. Was options meant?',
      atMs: expect.any(Number),
    },
  ]);
  const again = await DeskSocket.open({ deskUrl: server.deskUrl, token: server.ready.deskTokens.producer });
  await until(() => again.vitals.length > 0, { what: 'the second visit of the same desk has come' });
  expect(again.notices).toEqual([]);

  const { show: head, cues } = await desk.state();
  expect(head.title).toBe('Grand finale');
  expect(cues.map(({ text, intake }) => [text, intake])).toEqual([
    ['Caf\u00e9 or tea?', 'draft'],
    ['Who?', 'draft'],
  ]);
  const refusalOf = async (type: string, target: string, payload?: object) => {
    const { body } = await desk.send({ type, target, ...(payload === undefined ? {} : { payload }) });
    const { code, message } =
      (body as { error?: { code: string; message: string } }).error ?? (body as { code: string; message: string });
    return `${code}: ${message}`;
  };
  expect(await refusalOf('cue.ready', 'a')).toBe('incomplete: Option 2 has no text.');
  expect(await refusalOf('cue.ready', 'b')).toContain('incomplete: Of a single one option is chosen');
  expect(await refusalOf('cue.remove', 'a')).toBe(
    'followed: "Who?" follows "Caf\u00e9 or tea?"; give it another trigger first.',
  );
  const edit = (cue: object) => refusalOf('cue.edit', 'a', { cue });
  expect(await edit({ trigger: { after: 'b' } })).toContain('trigger-ring: ');
  expect(await edit({ trigger: { after: 'nobody' } })).toContain('unknown-cue: ');
  expect(await edit({ trigger: { offsetMs: 9e15 } })).toContain('malformed: payload.cue.trigger.offsetMs');
  expect(await edit({ link: 'javascript:alert(1)' })).toContain('malformed: payload.cue.link: must be an address');
  expect(await edit({ min: 0 })).toContain('malformed: payload.cue.min');

  const options = [
    { id: 'x', text: 'Coffee' },
    { id: 'y', text: ' Tea\u0007 ' },
  ];
  await desk.command('cue.edit', 'a', { cue: { options } });
  await desk.command('cue.ready', 'a');
  expect((await desk.cue('a')).options?.map(({ text }) => text)).toEqual(['Coffee', 'Tea']);

  const files = readdirSync(place.data, { recursive: true, encoding: 'utf8' }).map((name) => join(place.data, name));
  expect(files.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
  expect(files.filter((path) => path.endsWith('.db')).length).toBeGreaterThan(2);
});
