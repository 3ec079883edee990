import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Command } from '../../../shared/protocol/commands.ts';
import type { CommandAck } from '../../../shared/protocol/desk-events.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { newCommandId } from '../host/new-id.ts';
import { createDeskStore, type DeskStore, snapshotCame, socketChanged, ticked } from '../store/desk-store.ts';
import { cueId, SHOW } from '../testing/show-fixture.ts';
import { createEditQueue, type EditQueue, type Kept } from './edit-queue.ts';
import { createSender } from './send-command.ts';

const FROM = { source: 'dialog', actionId: 'editor' } as const;

interface Sent {
  command: Command;
  answer(ack: CommandAck): void;
  /** No answer came in time. */
  lose(): void;
}

/** A desk with a line that answers when the test says so. */
class Rig {
  readonly store: DeskStore = createDeskStore();
  readonly sent: Sent[] = [];
  readonly logged: { outcome: string; id: string }[] = [];
  readonly queue: EditQueue;
  nowMs = 50_000;
  revision = 42;

  constructor() {
    this.show();
    this.link(true);
    const clock = { nowMs: () => this.nowMs };
    const sender = createSender({
      store: this.store,
      clock,
      line: {
        emit: (command) =>
          new Promise((resolve, reject) => {
            this.sent.push({ command, answer: resolve, lose: () => reject(new Error('timeout')) });
          }),
        lookup: () => Promise.resolve({ status: 'never-seen' }),
      },
      log: {
        intent: () => Promise.resolve({ inTime: true }),
        outcome: ({ outcome, id }) => void this.logged.push({ outcome, id }),
      },
      newId: newCommandId,
      labelOf: (intent) => ('target' in intent ? `${intent.type} ${intent.target}` : intent.type),
    });
    this.queue = createEditQueue({ store: this.store, clock, sender });
  }

  /** What was changed up to a revision comes on screen. */
  show(): void {
    const state = { ...SHOW, revision: this.revision, cues: SHOW.cues.map((c) => ({ ...c, revision: this.revision })) };
    this.store.setState((data) =>
      snapshotCame(data, { revision: this.revision, serverNowMs: this.nowMs, state }, this.nowMs),
    );
  }

  link(joined: boolean): void {
    this.store.setState((data) => socketChanged(data, { joined, attempt: joined ? 0 : 1, nowMs: this.nowMs }));
  }

  accept(sent: Sent | undefined): void {
    this.revision += 1;
    sent?.answer({ status: 'accepted', revision: this.revision, atMs: 1 });
  }

  /** Lets everything that is due happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  }
}

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

const FIELDS = ['text', 'label', 'note'] as const;
type Step =
  | { do: 'keep'; cue: PollId; field: (typeof FIELDS)[number] }
  | { do: 'move'; cue: PollId }
  | { do: 'answer'; how: 'accept' | 'refuse' | 'error' | 'lose'; which: number }
  | { do: 'show' }
  | { do: 'link'; joined: boolean };

const aCue = fc.constantFrom(cueId(8), cueId(9), cueId(10));
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('keep' as const), cue: aCue, field: fc.constantFrom(...FIELDS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), cue: aCue }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      how: fc.constantFrom('accept' as const, 'accept' as const, 'refuse' as const, 'error' as const, 'lose' as const),
      which: fc.nat({ max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'show' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('link' as const), joined: fc.boolean() }) },
);

/** What the test knows of a keep: its number is what it would send, so that the line shows which one it was. */
interface Known {
  n: number;
  about: readonly string[];
  field: string;
  kept: Kept | null;
  /** It waited when the link went. */
  cutOff: boolean;
}

/** The desk's own word for the revision goes before the queue's. */
const numberIn = ({ expectedRevision }: Command): number => expectedRevision ?? -1;

test('whatever comes in between: in order, one at a time, the last keep of a field, nothing late, nothing forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 5, maxLength: 40 }), async (steps) => {
      const r = new Rig();
      const known: Known[] = [];
      const open: Sent[] = [];
      let seen = 0;
      const look = async () => {
        await r.settle();
        for (; seen < r.sent.length; seen++) {
          const sent = r.sent[seen];
          if (sent === undefined) continue;
          const own = known[numberIn(sent.command)];
          if (own === undefined) throw new Error('something was sent that nobody kept');
          expect(own.cutOff, 'sent although it waited when the link went').toBe(false);
          const others = open.map(({ command }) => known[numberIn(command)]?.about ?? []);
          expect(
            others.flat().some((one) => own.about.includes(one)),
            'two of one cue under way',
          ).toBe(false);
          open.push(sent);
        }
      };
      const keep = (intent: CommandIntent, about: readonly string[], field: string) => {
        const one: Known = { n: known.length, about, field, kept: null, cutOff: false };
        known.push(one);
        void r.queue.keep({ ...intent, expectedRevision: one.n }, FROM).then((kept) => {
          one.kept = kept;
        });
      };
      for (const step of steps) {
        switch (step.do) {
          case 'keep':
            keep(
              { type: 'cue.edit', target: step.cue, payload: { cue: { [step.field]: 'x' } } } as CommandIntent,
              [step.cue],
              `${step.cue} ${step.field}`,
            );
            break;
          case 'move':
            keep(
              { type: 'cue.move', target: step.cue, payload: { before: null } },
              ['show', step.cue],
              `${step.cue} move`,
            );
            break;
          case 'answer': {
            const [sent] = open.splice(step.which % Math.max(1, open.length), 1);
            if (step.how === 'accept') r.accept(sent);
            else if (step.how === 'lose') sent?.lose();
            else if (step.how === 'error') sent?.answer({ error: { code: 'unavailable', message: 'Broken.' } });
            else sent?.answer({ status: 'refused', code: 'frozen', message: 'No.', serverNowMs: 1 });
            break;
          }
          case 'show':
            r.show();
            break;
          case 'link': {
            const out = new Set(r.sent.map(({ command }) => numberIn(command)));
            if (!step.joined) {
              for (const one of known) if (one.kept === null && !out.has(one.n)) one.cutOff = true;
            }
            r.link(step.joined);
          }
        }
        await look();
      }
      r.link(true);
      while (r.queue.pending() > 0) {
        for (const sent of open.splice(0)) r.accept(sent);
        await look();
        r.show();
        await look();
      }
      const order = r.sent.map(({ command }) => known[numberIn(command)]);
      order.forEach((one, i) => {
        for (const later of order.slice(i + 1)) {
          const together = one?.about.some((about) => later?.about.includes(about)) ?? false;
          if (together) expect(one?.n, 'out of order').toBeLessThan(later?.n ?? -1);
        }
      });
      for (const { n, kept, field } of known) {
        expect(kept, `keep ${n} was never settled`).not.toBeNull();
        const wasSent = order.some((one) => one?.n === n);
        if (kept?.kind === 'replaced') {
          expect(wasSent).toBe(false);
          expect(known.some((other) => other.n > n && other.field === field)).toBe(true);
        } else if (kept?.kind === 'not-sent') expect(wasSent).toBe(false);
        else expect(wasSent).toBe(true);
      }
      for (const field of new Set(known.map((one) => one.field))) {
        expect(known.filter((one) => one.field === field).at(-1)?.kept?.kind).not.toBe('replaced');
      }
    }),
    { numRuns: 300 },
  );
});
