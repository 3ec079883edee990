import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Command } from '../../../shared/protocol/commands.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { cueId } from '../testing/show-fixture.ts';
import type { Kept } from './edit-queue.ts';
import { FROM, Rig, type Sent } from './edit-queue-rig.test-part.ts';

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
