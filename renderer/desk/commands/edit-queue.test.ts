import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import { ticked } from '../store/desk-store.ts';
import { cueId } from '../testing/show-fixture.ts';
import { createEditQueue } from './edit-queue.ts';
import { FROM, Rig, type Sent } from './edit-queue-rig.test-part.ts';

const text = (cue: number, words: string): CommandIntent => ({
  type: 'cue.edit',
  target: cueId(cue),
  payload: { cue: { text: words } },
});
const label = (cue: number, words: string): CommandIntent => ({
  type: 'cue.edit',
  target: cueId(cue),
  payload: { cue: { label: words } as never },
});
const textsOf = ({ sent }: Rig) =>
  sent.map(({ command }) => (command.type === 'cue.edit' ? command.payload.cue.text : command.type));

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});

test('a text that is kept while another one is under way goes out after it, and names the revision that it left', async () => {
  const first = rig.queue.keep(text(9, 'one'), FROM);
  const second = rig.queue.keep(label(9, 'two'), FROM);
  await rig.settle();
  expect(rig.sent).toHaveLength(1);
  rig.accept(rig.sent[0]);
  expect(await first).toMatchObject({ kind: 'accepted' });
  await rig.settle();
  expect(rig.sent, 'what the first changed is not on screen yet').toHaveLength(1);
  rig.show();
  await rig.settle();
  expect(rig.sent[1]?.command).toMatchObject({ payload: { cue: { label: 'two' } }, expectedRevision: 43 });
  rig.accept(rig.sent[1]);
  expect(await second).toMatchObject({ kind: 'accepted' });
});

test('a later keep of a field takes the place of one that waits, and never of one that is out', async () => {
  void rig.queue.keep(text(9, 'one'), FROM);
  const second = rig.queue.keep(text(9, 'two'), FROM);
  const third = rig.queue.keep(text(9, 'three'), FROM);
  expect(await second).toEqual({ kind: 'replaced' });
  await rig.settle();
  rig.accept(rig.sent[0]);
  await rig.settle();
  rig.show();
  await rig.settle();
  rig.accept(rig.sent[1]);
  expect(await third).toMatchObject({ kind: 'accepted' });
  expect(textsOf(rig)).toEqual(['one', 'three']);
});

test('what comes after a keep is not overtaken by the keep that replaces it', async () => {
  void rig.queue.keep(text(9, 'one'), FROM);
  void rig.queue.keep(text(9, 'two'), FROM);
  void rig.queue.keep({ type: 'cue.remove', target: cueId(9) }, FROM);
  void rig.queue.keep(text(9, 'three'), FROM);
  for (let n = 0; n < 3; n++) {
    await rig.settle();
    rig.accept(rig.sent[n]);
    await rig.settle();
    rig.show();
  }
  expect(textsOf(rig)).toEqual(['one', 'cue.remove', 'three']);
});

test('cues do not wait for one another, and the rundown’s changes go out in order', async () => {
  void rig.queue.keep(text(9, 'nine'), FROM);
  void rig.queue.keep(text(10, 'ten'), FROM);
  void rig.queue.keep({ type: 'cue.move', target: cueId(11), payload: { before: null } }, FROM);
  void rig.queue.keep({ type: 'cue.move', target: cueId(12), payload: { before: null } }, FROM);
  await rig.settle();
  expect(textsOf(rig)).toEqual(['nine', 'ten', 'cue.move']);
  expect(rig.sent[2]?.command).toMatchObject({ target: cueId(11) });
});

test.each([
  ['refused', (s: Sent) => s.answer({ status: 'refused', code: 'frozen', message: 'It is armed.', serverNowMs: 1 })],
  ['error', (s: Sent) => s.answer({ error: { code: 'unavailable', message: 'Broken.' } })],
  ['never-seen', (s: Sent) => s.lose()],
] as const)('one that is %s does not lose those behind it', async (kind, answer) => {
  const first = rig.queue.keep(text(9, 'one'), FROM);
  void rig.queue.keep(label(9, 'two'), FROM);
  await rig.settle();
  const [sent] = rig.sent;
  if (sent) answer(sent);
  expect(await first).toMatchObject({ kind });
  await rig.settle();
  expect(rig.sent).toHaveLength(2);
});

test('when the link goes, what waits is told so, logged, and not sent when it is back', async () => {
  const first = rig.queue.keep(text(9, 'one'), FROM);
  const second = rig.queue.keep(label(9, 'two'), FROM);
  await rig.settle();
  rig.link(false);
  expect(await second).toMatchObject({ kind: 'not-sent' });
  expect(rig.store.getState().last).toMatchObject({
    remark: { text: 'cue.edit cue-9 not sent: there is no link to the core' },
  });
  await rig.settle();
  expect(rig.logged.map(({ outcome }) => outcome)).toEqual(['not-sent']);
  rig.link(true);
  rig.sent[0]?.lose();
  expect(await first).toEqual({ kind: 'never-seen' });
  await rig.settle();
  expect(rig.sent).toHaveLength(1);
  expect(rig.queue.pending()).toBe(0);
});

test('a link that falls silent is gone as well', async () => {
  void rig.queue.keep(text(9, 'one'), FROM);
  const second = rig.queue.keep(label(9, 'two'), FROM);
  await rig.settle();
  rig.nowMs += 2_500;
  rig.store.setState((data) => ticked(data, rig.nowMs));
  expect(await second).toMatchObject({ kind: 'not-sent' });
});

test('an edit behind nothing says itself that there is no link, as every press does', async () => {
  rig.link(false);
  expect(await rig.queue.keep(text(9, 'one'), FROM)).toMatchObject({ kind: 'not-sent' });
  expect(rig.store.getState().commands[`cue.edit ${cueId(9)}`]?.phase).toMatchObject({ outcome: { kind: 'not-sent' } });
});

test('a second press of an act is still dropped, and the second right answer is not', async () => {
  const go: CommandIntent = { type: 'cue.go', target: cueId(8) };
  void rig.queue.send(go, FROM);
  expect(await rig.queue.send(go, FROM)).toBeNull();
  const answer = (option: string) =>
    ({ type: 'poll.answer', target: cueId(8), payload: { answer: [option] } }) as unknown as CommandIntent;
  void rig.queue.send(answer('a'), FROM);
  void rig.queue.send(answer('b'), FROM);
  await rig.settle();
  rig.accept(rig.sent[1]);
  await rig.settle();
  rig.show();
  await rig.settle();
  expect(rig.sent.map(({ command }) => command.type)).toEqual(['cue.go', 'poll.answer', 'poll.answer']);
  await vi.waitFor(() => expect(rig.queue.pending()).toBe(1));
});

test('an edit waits for an act of the same kind on the same cue', async () => {
  void rig.queue.send({ type: 'poll.answer', target: cueId(8), payload: { reveal: true } }, FROM);
  void rig.queue.keep(
    { type: 'poll.answer', target: cueId(8), payload: { answer: ['a'] } } as unknown as CommandIntent,
    FROM,
  );
  await rig.settle();
  expect(rig.sent).toHaveLength(1);
  rig.accept(rig.sent[0]);
  await rig.settle();
  rig.show();
  await rig.settle();
  expect(rig.sent).toHaveLength(2);
});

test('a fault in sending one is told to who kept it, and does not hold up the others', async () => {
  const sent: CommandIntent[] = [];
  const queue = createEditQueue({
    store: rig.store,
    clock: { nowMs: () => rig.nowMs },
    sender: {
      send(intent) {
        sent.push(intent);
        return Promise.reject(new Error('the log broke'));
      },
      giveUp: () => {},
    },
  });
  const first = queue.keep(text(9, 'one'), FROM);
  const second = queue.keep(label(9, 'two'), FROM);
  await expect(first).rejects.toThrow('the log broke');
  await expect(second).rejects.toThrow('the log broke');
  expect(sent).toHaveLength(2);
});
