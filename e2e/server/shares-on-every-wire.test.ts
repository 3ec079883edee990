/** Real votes, and what is printed of them: phone on each transport, desk, log, export and evidence, each as it came over its own wire. */
import { expect, test } from 'vitest';
import { viewOf } from '../../renderer/audience/view-model.ts';
import { asCsv, exportRecord } from '../../renderer/desk/log/log-export.ts';
import { journalRow } from '../../renderer/desk/log/log-row.ts';
import { optionRows } from '../../renderer/desk/transport/air-view.ts';
import { unzip } from '../../server/evidence/zip-reader.test-part.ts';
import type { VisibleTally } from '../../shared/protocol/desk-state.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import { fileServer } from './testing/file-server.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { ViewerPage } from './testing/viewer-page.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const here = fileServer({ mode: 'live', edges: 2 });
const OPTIONS = ['a', 'b', 'c'];

const asPrinted = (tally: VisibleTally | undefined) =>
  tally?.options?.map(({ share = Number.NaN }) => (share * 100).toFixed(1));

/** What the page of a phone prints beside each option; null while it shows no result of this poll. */
function onPhone({ session }: ViewerPage, pollId: string): string[] | null {
  const { moment } = viewOf(session.model(), performance.now());
  if (moment.kind !== 'results' || session.model().state?.results?.pollId !== pollId) return null;
  return moment.rows.map(({ value }) => (value ?? '').replace('\u00a0%', ''));
}

async function evidenceOf(pollId: string) {
  const { deskUrl, ready } = here.server;
  const response = await fetch(`${deskUrl}/api/v1/polls/${pollId}/evidence`, {
    headers: { authorization: `Bearer ${ready.deskTokens.verifier}`, connection: 'close' },
  });
  expect(response.status).toBe(200);
  const counts = unzip(Buffer.from(await response.arrayBuffer())).get('counts.json');
  return JSON.parse(String(counts)) as VisibleTally;
}

test.for([
  [
    [5, 4],
    ['55.6', '44.4'],
  ],
  [
    [1, 1, 1],
    ['33.3', '33.3', '33.3'],
  ],
  [
    [4, 4, 6],
    ['28.6', '28.6', '42.8'],
  ],
] as [number[], string[]][])('%j votes are %j wherever they are read', async ([counts, printed]) => {
  const { audienceUrl } = here.server;
  const pages = (['ws', 'sse', 'poll'] as const).map((transport) => new ViewerPage(audienceUrl, transport));
  const options = OPTIONS.slice(0, counts.length).map((id) => ({ id, text: `Option ${id}` }));
  const { id, runId } = await here.stage.air(newPoll({ options }));
  for (const choice of counts.flatMap((count, i) => Array.from({ length: count }, () => OPTIONS[i] ?? ''))) {
    const voter = await voterOn('http', { audienceUrl });
    const { receipt } = await voter.cast({ id: newBallotId(), pollId: id, round: 1, choice: [choice] });
    expect(receipt?.status).toBe('accepted');
  }
  const producer = here.server.desk('producer');
  // They hold for a while what they have seen taking ballots, and this poll is over within a moment.
  await until(async () => (await producer.vitals()).runs.some((run) => run.runId === runId), {
    what: 'the vitals have the run',
    isQuiet: true,
  });
  await here.stage.close(id);
  for (const visibility of ['counts', 'percentages'] as const) {
    for (const surface of ['desk', 'audience'] as const) {
      await producer.command('poll.reveal', id, { surface, visibility });
    }
    for (const page of pages) {
      await until(() => onPhone(page, id) !== null, { what: `a phone shows ${visibility}`, isQuiet: true });
      expect(onPhone(page, id)).toEqual(printed);
    }
    const director = here.server.desk('director');
    const cue = await director.cue(id);
    expect(asPrinted(cue.tally)).toEqual(printed);
    expect(optionRows(cue, cue.tally ?? null).map(({ share }) => share)).toEqual(printed.map((share) => `${share} %`));
    const vitals = (await director.vitals()).runs.find((run) => run.runId === runId);
    expect(asPrinted(vitals)).toEqual(printed);

    const { entries } = (await director.call('GET', '/api/v1/log?limit=1000')).body as { entries: JournalEntry[] };
    const seal = entries.find(
      ({ type, command }) => type === 'system.seal' && (command as { runId: string }).runId === runId,
    );
    if (seal === undefined) throw new Error('the log has no seal of the run');
    expect(asPrinted((seal.command as { tally: VisibleTally }).tally)).toEqual(printed);
    const record = exportRecord('show', journalRow(seal, { cues: new Map(), people: {} }));
    expect(record.said).toContain(printed.map((share, i) => `${OPTIONS[i]} ${share} %`).join(', '));
    for (const share of printed)
      expect(asCsv([record])).toContain(`""share"":${Number((Number(share) / 100).toFixed(3))}`);
  }
  expect(asPrinted(await evidenceOf(id))).toEqual(printed);
});
