/** Wherever the desk says who did something it says what that person is called, and goes by their id all the same. */
import { describe, expect, test } from 'vitest';
import { mayCommand } from '../../shared/domain/guards.ts';
import type { PersonNames } from '../../shared/domain/persons.ts';
import type { DeskCue } from '../../shared/protocol/desk-state.ts';
import { actionView } from './actions/action-view.ts';
import { ACTS } from './actions/acts.ts';
import { overlayView } from './director/overlay-view.ts';
import { pollView } from './director/poll-view.ts';
import { asLine, exportRecord } from './log/log-export.ts';
import { facetsOf, matcher } from './log/log-filter.ts';
import { deskRow, journalRow } from './log/log-row.ts';
import type { DeskEntry } from './logbook/desk-entry.ts';
import { boardView } from './operator/board-view.ts';
import { youAre } from './settings/settings-view.ts';
import { NO_FILTER } from './store/log-window.ts';
import { guardContext, type Moment } from './store/moment.ts';
import { momentWith } from './testing/moment-fixture.ts';
import { at, cueId, NOW_MS, SHOW } from './testing/show-fixture.ts';
import { revertToasts } from './toasts/revert-toasts.ts';
import { topBarView } from './top-bar/top-bar-view.ts';
import { airView } from './transport/air-view.ts';
import { goView } from './transport/go-view.ts';

const ID = 'p-9';
const ACT = { actor: ID, source: 'desk:1', commandId: 'c-1', atMs: at(21, 10, 0) };

/** The fixture's show in which this person has done all that a desk tells of; `others`: changes of cue 7, 8 and 10. */
function momentOf(people: PersonNames, others: { seven?: Partial<DeskCue>; ten?: Partial<DeskCue> } = {}): Moment {
  const moment = momentWith({
    show: { ...(Object.keys(people).length === 0 ? {} : { people }), control: ACT },
    cues: {
      [cueId(7)]: { lastAct: ACT, ...others.seven },
      [cueId(8)]: { intake: 'ready' },
      [cueId(10)]: { intake: 'ready', class: 'regulated', armAskedBy: ID, voidAskedBy: ID, ...others.ten },
    },
    moment: { me: { actor: ID, roles: ['owner'] } },
  });
  const switches = moment.show.switches.map((one) => ({
    ...one,
    ...{ position: 'on' as const, setBy: ACT, revertsAtMs: NOW_MS + 30_000 },
  }));
  return { ...moment, show: { ...moment.show, switches } };
}
const verified = { seven: { intake: 'verified', verifiedBy: ID } } as const;
const inFocus = (moment: Moment): Moment => ({ ...moment, window: { ...moment.window, selected: cueId(10) } });
const sevenOf = ({ show }: Moment): DeskCue => {
  const cue = show.cues.find(({ id }) => id === cueId(7));
  if (cue === undefined) throw new Error('the fixture has no cue 7');
  return cue;
};

const PLACES: Readonly<Record<string, (people: PersonNames) => unknown>> = {
  'who is in control': (people) => topBarView(momentOf(people)).control?.name,
  'who set a switch': (people) => boardView(momentOf(people)).rows[0]?.setBy,
  'whose pin reverts': (people) => revertToasts(momentOf(people))[0]?.detail,
  'who armed what GO fires': (people) =>
    goView(
      momentOf(people, { seven: { intake: 'closed' }, ten: { intake: 'armed', class: 'regulated', armedBy: ID } }),
    ),
  'who verified the run on air': (people) => airView(momentOf(people, verified)),
  'who verified the watched poll': (people) => {
    const moment = momentOf(people, verified);
    return pollView({ moment, cue: sevenOf(moment), points: [] }).meta;
  },
  'who verified what TAKE waits for': (people) => {
    const moment = momentOf(people, verified);
    return overlayView(moment, sevenOf(moment)).steps;
  },
  'who asked for a second person to arm': (people) => {
    const moment = inFocus(momentOf(people));
    return ACTS.arm.at({ ...moment, me: { actor: 'another', roles: ['owner'] } }).say;
  },
  'who asked for a second person to void': (people) => {
    const moment = inFocus(momentOf(people, { ten: { intake: 'verified' } }));
    return actionView('void', { ...moment, me: { actor: 'another', roles: ['owner'] } });
  },
  'who changed the cue meanwhile': (people) => {
    const moment = momentOf(people);
    const late = { type: 'poll.extend', target: cueId(7), payload: { byMs: 10_000 }, expectedRevision: 1 } as const;
    return mayCommand(moment.show, late, guardContext(moment))?.message;
  },
  'who you are': (people) => youAre({ actor: ID, roles: [] }, momentOf(people).show.show).value,
};

describe('a person is told by their name, and by their id where nobody has given them one:', () => {
  test.each(Object.entries(PLACES))('%s', (_, said) => {
    const text = (people: PersonNames) =>
      JSON.stringify(said(people)).replaceAll(/"[a-zA-Z]*(By|actor)":"[^"]*",?/g, '');
    expect(text({})).toContain(ID);
    for (const name of ['Nadia Renn', 'Nadia Okafor']) {
      const named = text({ [ID]: name });
      expect(named).toContain(name);
      expect(named).not.toContain(ID);
    }
  });
});

test('what is mine goes by the id, whatever I am called by now', () => {
  expect(topBarView(momentOf({ [ID]: 'Nadia Renn' })).control).toEqual({ name: 'Nadia Renn', mine: true });
  const other = { ...momentOf({ [ID]: 'Nadia', other: 'Nadia' }), me: { actor: 'other', roles: [] } };
  expect(topBarView(other).control).toEqual({ name: 'Nadia', mine: false });
  // The second person is another one, under the same name as well.
  const arm = { type: 'cue.arm', target: cueId(10) } as const;
  const regulated = (me: Moment['me']) => {
    const moment = { ...momentOf({ [ID]: 'Nadia', other: 'Nadia' }), me };
    return mayCommand(moment.show, arm, { ...guardContext(moment), identityConnected: true })?.code;
  };
  expect(regulated({ actor: ID, roles: ['owner'] })).toBe('second-person');
  expect(regulated({ actor: 'other', roles: ['owner'] })).not.toBe('second-person');
});

test('you are called as you signed in until the show says otherwise, and then as it does', () => {
  const me = { actor: ID, name: 'Nadia', roles: [] };
  expect(youAre(null, null).value).toBe('not signed in');
  expect(youAre(me, null).value).toBe('Nadia');
  expect(youAre(me, { ...SHOW.show, people: { [ID]: 'Nadia Renn' } }).value).toBe('Nadia Renn');
});

describe('the log', () => {
  const names = (people: PersonNames) => ({ cues: new Map(), people });
  const answer = { status: 'refused', code: 'lane-busy', message: '', conflict: ACT, serverNowMs: 0 } as const;
  const entry = {
    ...{ revision: 44, atMs: at(21, 14, 22), actor: ID, source: 'browser:9e77', commandId: 'x', type: 'cue.go' },
    ...{ command: null, answer },
  };
  const own: DeskEntry = {
    ...{ seq: 1, id: 'x', atMs: entry.atMs, actor: ID, source: 'key', type: 'cue.go', target: null, command: null },
    ...{
      outcome: 'refused',
      code: 'lane-busy',
      message: null,
      latencyMs: 1,
      answer,
      loggedLate: false,
      settled: false,
    },
  };
  const rowsOf = (people: PersonNames) => [journalRow(entry, names(people)), deskRow(own, names(people))];

  test.each([0, 1])(
    'says in its line, its filter and its file what they are called, and keeps the id (%i)',
    (which) => {
      const row = (people: PersonNames) => {
        const one = rowsOf(people)[which];
        if (one === undefined) throw new Error('there is no such row');
        return one;
      };
      expect(exportRecord('show', row({}))).toMatchObject({ who: ID, wonBy: ID, actor: ID, wonByActor: ID });
      const named = row({ [ID]: 'Nadia' });
      expect(exportRecord('show', named)).toMatchObject({ who: 'Nadia', wonBy: 'Nadia', actor: ID, wonByActor: ID });
      expect(named.conflict?.who).toBe('Nadia');
      expect(asLine(named)).toContain('Nadia');
      expect(facetsOf([named]).people).toEqual([{ id: ID, name: 'Nadia' }]);
      for (const query of ['nadia', ID]) expect(matcher({ ...NO_FILTER, query })(named)).toBe(true);
      // What was chosen before a rename still finds them.
      expect(matcher({ ...NO_FILTER, who: ID })(named)).toBe(true);
    },
  );
});
