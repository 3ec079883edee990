/** What the schedule fires, it fires once: over kills, restarts and two who say it at the same time. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ScheduledAct } from '../../shared/domain/scheduled-act.ts';
import type { CommandAnswer, CommandType } from '../../shared/protocol/commands.ts';
import type { Mode, PollId } from '../../shared/protocol/ids.ts';
import type { ShowFile } from '../../shared/protocol/show-file.ts';
import type { Journal } from '../journal/journal.ts';
import type { Engine } from './engine.ts';
import { killedOnceWritten } from './engine-process.test-part.ts';
import { EngineRig, PRODUCER } from './engine-rig.test-part.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';

const rig = new EngineRig();
const SHOW = onePoll({});
const TWO_POLLS: ShowFile = { ...SHOW, cues: [...SHOW.cues, ...onePoll({ id: 'q2' as PollId }).cues] };

const ARM: ScheduledAct = { type: 'cue.arm', cueId: 'q1' as PollId, mode: 'live', round: 1, trigger: 'offset 60000' };
const GO: ScheduledAct = { ...ARM, type: 'cue.go' };

const entries = async (journal: Journal) => (await journal.page(0, 1_000)).entries;
const bySchedule = async (journal: Journal) => (await entries(journal)).filter(({ actor }) => actor === 'schedule');
const intake = (engine: Engine, runId: string) =>
  Object.values(engine.state.runs).find((r) => r.runId === runId)?.intake;

async function stage(show: ShowFile = SHOW, mode: Mode = 'live'): Promise<{ engine: Engine; journal: Journal }> {
  const journal = await rig.journal();
  const engine = rig.engineOn(journal);
  await engine.importShow(show, mode);
  return { engine, journal };
}

it('arms and opens as a person would, and says that it was the schedule', async () => {
  const { engine, journal } = await stage();
  expect((await engine.fire(ARM)).status).toBe('accepted');
  expect(engine.state.runs[RUN]).toMatchObject({ intake: 'armed', armedBy: 'schedule' });
  expect((await engine.fire(GO)).status).toBe('accepted');
  expect(engine.state.runs[RUN]).toMatchObject({ intake: 'open', openedAtMs: rig.nowMs });
  expect(await bySchedule(journal)).toMatchObject([
    { type: 'cue.arm', target: 'q1', source: 'server', command: { runId: RUN, trigger: 'offset 60000' } },
    { type: 'cue.go', target: 'q1', command: { runId: RUN } },
  ]);
  const opened = rig.applied.flatMap(({ entry }) => entry.events).find(({ type }) => type === 'run.opened');
  expect(opened).toMatchObject({ byPerson: false });
});

it('fires the same trigger once, whoever says it again and also at the same time', async () => {
  const { engine, journal } = await stage();
  const [arm, twin] = await Promise.all([engine.fire(ARM), engine.fire(ARM)]);
  expect(arm.status).toBe('accepted');
  expect(twin).toEqual(arm);
  // Somebody took it back meanwhile: the schedule does not insist.
  await engine.execute(rig.command('cue.disarm'), PRODUCER, rig.nowMs);
  rig.nowMs += 60_000;
  expect(await engine.fire(ARM)).toEqual(arm);
  expect(intake(engine, RUN)).toBe('ready');
  expect(await bySchedule(journal)).toHaveLength(1);
});

it('fires once over restarts, from entries and from a snapshot', async () => {
  const { engine } = await stage();
  const arm = await engine.fire(ARM);
  const go = await engine.fire(GO);
  await rig.closeAll();
  for (const _life of [2, 3]) {
    rig.nowMs += 3_600_000;
    const journal = await rig.journal();
    const next = rig.engineOn(journal);
    expect([await next.fire(ARM), await next.fire(GO)]).toEqual([arm, go]);
    expect(await bySchedule(journal)).toHaveLength(2);
    await rig.closeAll();
  }
});

it('fires once where the core is killed between the append and the answer', async () => {
  await stage();
  await rig.closeAll();
  await killedOnceWritten(rig.path, { fire: ARM });
  await killedOnceWritten(rig.path, { fire: GO });
  const journal = await rig.journal();
  const engine = rig.engineOn(journal);
  expect(intake(engine, RUN)).toBe('open');
  const [, arm, go] = await entries(journal);
  expect([await engine.fire(ARM), await engine.fire(GO)]).toEqual([arm?.answer, go?.answer]);
  expect((await bySchedule(journal)).map(({ type }) => type)).toEqual(['cue.arm', 'cue.go']);
});

it('journals a refusal with its code and keeps to it, also when nothing is in the way any more', async () => {
  const { engine } = await stage(TWO_POLLS);
  const OTHER: ScheduledAct = { ...ARM, cueId: 'q2' as PollId };
  for (const act of [ARM, GO, OTHER]) await engine.fire(act);
  const refused = await engine.fire({ ...OTHER, type: 'cue.go' });
  expect(refused).toMatchObject({ status: 'refused', code: 'lane-busy' });
  await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
  expect(await engine.fire({ ...OTHER, type: 'cue.go' })).toEqual(refused);
  await rig.closeAll();
  const journal = await rig.journal();
  const next = rig.engineOn(journal);
  expect(await next.fire({ ...OTHER, type: 'cue.go' })).toEqual(refused);
  expect((await bySchedule(journal)).at(-1)).toMatchObject({ type: 'cue.go', answer: { code: 'lane-busy' } });
  // Another trigger of the same run is another act.
  expect((await next.fire({ ...OTHER, type: 'cue.go', trigger: 'offset 90000' })).status).toBe('accepted');
});

it('opens nothing that is not armed', async () => {
  const { engine } = await stage();
  expect(await engine.fire(GO)).toMatchObject({ code: 'wrong-intake' });
});

it('never arms a regulated vote', async () => {
  const { engine } = await stage(onePoll({ class: 'regulated' }));
  expect(await engine.fire(ARM)).toMatchObject({ code: 'not-by-schedule' });
});

it('means one run: what was due in the round before, or in the other mode, does nothing to this one', async () => {
  const { engine } = await stage();
  await engine.fire(ARM);
  await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
  await engine.execute(rig.command('poll.recall'), PRODUCER, rig.nowMs);
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  expect(await engine.fire(GO)).toMatchObject({ status: 'refused', code: 'unknown-run' });
  expect(intake(engine, 'q1:live:2')).toBe('armed');
  expect(await engine.fire({ ...GO, mode: 'rehearsal', round: 2 })).toMatchObject({ code: 'unknown-run' });
  expect((await engine.fire({ ...GO, round: 2 })).status).toBe('accepted');
});

it('waits for no second after a GO, as a person has to', async () => {
  const { engine } = await stage(TWO_POLLS);
  for (const act of [ARM, GO, { ...ARM, cueId: 'q2' as PollId }]) await engine.fire(act);
  await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
  expect(await engine.execute(rig.command('cue.go', { target: 'q2' }), PRODUCER, rig.nowMs)).toMatchObject({
    code: 'too-soon',
  });
  expect((await engine.fire({ ...GO, cueId: 'q2' as PollId })).status).toBe('accepted');
});

it('decides nothing while the journal can’t be written or read, and fires when it is well again', async () => {
  const real = await rig.journal();
  let broken: 'append' | 'answerTo' | null = null;
  const fails = () => Promise.reject(new Error('disk I/O error'));
  const engine = rig.engineOn({
    ...real,
    append: (...given) => (broken === 'append' ? fails() : real.append(...given)),
    answerTo: (actor, id) => (broken === 'answerTo' ? fails() : real.answerTo(actor, id)),
  });
  await engine.importShow(SHOW, 'live');
  for (const trouble of ['append', 'answerTo'] as const) {
    broken = trouble;
    expect(await engine.fire(ARM), trouble).toMatchObject({ status: 'refused', code: 'unavailable' });
  }
  broken = null;
  expect((await engine.fire(ARM)).status).toBe('accepted');
  expect(await bySchedule(real)).toHaveLength(1);
});

const acts = fc.record({
  type: fc.constantFrom('cue.arm' as const, 'cue.go' as const),
  cueId: fc.constantFrom('q1' as PollId, 'q2' as PollId),
  mode: fc.constantFrom('live' as const, 'rehearsal' as const),
  round: fc.constantFrom(1, 2),
  trigger: fc.constantFrom('offset 0', 'offset 60000'),
});
const moves = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: acts.map((act) => ({ does: 'fire' as const, act })) },
    { weight: 1, arbitrary: acts.map((act) => ({ does: 'fire-and-die' as const, act })) },
    { weight: 1, arbitrary: fc.constant({ does: 'restart' as const }) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom<CommandType[]>('cue.arm', 'cue.disarm', 'poll.close', 'poll.recall', 'cue.rerun')
        .map((type) => ({ does: 'press' as const, type })),
    },
  ),
  { minLength: 6, maxLength: 20 },
);

it('has one entry and one answer for each act, whatever else happens and however often the core dies', async () => {
  let stories = 0;
  await fc.assert(
    fc.asyncProperty(moves, async (story) => {
      const name = `story-${++stories}.db`;
      const live = async () => {
        const journal = await rig.journalNamed(name);
        const killed = Promise.withResolvers<void>();
        const life = { journal, isDying: false, killed: killed.promise };
        const append: Journal['append'] = async (...given) => {
          await journal.append(...given);
          if (!life.isDying) return;
          killed.resolve();
          await new Promise<never>(() => {});
        };
        return Object.assign(life, { engine: rig.engineOn({ ...journal, append }) });
      };
      let life = await live();
      await life.engine.importShow(TWO_POLLS, 'live');
      const answers = new Map<string, CommandAnswer>();
      for (const move of story) {
        if (move.does === 'press') {
          const payload = move.type === 'poll.close' ? { payload: { confirmed: true } } : {};
          await life.engine.execute(rig.command(move.type, payload), PRODUCER, rig.nowMs);
        } else if (move.does === 'fire') {
          const answer = await life.engine.fire(move.act);
          const said = JSON.stringify(move.act);
          expect(answer).toEqual(answers.get(said) ?? answer);
          answers.set(said, answer);
        } else if (move.does === 'fire-and-die') {
          // On disk, and nobody is left to answer, or to write a closing snapshot.
          life.isDying = true;
          await Promise.race([life.engine.fire(move.act), life.killed]);
          rig.forget(life.engine);
          await life.journal.close();
          life = await live();
        } else {
          await rig.closeAll();
          life = await live();
        }
      }
      const fired = await bySchedule(life.journal);
      expect(new Set(fired.map(({ commandId }) => commandId)).size).toBe(fired.length);
      const opened = fired.filter(({ type, answer }) => type === 'cue.go' && answer.status === 'accepted');
      const runs = opened.map(({ command }) => (command as { runId: string }).runId);
      expect(new Set(runs).size, runs.join()).toBe(runs.length);
      for (const [act, answer] of answers) expect(await life.engine.fire(JSON.parse(act))).toEqual(answer);
      await rig.closeAll();
    }),
    { numRuns: 10 },
  );
}, 300_000);
