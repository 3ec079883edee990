import { expect, test } from 'vitest';
import type { Who } from '../../shared/domain/roles.ts';
import type { Command, CommandAnswer } from '../../shared/protocol/commands.ts';
import type { CommandId } from '../../shared/protocol/ids.ts';
import type { CodeChange } from '../../shared/protocol/process.ts';
import { Recoder } from './recoder.ts';

const OPERATOR: Who = { actor: 'olga', roles: ['operator'], source: 'desk' };
const ACCEPTED: CommandAnswer = { status: 'accepted', revision: 7, atMs: 1_000 };

function recode(id: string): Command {
  return { type: 'rehearsal.recode', id: id as CommandId, clientTimeMs: 1_000 };
}

interface World {
  /** What the journal makes of a command. */
  answer: CommandAnswer;
  /** What the disk makes of a new code: a sentence, null for taken; undefined: it never answers. */
  disk: string | null | undefined;
}

/** The recoder between an engine that journals what it accepts, and a supervisor that says when a code is in force. */
function stage(world: World) {
  const happened: string[] = [];
  const answers = new Map<string, CommandAnswer>();
  const asked: CodeChange[] = [];
  const arrivedMs: number[] = [];
  const recoder: Recoder = new Recoder({
    engine: () => ({
      answerTo: async (_who, commandId) => answers.get(commandId) ?? null,
      async execute(command, who, arrivedAtMs) {
        arrivedMs.push(arrivedAtMs);
        const known = answers.get(command.id);
        if (known !== undefined) return known;
        happened.push(`execute ${command.type} ${command.id}`);
        if (world.answer.status === 'accepted') recoder.journaled(who.actor, command.id);
        answers.set(command.id, world.answer);
        return world.answer;
      },
    }),
    nowMs: () => 1_000,
    ask(change) {
      asked.push(change);
      happened.push(`ask for ${change.commandId}`);
      const { disk } = world;
      if (disk !== undefined) setImmediate(() => recoder.prepared(change.id, disk));
    },
    decide(id, accepted) {
      const { commandId } = asked.find((change) => change.id === id) ?? {};
      happened.push(`${accepted ? 'take' : 'leave'} the code of ${commandId}`);
      if (accepted) setImmediate(() => recoder.recoded(id));
    },
  });
  return { recoder, happened, arrivedMs };
}

test('a new code is on disk before the journal has the command, and in force after', async () => {
  const { recoder, happened } = stage({ answer: ACCEPTED, disk: null });
  expect(await recoder.execute(recode('c1'), OPERATOR, 1_000)).toEqual(ACCEPTED);
  expect(happened).toEqual(['ask for c1', 'execute rehearsal.recode c1', 'take the code of c1']);
});

test('what is sent again is the same act, whatever the disk says by then', async () => {
  const world: World = { answer: ACCEPTED, disk: null };
  const { recoder, happened } = stage(world);
  await recoder.execute(recode('c1'), OPERATOR, 1_000);
  world.disk = 'no room';
  expect(await recoder.execute(recode('c1'), OPERATOR, 1_000)).toEqual(ACCEPTED);
  expect(happened).toHaveLength(3);
});

test('a disk that takes none refuses it before the journal hears of it, with its own words', async () => {
  const { recoder, happened } = stage({ answer: ACCEPTED, disk: 'keys.json can’t be written.' });
  const answer = await recoder.execute(recode('c1'), OPERATOR, 1_000);
  expect(answer).toMatchObject({ status: 'refused', code: 'unavailable' });
  expect(JSON.stringify(answer)).toContain('keys.json can’t be written.');
  expect(happened).toEqual(['ask for c1', 'leave the code of c1']);
});

test('a disk that never answers refuses it as well', async () => {
  const { recoder, happened } = stage({ answer: ACCEPTED, disk: undefined });
  expect(await recoder.execute(recode('c1'), OPERATOR, 1_000)).toMatchObject({
    status: 'refused',
    code: 'unavailable',
  });
  expect(happened).toEqual(['ask for c1', 'leave the code of c1']);
});

test('where the journal refuses it, the code on disk is left', async () => {
  const answer: CommandAnswer = { status: 'refused', code: 'unavailable', message: 'no', serverNowMs: 1_000 };
  const { recoder, happened } = stage({ answer, disk: null });
  expect(await recoder.execute(recode('c1'), OPERATOR, 1_000)).toEqual(answer);
  expect(happened.at(-1)).toBe('leave the code of c1');
});

test('two at once go one after the other, each to its end', async () => {
  const { recoder, happened } = stage({ answer: ACCEPTED, disk: null });
  await Promise.all(['c1', 'c2'].map((id) => recoder.execute(recode(id), OPERATOR, 1_000)));
  expect(happened.map((what) => what.split(' ').find((word) => /^c\d/.test(word)))).toEqual([
    ...['c1', 'c1', 'c1'],
    ...['c2', 'c2', 'c2'],
  ]);
});

test('the second of two grows old as well while a disk that hangs keeps the first', async () => {
  const world: World = { answer: ACCEPTED, disk: undefined };
  const { recoder, arrivedMs } = stage(world);
  const first = recoder.execute(recode('c1'), OPERATOR, 1_000);
  const second = recoder.execute(recode('c2'), OPERATOR, 1_000);
  expect(await first).toMatchObject({ status: 'refused' });
  world.disk = null;
  await second;
  expect(arrivedMs).toHaveLength(1);
  // A timer may come a millisecond early.
  expect(arrivedMs[0]).toBeGreaterThan(1_000 + 1_990);
});

test('who may not, and every other command, goes straight to the engine', async () => {
  const { recoder, happened } = stage({ answer: ACCEPTED, disk: null });
  await recoder.execute(recode('c1'), { ...OPERATOR, roles: ['director'] }, 1_000);
  await recoder.execute({ type: 'show.clear', id: 'c2' as CommandId, clientTimeMs: 1_000 }, OPERATOR, 1_000);
  expect(happened.filter((what) => what.startsWith('ask'))).toEqual([]);
});
