/** Two tabs of one phone: an accepted receipt is the phone's receipt, whatever else is answered, and when. */
import { beforeEach, expect, test } from 'vitest';
import type { ReceiptStatus } from '../../shared/protocol/audience.ts';
import type { BallotId, OptionId } from '../../shared/protocol/ids.ts';
import type { Session } from './session.ts';
import type { FakeSocket } from './testing/fake-env.ts';
import { ballotsOf, OPEN, PageRig } from './testing/page-rig.ts';
import { LEO, MIRA, poll, receipt, SERVER_NOW_MS, state } from './testing/samples.ts';
import { viewOf } from './view-model.ts';

let rig: PageRig;
beforeEach(() => {
  rig = new PageRig();
});

interface Tab {
  session: Session;
  socket: FakeSocket;
}

function tab(): Tab {
  const session = rig.open();
  return { session, socket: rig.arrive({ token: 'seat', state: OPEN }) };
}

function vote({ session, socket }: Tab, choice: OptionId): BallotId {
  session.choose(choice);
  session.cast();
  const ballot = ballotsOf(socket).at(-1);
  if (ballot === undefined) throw new Error('no ballot was sent');
  return ballot.id;
}

const answer = ({ socket }: Tab, id: BallotId, status: ReceiptStatus) =>
  socket.say({ t: 'receipt', receipt: receipt(id, { status }) });

/** Two tabs that have each sent a vote before either heard of the other's. */
function atOnce(): { one: Tab; two: Tab; first: BallotId; second: BallotId } {
  const [one, two] = [tab(), tab()];
  return { one, two, first: vote(one, LEO), second: vote(two, MIRA) };
}

/** What a page shows that is loaded after the show: the receipt on this phone. */
function afterReload(): string {
  const later = rig.open();
  const closed = poll({ intake: 'closed', closesAtMs: SERVER_NOW_MS });
  rig.arrive({ state: state({ rev: 9, poll: closed }) });
  const { moment } = viewOf(later.model(), rig.env.nowMs());
  return moment.kind === 'plain' ? (moment.mine?.title ?? 'nothing') : moment.name;
}

test.each(['accepted first', 'duplicate first'])(
  'the accepted one is shown in both tabs and after a reload, %s',
  (order) => {
    const { one, two, first, second } = atOnce();
    const answers = [() => answer(one, first, 'accepted'), () => answer(two, second, 'duplicate')];
    for (const say of order === 'accepted first' ? answers : answers.reverse()) {
      say();
      one.session.storageChanged();
      two.session.storageChanged();
    }
    expect(rig.moment(one.session)).toBe('accepted');
    expect(rig.moment(two.session)).toBe('accepted');
    for (const { session } of [one, two]) session.stop();
    expect(afterReload()).toBe('Your vote is in: Leo Okafor');
  },
);

test('a tab that is told of nothing leaves the other’s accepted receipt on the phone', () => {
  const { one, two, first, second } = atOnce();
  answer(one, first, 'accepted');
  answer(two, second, 'duplicate');
  expect(rig.moment(one.session)).toBe('accepted');
  expect(rig.moment(two.session)).toBe('accepted');
  for (const { session } of [one, two]) session.stop();
  expect(afterReload()).toBe('Your vote is in: Leo Okafor');
});

test('a tab that is answered "duplicate" asks for the receipt of the other, which was closed before its own came', () => {
  const { one, two, first, second } = atOnce();
  one.session.stop();
  answer(two, second, 'duplicate');
  expect(rig.moment(two.session)).toBe('sent');
  expect(ballotsOf(two.socket).at(-1)?.id).toBe(first);
  answer(two, first, 'accepted');
  expect(rig.moment(two.session)).toBe('accepted');
  two.session.stop();
  expect(afterReload()).toBe('Your vote is in: Leo Okafor');
});

test('both tabs closed before any answer: the next page asks for both', () => {
  const { one, two, first, second } = atOnce();
  one.session.stop();
  two.session.stop();
  const later = tab();
  const asked = () => ballotsOf(later.socket).at(-1)?.id;
  for (let i = 0; i < 2; i++) {
    const id = asked();
    if (id === undefined) throw new Error('nothing was asked for');
    answer(later, id, id === first ? 'accepted' : 'duplicate');
  }
  expect(new Set(ballotsOf(later.socket).map(({ id }) => id)).has(first)).toBe(true);
  expect([first, second]).toContain(asked());
  expect(rig.moment(later.session)).toBe('accepted');
});

test('an accepted receipt that comes after another answer to the same ballot wins', () => {
  const one = tab();
  const id = vote(one, LEO);
  answer(one, id, 'late');
  answer(one, id, 'accepted');
  expect(rig.moment(one.session)).toBe('accepted');
  answer(one, id, 'duplicate');
  expect(rig.moment(one.session)).toBe('accepted');
});

test('where neither was accepted, the phone says what it was told', () => {
  const { one, two, first, second } = atOnce();
  answer(one, first, 'late');
  answer(two, second, 'late');
  one.session.storageChanged();
  expect(rig.moment(one.session)).toBe('not-counted');
  for (const { session } of [one, two]) session.stop();
  expect(afterReload()).toMatch(/^Not counted: /);
});
