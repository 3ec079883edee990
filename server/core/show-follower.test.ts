import { beforeEach, expect, it } from 'vitest';
import { EMPTY_SHOW } from '../../shared/domain/show-state.ts';
import type { StoredEntry } from '../journal/journal-messages.ts';
import type { Applied } from '../show/show-book.ts';
import { ShowFollower, type ShowFollowers } from './show-follower.ts';

/** Who heard what, in order. */
let heard: string[];
let isTurned: boolean;
let follower: ShowFollower;

const hears =
  (what: string) =>
  (...args: unknown[]) => {
    heard.push([what, ...args.filter((arg) => typeof arg !== 'object')].join(' '));
  };
const followers = (): ShowFollowers => ({
  clock: { set: hears('clock') },
  timers: { follow: hears('timers') },
  closer: { follow: hears('closer') },
  recoder: { journaled: hears('recoder') },
  desks: { applied: hears('desks'), refresh: hears('desks anew') },
});

function applied(
  type: string,
  { command = null, isAccepted = true }: { command?: unknown; isAccepted?: boolean },
): Applied {
  const entry = {
    ...{ seq: 7, commandId: 'c', actor: 'owner', type, command },
    answer: { status: isAccepted ? 'accepted' : 'refused' },
  };
  return { before: EMPTY_SHOW, after: EMPTY_SHOW, entry: entry as StoredEntry };
}

beforeEach(() => {
  heard = [];
  isTurned = false;
  follower = new ShowFollower({
    ledger: { journalIs: hears('ledger') },
    alarms: { seen: hears('alarms') },
    edges: {
      spreadRules: hears('rules'),
      sendOrders: hears('edges hold'),
      sendMeasures: hears('measures'),
    },
    measures: { follow: () => isTurned, message: () => ({ t: 'measures', rev: 1, on: [] }) },
    board: { post: hears('board') },
    onOrders: hears('supervisor holds'),
    onRestartEdges: hears('restart'),
  });
});

it('tells nobody of a show that is only being made but the ledger, which is bound to the journal', () => {
  follower.applied(applied('show.import', {}));
  follower.held({ before: EMPTY_SHOW, after: EMPTY_SHOW });
  follower.orders([]);
  expect(heard).toEqual(['ledger', 'supervisor holds', 'edges hold']);
});

it('tells of the show as it is when everybody is there', () => {
  follower.start(followers(), EMPTY_SHOW);
  expect(heard).toEqual(['rules', 'board', 'timers', 'closer']);
});

it('gives rules before states, states before the measures that they carry, and desks their entry last', () => {
  follower.start(followers(), EMPTY_SHOW);
  heard = [];
  isTurned = true;
  follower.applied(applied('switch.set', {}));
  expect(heard).toEqual(['ledger', 'rules', 'board', 'measures', 'timers', 'closer', 'desks']);
});

it('sets the clock before anything that counts by it', () => {
  follower.start(followers(), EMPTY_SHOW);
  heard = [];
  follower.applied(applied('system.clock', { command: { byMs: 900 } }));
  expect(heard).toEqual(['ledger', 'clock 900', 'rules', 'board', 'timers', 'closer', 'desks']);
});

it('does what an accepted entry asks for, and nothing for a refused one', () => {
  follower.start(followers(), EMPTY_SHOW);
  const asks = [
    ['alarm.seen', { payload: { id: 'a1' } }, 'alarms a1'],
    ['rehearsal.recode', null, 'recoder owner c'],
    ['edges.restart', { payload: { reason: 'new key' } }, 'restart by owner: new key'],
    ['system.clock', { byMs: 900 }, 'clock 900'],
  ] as const;
  for (const [type, command, what] of asks) {
    heard = [];
    follower.applied(applied(type, { command, isAccepted: false }));
    expect(heard).not.toContain(what);
    follower.applied(applied(type, { command }));
    expect(heard).toContain(what);
  }
});

it('says who asked for a restart of the edges by their name', () => {
  const asked = applied('edges.restart', { command: { payload: { reason: 'slow' } } });
  follower.applied(asked);
  follower.applied({ ...asked, after: { ...EMPTY_SHOW, persons: { owner: 'Olga B.' } } });
  expect(heard.filter((what) => what.startsWith('restart'))).toEqual([
    'restart by owner: slow',
    'restart by Olga B.: slow',
  ]);
});

it('gives orders to those who outlive this core before desks are told', () => {
  follower.start(followers(), EMPTY_SHOW);
  heard = [];
  follower.orders([]);
  expect(heard).toEqual(['supervisor holds', 'edges hold', 'desks anew']);
});
