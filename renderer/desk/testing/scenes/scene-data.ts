/** The desk's data at the fixture's moment, for scenes. */
import type { DeskCue } from '../../../../shared/protocol/desk-state.ts';
import type { Vitals } from '../../../../shared/protocol/vitals.ts';
import { type DeskData, EMPTY_DESK } from '../../store/desk-store.ts';
import { momentWith } from '../moment-fixture.ts';
import { NOW_MS } from '../show-fixture.ts';

interface Change {
  cues: Readonly<Record<string, Partial<DeskCue>>>;
  show: Parameters<typeof momentWith>[0]['show'];
  vitals: Partial<Vitals>;
  desk: Partial<DeskData>;
}

/** The desk at the fixture's moment, with what is different about it. */
export function desk(change: Partial<Change>): DeskData {
  const { show, vitals } = momentWith({
    ...(change.cues ? { cues: change.cues } : {}),
    ...(change.show ? { show: change.show } : {}),
    ...(change.vitals ? { vitals: change.vitals } : {}),
  });
  return {
    ...EMPTY_DESK,
    localNowMs: NOW_MS,
    session: { kind: 'open', me: { actor: 'Mara L.', roles: ['owner'] }, deskUrl: 'http://127.0.0.1:4310' },
    show: { state: show, receivedAtMs: NOW_MS - 200 },
    vitals: vitals === null ? null : { value: vitals, receivedAtMs: NOW_MS - 200 },
    contact: { joined: true, everJoined: true, attempt: 0, heardAtMs: NOW_MS - 200, socketSinceMs: NOW_MS - 9e5 },
    link: { kind: 'up', sinceMs: NOW_MS - 9e5 },
    clock: { ...EMPTY_DESK.clock, rttMs: 14 },
    ...change.desk,
  };
}
