/** A result is read in many places, and reads the same in all of them. */
import { expect, test } from 'vitest';
import { firstModel, reduce } from '../../renderer/audience/model.ts';
import { viewOf } from '../../renderer/audience/view-model.ts';
import { overlayView } from '../../renderer/desk/director/overlay-view.ts';
import { pollView } from '../../renderer/desk/director/poll-view.ts';
import { asCsv, asJson, exportRecord } from '../../renderer/desk/log/log-export.ts';
import { journalRow } from '../../renderer/desk/log/log-row.ts';
import { momentWith } from '../../renderer/desk/testing/moment-fixture.ts';
import { optionRows } from '../../renderer/desk/transport/air-view.ts';
import { noClasses } from '../../server/ballotbox/recount.ts';
import { shownEntry } from '../../server/core/shown-entry.ts';
import { countsOf } from '../../server/evidence/counts-file.ts';
import { publicState } from '../../shared/domain/public-state.ts';
import { AUDIENCE } from '../../shared/domain/public-surface.ts';
import { FUN, optionIds } from '../../shared/domain/testing/sample-cues.test-part.ts';
import { DIRECTOR, PRODUCER, ShowDriver, tallyOf } from '../../shared/domain/testing/show-driver.test-part.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import { Cue, type Visibility } from '../../shared/protocol/show-file.ts';
import { seededRandom } from './testing/seeded-random.ts';

const HINTS = { level: 0, cadenceMs: 2_000, jitterMs: 1_000, retryAfterMs: 500, transport: 'ws' } as const;

const random = seededRandom(56);
const drawn = Array.from({ length: 200 }, (_, i) => {
  const most = [20, 1_500, 200_000][i % 3] ?? 1;
  return Array.from({ length: random.between(2, 5) }, () => random.between(0, most));
}).filter((counts) => counts.some((n) => n > 0));
const TABLE: readonly (readonly number[])[] = [[5, 4], [1, 1, 1], [4, 4, 6], [70_500, 70_501], [1, 99_999], ...drawn];

/** A verified fun poll with these counts, shown to viewers and desks as far as `visibility` says. */
function resultOf(counts: readonly number[], visibility: Visibility) {
  const options = optionIds(...counts.map((_, i) => `o${i}`)).map((id) => ({ id, text: `Option ${id}` }));
  const cue = Cue.parse({ ...FUN, options });
  const show = new ShowDriver([cue], 'live');
  show.air(cue.id);
  show.seal(cue.id, counts);
  show.verify(cue.id);
  for (const surface of ['audience', 'overlay', 'desk'] as const) {
    show.do({ type: 'poll.reveal', target: cue.id, payload: { surface, visibility } }, PRODUCER);
  }
  show.do({ type: 'overlay.take', payload: { surface: 'main', runId: show.run(cue.id).runId } }, DIRECTOR);
  return { show, run: show.run(cue.id) };
}

type Result = ReturnType<typeof resultOf>;

function onPhone({ show }: Result) {
  const at = { epoch: 1, rev: 1, nowMs: show.nowMs, hints: HINTS } as const;
  const view = { ...at, surface: AUDIENCE, mode: 'live', liveTally: () => null } as const;
  const model = firstModel({ nowMs: 0, votes: [], draft: null, lasting: true });
  const { moment } = viewOf(reduce(model, { t: 'state', state: publicState(show.state, view) }, 0), 0);
  if (moment.kind !== 'results') throw new Error(`the phone shows ${moment.name}`);
  return moment.rows;
}

function momentOf({ show }: Result) {
  const moment = momentWith({ vitals: { runs: [] } });
  return {
    ...moment,
    nowMs: show.nowMs,
    show: show.view(['director']),
    me: { actor: 'Dirk', roles: ['director' as const] },
  };
}

function onDesk(result: Result) {
  const moment = momentOf(result);
  const cue = moment.show.cues[0];
  if (cue === undefined) throw new Error('the desk has no cue');
  return { moment, cue, director: pollView({ moment, cue, points: [] }).rows, air: optionRows(cue, cue.tally ?? null) };
}

function inExport({ show, run }: Result, counts: readonly number[]) {
  const entry = {
    revision: 9,
    atMs: show.nowMs,
    actor: 'server',
    source: 'server',
    commandId: 'seal-of-the-run',
    type: 'system.seal',
    command: { runId: run.runId, head: 'ab12', tally: tallyOf(run, counts) },
    answer: { status: 'accepted' as const, revision: 9, atMs: show.nowMs },
  };
  const record = exportRecord(
    'show',
    journalRow(shownEntry(entry, ['director'], show.state), { cues: new Map(), people: {} }),
  );
  const json = JSON.parse(asJson([record], 0)) as {
    entries: { command: { tally: { options: { share: number }[] } } }[];
  };
  const { said } = record;
  return { said, shares: json.entries[0]?.command.tally.options.map(({ share }) => share), csv: asCsv([record]) };
}

function inEvidence({ run }: Result, counts: readonly number[]) {
  const { text, kind, options, maxBallots, class: pollClass } = run.text;
  const about = { runId: run.runId as RunId, showId: 's', pollId: run.cueId, mode: 'live' as const, round: 1 };
  const rest = { showTitle: 'A show', text, kind, class: pollClass, maxBallots, options, intake: run.intake };
  const found = countsOf(
    { ...about, ...rest, openedAtMs: 1, closedAtMs: 2, isAnswerRevealed: false },
    { verdict: { tally: tallyOf(run, counts), classes: noClasses(), concentrated: null, faults: [] }, packedAtMs: 3 },
  );
  return (found as { options: { share: number }[] }).options.map(({ share }) => share);
}

const asPrinted = (share: number) => (share * 100).toFixed(1);

test('5 of 9, three level, 4/4/6 and 200 drawn counts print the same on phone and desk, in log, export and evidence', () => {
  expect(TABLE.length).toBeGreaterThan(200);
  for (const counts of TABLE) {
    for (const visibility of ['counts', 'percentages'] as const) {
      const result = resultOf(counts, visibility);
      const evidence = inEvidence(result, counts).map(asPrinted);
      const phone = onPhone(result);
      expect(phone.map(({ value }) => value)).toEqual(evidence.map((share) => `${share}\u00a0%`));
      const desk = onDesk(result);
      expect(desk.director.map(({ share }) => share)).toEqual(evidence);
      expect(desk.air.map(({ share }) => share)).toEqual(evidence.map((share) => `${share} %`));
      const overlay = overlayView(desk.moment, desk.cue);
      const words = overlay.shown?.preview.bars.map((bar) => bar.words);
      expect([...(words ?? [])].sort()).toEqual(evidence.map((share) => `${share} %`).sort());
      const exported = inExport(result, counts);
      expect(exported.shares?.map(asPrinted)).toEqual(evidence);
      const said = evidence.map((share, i) => `o${i} ${share} %`).join(', ');
      expect(String(exported.said).endsWith(said)).toBe(true);
      for (const share of exported.shares ?? []) expect(exported.csv).toContain(`""share"":${share}`);
    }
  }
}, 60_000);

test.each(['counts', 'percentages'] as const)(
  'one vote of 141,001 more leads on every screen that shows %s',
  (visibility) => {
    const result = resultOf([70_500, 70_501], visibility);
    expect(onPhone(result).map(({ ahead, value }) => [ahead, value])).toEqual([
      [false, '50.0\u00a0%'],
      [true, '50.0\u00a0%'],
    ]);
    const { moment, cue, director } = onDesk(result);
    expect(director.map(({ leads }) => leads)).toEqual([false, true]);
    const first = overlayView(moment, cue).shown?.preview.bars[0];
    expect(first?.text).toBe('Option o1');
  },
);

test('two that are level are drawn level', () => {
  const result = resultOf([500, 500, 1], 'percentages');
  expect(onPhone(result).some(({ ahead }) => ahead)).toBe(false);
  expect(onDesk(result).director.some(({ leads }) => leads)).toBe(false);
});
