/** What a desk shows when a part died, a disk is full, a ledger lacks something or an edge stays silent. */

import { CommandId } from '../../../../shared/protocol/ids.ts';
import type { Alarm, Vitals } from '../../../../shared/protocol/vitals.ts';
import type { CommandRecord } from '../../store/command-record.ts';
import type { DeskData } from '../../store/desk-store.ts';
import type { Screen, WindowData } from '../../store/window-store.ts';
import { cueId, NOW_MS, VITALS } from '../show-fixture.ts';
import { desk } from './scene-data.ts';

interface Trouble {
  name: string;
  desk: DeskData;
  window: Partial<WindowData>;
}

/** What a part said before it died, as the supervisor passes it on. */
const LAST_WORDS = `Edge e8 died three times in 30 s and is started again every 2 s.
file:///opt/tallyroom/out/server/edge.js:41813
        throw new RangeError('The value of "offset" is out of range. It must be >= 0 and <= 65532. Received 65536');
RangeError [ERR_OUT_OF_RANGE]: The value of "offset" is out of range. It must be >= 0 and <= 65532. Received 65536
    at Buffer.writeUInt32LE (node:internal/buffer:740:5)
    at frame (file:///opt/tallyroom/out/server/edge.js:41813:15)
    at Array.map (<anonymous>)`;
const alarm = (id: string, message: string, agoMs: number): Alarm => ({ id, code: id, message, atMs: NOW_MS - agoMs });
const ALARMS: Vitals['alarms'] = [
  alarm('disk', 'The data folder’s disk has 1.2 GB left, which is less than an hour of voting.', 4_380_000),
  alarm('anchor', 'The server’s clock was set back by 10 min while nothing was on air.', 2_100_000),
  alarm('core', 'The core was started anew at 20:52:11; it was away for 0.8 s.', 1_340_000),
  alarm('edge-e8', LAST_WORDS, 3_000),
];

function told(of: Alarm | undefined): DeskData['toasts'][number] {
  if (of === undefined) throw new Error('there is no such alarm');
  const { id, message, atMs } = of;
  return { key: `alarm ${id}`, level: 'warn', message, atMs, receivedAtMs: NOW_MS - 3_000, alarmId: id };
}

/** The disk is full, CLEAR AIR was pressed, and another desk has hidden a result before. */
function unjournaled(): DeskData {
  const full = { ok: false, text: 'the journal can’t be written: no space left on device' };
  const data = desk({
    cues: { [cueId(7)]: { intake: 'revoked', reason: 'air cleared' }, [cueId(8)]: { intake: 'ready' } },
    show: { unjournaled: 2 },
    vitals: { runs: [], preflight: { ...VITALS.preflight, storage: full } },
  });
  const record: CommandRecord = {
    id: CommandId.parse('0e4a2f6e-2222-4111-8111-111111111111'),
    ...{ slot: 'show.clear', actionId: 'clear', label: 'CLEAR AIR', intent: { type: 'show.clear' }, source: 'key' },
    pressedAtMs: NOW_MS - 900,
    phase: {
      kind: 'answered',
      atMs: NOW_MS - 900,
      outcome: {
        kind: 'accepted',
        answer: { status: 'accepted', revision: 42, atMs: NOW_MS - 890, journaled: false },
        ...{ latencyMs: 12, settledLater: false },
      },
    },
  };
  return { ...data, commands: { [record.slot]: record }, last: { kind: 'command', slot: record.slot } };
}

const failing = (...checks: readonly ('forecast' | 'ledger')[]): Partial<Vitals> => {
  const texts = {
    forecast: '210,000 viewers are expected, and the edges hold 144,000',
    ledger: 'it ends before the head that the journal sealed for cue 6: 61,100 ballots are missing',
  };
  const fails = Object.fromEntries(checks.map((check) => [check, { ok: false, text: texts[check] }]));
  return { preflight: { ...VITALS.preflight, ...fails } };
};

const waitsFor = { edges: ['e2', 'e6'], untilMs: NOW_MS + 1_400 };

const closed7 = { [cueId(7)]: { intake: 'verified' } } as const;
const ready8 = { ...closed7, [cueId(8)]: { intake: 'ready' } } as const;
const closing7 = (): DeskData =>
  desk({
    cues: { [cueId(7)]: { intake: 'closing', closesAtMs: NOW_MS - 2_600 } },
    vitals: { runs: VITALS.runs.map((run) => ({ ...run, waitsFor })) },
  });

const on = (screens: readonly Screen[], name: string, data: DeskData): readonly Trouble[] =>
  screens.map((screen) => ({ name: `${screen}-${name}`, desk: data, window: { screen } }));
const producer = (name: string, data: DeskData, window: Partial<WindowData>): Trouble => ({
  name: `producer-${name}`,
  desk: data,
  window: { screen: 'producer', ...window },
});

const rehearsal = {
  show: { mode: 'rehearsal', viewerUrl: 'http://192.168.1.20:4320/?code=K7XW2MPQ' },
  vitals: { rehearsing: 12 },
} as const;

export const TROUBLES: readonly Trouble[] = [
  {
    name: 'settings-recode',
    desk: desk(rehearsal),
    window: { screen: 'settings', question: { kind: 'recode' } },
  },
  ...on(
    ['settings'],
    'rehearsal-director',
    desk({
      ...rehearsal,
      desk: { session: { kind: 'open', me: { actor: 'Dan', roles: ['director'] }, deskUrl: 'http://127.0.0.1:4310' } },
    }),
  ),
  ...on(['producer', 'director', 'operator', 'log', 'settings'], 'alarms', desk({ vitals: { alarms: ALARMS } })),
  ...on(['producer', 'director', 'operator', 'log'], 'unjournaled', unjournaled()),
  ...on(['producer', 'director'], 'closing-waits', closing7()),
  producer('ledger-fails', desk({ cues: ready8, vitals: failing('ledger') }), {}),
  producer('question-override', desk({ cues: ready8, vitals: failing('forecast', 'ledger') }), {
    question: { kind: 'reason', act: 'override', cueId: cueId(8) },
  }),
  producer('alarms-open', desk({ vitals: { alarms: ALARMS } }), { overlay: 'alarms' }),
  producer('alarms-none', desk({}), { overlay: 'alarms' }),
  producer(
    'alarms-told',
    desk({ vitals: { alarms: ALARMS }, desk: { toasts: [told(ALARMS[2]), told(ALARMS[3])] } }),
    {},
  ),
];
