import { expect, test } from 'vitest';
import type { Role } from '../../../shared/protocol/commands.ts';
import type { SwitchState } from '../../../shared/protocol/desk-state.ts';
import type { Toast } from '../store/desk-store.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { NOW_MS, SHOW } from '../testing/show-fixture.ts';
import { revertToasts } from './revert-toasts.ts';
import { inOrder, shownToasts } from './toast-view.ts';

function toasts(change: Partial<SwitchState>, role: Role = 'operator') {
  const moment = momentWith({ moment: { me: { actor: 'Jonas P.', roles: [role] } } });
  return revertToasts({
    ...moment,
    show: { ...moment.show, switches: SHOW.switches.map((s) => ({ ...s, ...change })) },
  });
}

test('a pin is announced in its last minute, with who set it and how to keep it', () => {
  expect(toasts({ revertsAtMs: NOW_MS + 61_000 })).toEqual([]);
  expect(toasts({ revertsAtMs: NOW_MS + 42_300 })).toMatchObject([
    {
      what: 'Pin on “Slower results” reverts in',
      left: '43 s',
      detail: 'Set by Jonas P. Keep it for 5 min more, or let it go.',
      act: 'keep results-cadence',
    },
  ]);
});

test('it goes away when the pin reverts, is set back or is kept', () => {
  expect(toasts({ revertsAtMs: NOW_MS - 1 })).toEqual([]);
  expect(toasts({ position: 'auto', revertsAtMs: NOW_MS + 10_000 })).toEqual([]);
  expect(toasts({ revertsAtMs: NOW_MS + 340_000 })).toEqual([]);
});

test('a desk that can’t keep it is told who can', () => {
  expect(toasts({ revertsAtMs: NOW_MS + 30_000 }, 'director')).toMatchObject([
    { act: null, detail: 'Set by Jonas P. An operator can keep it.' },
  ]);
});

test('one that was clicked away stays away, until it was kept and reverts again', () => {
  const setBy = { actor: 'Jonas P.', source: 'desk:1', commandId: 'pinned', atMs: NOW_MS };
  const [first] = toasts({ revertsAtMs: NOW_MS + 30_000, setBy });
  const [again] = toasts({ revertsAtMs: NOW_MS + 50_000, setBy: { ...setBy, commandId: 'kept' } });
  if (!first || !again) throw new Error('no toast');
  const seen = new Set([first.key]);
  expect(shownToasts([first], seen)).toEqual([]);
  expect(shownToasts([again], seen)).toEqual([again]);
  // The core's clock was set: the pin is the same one.
  expect(shownToasts(toasts({ revertsAtMs: NOW_MS + 29_000, setBy }), seen)).toEqual([]);
});

test('it stands among what the core told, the newest below', () => {
  const [revert] = toasts({ revertsAtMs: NOW_MS + 30_000 });
  if (!revert) throw new Error('no toast');
  const told: Toast = {
    ...{ key: 'told', level: 'warn', message: 'told', atMs: NOW_MS },
    ...{ receivedAtMs: NOW_MS - 10_000, alarmId: null },
  };
  // Half a minute of its last one is over.
  expect(inOrder([told], [revert]).map((toast) => toast.key)).toEqual([revert.key, 'told']);
});
